"""The REST APIs of points of sale over HTTP, for a laptop: today Heartland Retail's.

    urls       routing: the vendor's paths, and the control paths under /_simulator/
    responses  wire format: envelopes, statuses, exact numbers
    shop       what the shop holds: resources by REST path, seeded from seed.json
    faults     outages and throttling, switched by the control interface

It imitates the vendor from its public documentation and imports nothing of daybook, so that the
two cannot share a mistake. Start it with `python -m local.pos_simulator --port P`, or in a test
with `local.pos_simulator.server.running()`.
"""
