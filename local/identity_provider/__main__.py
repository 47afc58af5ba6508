"""`python -m local.identity_provider --port P`: the provider by itself, until interrupted."""

import argparse
import signal
import threading

from local.identity_provider.server import running

_options = argparse.ArgumentParser()
_options.add_argument("--port", type=int, default=0)
_stop = threading.Event()
for _number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(_number, lambda *_: _stop.set())
with running(_options.parse_args().port) as _issuer:
    print(_issuer, flush=True)
    _stop.wait()
