"""The AWS of the laptop: ministack as a child process, bound to 127.0.0.1.

It runs under this interpreter, so functions find the layer's packages in this environment. Its own
environment is built from nothing: no credentials, profiles or PYTHONPATH of the caller reach a
function.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
ACCOUNT = "000000000000"
READY_SECONDS = 20
STOP_SECONDS = 10


class EmulatorError(RuntimeError):
    """The emulator did not start or refused a deployment; the message names its log."""


@dataclass(frozen=True)
class Emulator:
    """A running ministack. `url` is the endpoint of every service; `log` is where it writes."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """The port of `url`."""
        return int(self.url.rsplit(":", 1)[1])

    def clear(self) -> None:
        """Forget everything, in-flight messages and warm functions included (about 0.3 s)."""
        request = urllib.request.Request(f"{self.url}/_ministack/reset", method="POST")
        with urllib.request.urlopen(request, timeout=READY_SECONDS) as answer:
            answer.read()

    def stop(self) -> None:
        """End the process and every function's worker; waits for them, at most `STOP_SECONDS`."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Its session holds the function workers as well, which would outlive it.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(STOP_SECONDS)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def start(folder: Path, region: str) -> Emulator:
    """Start ministack with its state and log under `folder`, and wait until it answers.

    Raises EmulatorError if it ends or stays silent for `READY_SECONDS`.
    """
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    port, log = free_port(), folder / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ministack"],
            env=_environment(port, folder, region),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    emulator = Emulator(f"http://{HOST}:{port}", log, process)
    try:
        _wait_until_ready(emulator)
    except BaseException:
        emulator.stop()
        raise
    return emulator


def _environment(port: int, folder: Path, region: str) -> dict[str, str]:
    inherited = {k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ}
    return inherited | {
        # Unpacked functions are left behind at a stop; here they go with the folder.
        "TMPDIR": str(folder / "tmp"),
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "MINISTACK_HOST": HOST,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Functions run as the roles of the template: what a role does not allow fails here too.
        "AUTH": "true",
        # Listeners on fixed ports, which two stacks side by side would fight over.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PYTHONUNBUFFERED": "1",
        "LOG_LEVEL": "INFO",
    }


def _wait_until_ready(emulator: Emulator) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if emulator.process.poll() is not None:
            break
        if _answers(emulator.url):
            return
        time.sleep(0.05)
    raise EmulatorError(f"ministack did not start; its log is {emulator.log}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
