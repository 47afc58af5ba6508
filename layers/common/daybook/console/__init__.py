"""The operators' pages: what a browser is shown and what it may ask for. HTML stands here only."""
