"""How long a command looks on until rows are in the books or held."""

POLL_SECONDS = 0.5
# Five minutes: above the time in which an unclear answer settles.
MAX_POLLS = 600
