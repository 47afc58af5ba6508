"""A QuickBooks Online company over HTTP: Intuit's paths, bodies, rules, limits and failures.

Layers, outermost first: `urls` (routing) and `middleware` (faults, tokens, limits, latency),
the `*_api` modules and `responses` (wire format), then state and rules (`simulator`, `realm`,
`operations`, `entities`). Start it with `python -m local.qbo_simulator --port P`, or in a test
with `local.qbo_simulator.server.running()`. docs/qbo-simulator.md says what it imitates.
"""
