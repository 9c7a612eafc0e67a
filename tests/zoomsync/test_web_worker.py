"""Clients that send or read as slowly as they can, against a real web server with two threads."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
import requests

from tests.support import services
from tests.support.installation import Installation

SECONDS = 1.0
HEAD = b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None) -> Iterator[str]:
    """A web server of two threads, whose limit is a second."""
    installation, port = Installation(), services.free_port()
    limit = f"import zoomsync.web_worker as w; w.SECONDS = {SECONDS}; w.SECONDS_TO_SEND = {SECONDS}"
    server = f"{limit}; import sys; from gunicorn.app.wsgiapp import run; sys.exit(run())"
    script = installation.directory / "server.py"
    script.write_text(server)
    installation.environment["PYTHONPATH"] = str(installation.directory)
    installation.start(
        "web",
        *("server", "zoomsync.wsgi", "--no-control-socket", f"--bind=127.0.0.1:{port}", "--threads=2"),
        *("--worker-class=zoomsync.web_worker.Worker", "--keep-alive=2"),
    )
    services.wait_for_port(port)
    yield f"http://127.0.0.1:{port}"
    installation.close()


def connect(web: str) -> socket.socket:
    host, port = web.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


BEGINNINGS = {
    "headers": HEAD,
    "a body": HEAD + b"Content-Length: 500\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nuser",
    "a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_clients_that_stop_in_the_middle_do_not_hold_the_app(web: str, beginning: bytes) -> None:
    with ExitStack() as stack:
        for _client in range(4):
            stack.enter_context(connect(web)).sendall(beginning)
        time.sleep(0.2)
        assert requests.get(f"{web}/healthz", timeout=15).status_code == 200


def test_a_client_that_drips_is_cut_off_all_the_same(web: str) -> None:
    with connect(web) as client:
        client.sendall(HEAD)
        begun = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - begun < 20:
                client.sendall(b"X-A: b\r\n")
                time.sleep(0.1)
        assert time.monotonic() - begun < 15


def test_ordinary_requests_are_answered_one_after_the_other(web: str) -> None:
    with requests.Session() as session:
        for _request in range(3):
            assert session.get(f"{web}/healthz", timeout=15).status_code == 200
            time.sleep(SECONDS * 0.9)  # kept alive: the time between two requests does not count
