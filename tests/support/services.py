"""What the tests need beyond Python: PostgreSQL, Redis, a browser. Each is found, or started for one run.

Says in one line what to install where one is missing.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The first one draws no window: a test takes half of the processor time.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

# For a database that lives as long as one run of the tests: nothing has to survive a power cut.
POSTGRESQL_CONF = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
"""


class MissingServiceError(Exception):
    """Something that some tests need is not on this machine. `str(error)` says what to install."""


@contextmanager
def private_postgresql(conf: str = POSTGRESQL_CONF) -> Iterator[str]:
    """A PostgreSQL server of our own. Yields its address.

    `conf` is added to the server's configuration file.
    """
    with _kept("postgresql", conf) as (address, _keeper):
        yield address


@contextmanager
def private_redis(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A Redis server of our own that keeps nothing on disk. Yields its address and the process to `stop`."""
    demand_redis()
    with _kept("redis", *arguments) as kept:
        yield kept


def demand_redis() -> None:
    if not shutil.which("redis-server"):
        raise MissingServiceError(
            "needs Redis: install redis-server (Debian: apt-get install redis-server) or set REDIS_URL"
        )


@contextmanager
def _kept(server: str, *arguments: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A server that ends with us, even where we are killed: its keeper sees to it."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.support.process_guard", server, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for pytest, which ends the tests before their database
    )
    assert keeper.stdout is not None
    try:
        address = keeper.stdout.readline().decode().strip()
        if not address:
            raise RuntimeError(f"{server} did not start.")
        yield address, keeper
    finally:
        stop(keeper)
        keeper.stdout.close()


def chromium() -> str:
    """The path of a Chromium or Chrome: `CHROMIUM`, one on the path, or the one that Playwright installs."""
    named = os.environ.get("CHROMIUM", "")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), "") or _playwrights_own()
    if not found:
        raise MissingServiceError(
            "needs a browser: install one (Debian: apt-get install chromium-headless-shell) or set CHROMIUM"
        )
    return found


def _playwrights_own() -> str:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(cache.glob("chromium*/*/chrome*")) if path.is_file()), "")


def free_port() -> int:
    """A port that no one listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never answers, as a server does that hangs."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield int(server.getsockname()[1])


def wait_for_port(port: int, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"Nothing listens on port {port} after {seconds} seconds.")


def stop(process: "subprocess.Popen[bytes]", seconds: float = 10) -> None:
    """Asks a process to end, and ends it where it does not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def kill_with_children(process: "subprocess.Popen[bytes]") -> None:
    """Ends at once a process that was started in a session of its own, and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
