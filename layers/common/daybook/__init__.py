"""daybook: the book of first entry between points of sale and QuickBooks Online."""

import gc

# Importing makes tens of thousands of objects that all stay; looking through them for garbage takes
# a tenth of a cold start. What is garbage is looked for later, not never.
gc.set_threshold(50_000, 20, 50)
