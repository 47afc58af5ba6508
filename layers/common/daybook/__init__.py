"""daybook: the book of first entry between points of sale and QuickBooks Online."""

import gc

# Importing makes 120,000 objects that nearly all stay; looking through them for garbage takes a
# tenth of a cold start. What is garbage is looked for later, not never.
gc.set_threshold(200_000, 20, 50)
