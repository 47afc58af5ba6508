"""daybook: the book of first entry between points of sale and QuickBooks Online."""
