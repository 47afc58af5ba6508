"""daybook in a world of its own: tables, queues, secrets, clock and QuickBooks in one process, one
thread and one seed. docs/testing.md says what is checked and how."""
