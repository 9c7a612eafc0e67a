"""Downloads over real HTTP from the simulator, and from servers that lure."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from integrations.zoom.errors import NotFound, TokenRejected, Unavailable
from integrations.zoom.http.downloads import (
    Downloader,
    DownloadRefused,
)
from integrations.zoom.http.public_only import InsideNetworkError, PublicOnlyAdapter
from integrations.zoom.http.transport import Timeouts
from zoom_simulator.simulator import Simulator

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nAnna: Hello\n"


class Transcript:
    """One transcript at the simulator, its address, and a token that opens it."""

    def __init__(self, simulator: Simulator) -> None:
        account = simulator.account
        host = account.add_user("host@acme.example", "Hanna", "Host")
        starts_at = simulator.clock.now() - timedelta(days=1)
        webinar = account.add_webinar(host.id, "Recorded", start=starts_at)
        session = account.hold(webinar.id, starts_at, minutes=60)
        account.recording_ready(session.uuid)
        self.uuid = session.uuid
        self.file = account.transcript_ready(session.uuid, content=VTT)
        self.url = f"{simulator.url}/rec/download/{self.file.id}"
        self.token = simulator.tokens.new_download(session.uuid, 3600)


@pytest.fixture
def transcript(simulator: Simulator) -> Transcript:
    return Transcript(simulator)


@pytest.fixture
def downloader() -> Iterator[Downloader]:
    downloader = Downloader(Timeouts(connect=2, read=5, total=5), largest=1024**2)
    yield downloader
    downloader.close()


def test_a_transcript_is_downloaded_over_the_redirect_to_storage(
    transcript: Transcript, downloader: Downloader
) -> None:
    assert downloader.fetch(transcript.url, [transcript.token]).decode() == VTT


def test_the_next_token_is_tried_when_zoom_rejects_one(
    transcript: Transcript, downloader: Downloader, simulator: Simulator
) -> None:
    transcript.file.behaviour = "refuses access token"
    access = simulator.tokens.new_access("owner", frozenset())
    assert downloader.fetch(transcript.url, [access, transcript.token]).decode() == VTT


def test_a_file_that_no_token_opens_is_said_to_be_so(transcript: Transcript, downloader: Downloader) -> None:
    with pytest.raises(TokenRejected):
        downloader.fetch(transcript.url, ["wrong", "wrong too"])


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("inside", "without https"),
        ("loop", "redirects endlessly"),
        ("html", "web page"),
        ("huge", "larger than 1 MB"),
    ],
)
def test_what_no_transcript_does_is_refused(
    transcript: Transcript, downloader: Downloader, behaviour: str, words: str
) -> None:
    transcript.file.behaviour = behaviour
    with pytest.raises(DownloadRefused, match=words) as refused:
        downloader.fetch(transcript.url, [transcript.token])
    assert transcript.token not in str(refused.value)
    assert "Signature" not in str(refused.value)


def test_a_deleted_file_is_not_found(transcript: Transcript, downloader: Downloader) -> None:
    transcript.file.behaviour = "missing"
    with pytest.raises(NotFound):
        downloader.fetch(transcript.url, [transcript.token])


@pytest.mark.parametrize(
    "url",
    [
        "https://attacker.example/file.vtt",
        "http://zoom.us/rec/download/1",  # no https
        "https://zoom.us.attacker.example/1",
        "https://zoom.us@attacker.example/1",
        "https://user:password@zoom.us/1",
        "file:///etc/passwd",
        "https:///nothing",
        "https://zoom.us:port/1",
        "http://169.254.169.254/latest",
        "",
    ],
)
def test_a_download_that_does_not_begin_at_zoom_is_refused(downloader: Downloader, url: str) -> None:
    with pytest.raises(DownloadRefused):
        downloader.fetch(url, ["secret-token"])


class Trap(BaseHTTPRequestHandler):
    """A server inside the own network, which notes whoever comes."""

    seen: list[str | None]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def trap() -> Iterator[HTTPServer]:
    Trap.seen = []
    with HTTPServer(("127.0.0.1", 0), Trap) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_request_reaches_an_address_inside_the_network(trap: HTTPServer, host: str) -> None:
    session = requests.Session()
    session.mount("http://", PublicOnlyAdapter())
    with pytest.raises(InsideNetworkError):
        session.get(f"http://{host}:{trap.server_port}/", timeout=2)
    assert Trap.seen == []


def test_a_server_that_hangs_is_given_up_in_time(simulator: Simulator, transcript: Transcript) -> None:
    impatient = Downloader(Timeouts(connect=1, read=1, total=1))
    simulator.faults.add("slow", path="/rec/download/", seconds=3)
    with pytest.raises(Unavailable):
        impatient.fetch(transcript.url, [transcript.token])
