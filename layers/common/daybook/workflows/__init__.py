"""The use cases. Each is a function whose first argument is the matter and whose other arguments
are what it needs from outside, typed by the Protocols of `ports`."""
