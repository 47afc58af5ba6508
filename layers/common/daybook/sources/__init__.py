"""One file per point of sale: its signature, its vocabulary, its mapping to financial events."""
