"""One REST client per point of sale that is pulled or asked again; handed to a source's `fetch`."""
