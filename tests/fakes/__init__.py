"""In-memory stand-ins of every port: single-threaded, deterministic, told apart from the real
rooms by nothing that `tests/contract` checks."""
