"""The calls about recordings, against the simulator over real HTTP."""

import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta

import pytest

from integrations.models import ZoomConnection
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import TokenRejected
from integrations.zoom.http.downloads import DownloadRefused
from integrations.zoom.http.pacing import Unpaced
from integrations.zoom.http.page_prefetcher import Fetcher, RetryPolicy
from integrations.zoom.oauth.tokens import SharedTokens
from integrations.zoom.transcripts import NotATranscript, parse
from zoom_simulator.account.rows import Instance, Webinar
from zoom_simulator.faults import Kind
from zoom_simulator.simulator import Simulator
from zoom_simulator.vtt import Cue

HELLO = [Cue(1, 2, "Hello", "Anna Berg")]


@pytest.fixture
def zoom(simulated_connection: ZoomConnection) -> Iterator[ZoomClient]:
    fetcher = Fetcher(
        SharedTokens(simulated_connection.pk), Unpaced(), patience=RetryPolicy(first_pause=0.01)
    )
    with ZoomClient(fetcher) as client:
        yield client


@pytest.fixture
def held(simulator: Simulator) -> Instance:
    return hold(simulator)[1]


def hold(simulator: Simulator, host: str = "host@acme.example") -> tuple[Webinar, Instance]:
    account = simulator.account
    starts_at = simulator.clock.now() - timedelta(days=1)
    webinar = account.add_webinar(account.add_user(host, "Hanna", "Host").id, "Recorded", start=starts_at)
    instance = account.hold(webinar.id, starts_at, minutes=60)
    account.recording_ready(instance.uuid)
    return webinar, instance


def test_d10_a_recording_comes_with_a_token_that_downloads_what_the_access_token_does_not(
    zoom: ZoomClient, simulator: Simulator, held: Instance
):
    simulator.account.transcript_ready(held.uuid, HELLO).behaviour = "refuses access token"
    recording = zoom.recording(held.uuid)
    (file,) = [
        recording_file
        for recording_file in recording.recording_files
        if recording_file.file_type == "TRANSCRIPT"
    ]
    with pytest.raises(TokenRejected):
        zoom.download(file.download_url, bytes)
    assert b"Anna Berg: Hello" in zoom.download(file.download_url, bytes, recording.download_access_token)


def test_d10_without_a_token_of_its_own_a_file_is_downloaded_with_the_access_token(
    zoom: ZoomClient, simulator: Simulator, held: Instance
):
    simulator.account.transcript_ready(held.uuid, HELLO)
    assert b"Anna Berg: Hello" in zoom.download(zoom.transcript(held.uuid).download_url, bytes)


def test_d10_neither_token_nor_passcode_nor_link_shows_where_a_recording_is_printed(
    zoom: ZoomClient, simulator: Simulator, held: Instance, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    simulator.account.transcript_ready(held.uuid, HELLO).behaviour = "loop"
    recording, info = zoom.recording(held.uuid), zoom.transcript(held.uuid)
    with pytest.raises(DownloadRefused) as refused:
        zoom.download(info.download_url, bytes, recording.download_access_token)
    said = [
        repr(recording),
        repr(recording.recording_files),
        repr(info),
        str(refused.value),
        "".join(traceback.format_exception(refused.value)),
        caplog.text,
    ]
    assert recording.download_access_token
    for secret in (recording.download_access_token, recording.password, "/rec/"):
        assert not any(secret in text for text in said)


def test_r39_the_trash_names_the_sessions_of_one_webinar(zoom: ZoomClient, simulator: Simulator):
    (webinar, trashed), (_other, elsewhere) = hold(simulator), hold(simulator, "other@acme.example")
    assert list_trash(zoom, webinar) == []
    simulator.account.trash_recording(trashed.uuid)
    simulator.account.trash_recording(elsewhere.uuid)
    assert list_trash(zoom, webinar) == [trashed.uuid]


def list_trash(zoom: ZoomClient, webinar: Webinar) -> list[str]:
    return [item.uuid for page in zoom.trashed_recordings(webinar.host_id, webinar.id) for item in page.items]


@pytest.mark.parametrize("fault", ["500", "reset", "truncated", "html", "error with 200"])
def test_d10_a_download_that_goes_wrong_is_made_again(
    zoom: ZoomClient, simulator: Simulator, held: Instance, fault: Kind
):
    simulator.account.transcript_ready(held.uuid, HELLO)
    url = zoom.transcript(held.uuid).download_url
    simulator.faults.add(fault, "/storage/", times=2)
    assert [row.text for row in zoom.download(url, parse)] == ["Anna Berg: Hello"]
    assert simulator.calls.count("/storage/") == 3


def test_d10_a_download_that_stays_wrong_says_so_in_the_end(
    zoom: ZoomClient, simulator: Simulator, held: Instance
):
    simulator.account.transcript_ready(held.uuid, content="{}")
    with pytest.raises(NotATranscript):
        zoom.download(zoom.transcript(held.uuid).download_url, parse)
