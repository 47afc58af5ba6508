"""The operators' command `daybook`: each command calls a workflow and shows what it did."""
