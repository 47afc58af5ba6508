"""The REST APIs of points of sale over HTTP, for a laptop: Heartland Retail's,
Unleashed's and Point of Rental's.

    urls       routing: the vendors' paths, and the control paths under /_simulator/
    responses  wire format: envelopes, statuses, exact numbers
    shop       what Heartland's shop holds: resources by REST path, seeded from seed.json
    point_of_rental  Point of Rental's Global API, its accounting lists
    faults     outages and throttling, switched by the control interface
    unleashed_api, unleashed_shop   the same for Unleashed, below /unleashed/

It imitates the vendor from its public documentation and imports nothing of daybook, so that the
two cannot share a mistake. Start it with `python -m local.pos_simulator --port P`, or in a test
with `local.pos_simulator.server.running()`.
"""
