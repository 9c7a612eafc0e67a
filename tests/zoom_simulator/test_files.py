"""Recordings: listed, watched, downloaded with a token; and downloads that misbehave on demand."""

from datetime import timedelta

import pytest
import requests

from tests.zoom_simulator.client import Zoom, twice
from zoom_simulator.account.rows import Instance
from zoom_simulator.files import HUGE
from zoom_simulator.simulator import Simulator
from zoom_simulator.vtt import Cue

CUES = [Cue(0.5, 2.25, "Good morning.", "Ana Silva"), Cue(3601, 3602, "The end.")]


@pytest.fixture
def recorded(sim: Simulator) -> Instance:
    start = sim.clock.now() - timedelta(days=1)
    webinar = sim.account.add_webinar("me", "Talk", start=start)
    instance = sim.account.hold(webinar.id, start, 60)
    sim.account.recording_ready(instance.uuid)
    sim.account.transcript_ready(instance.uuid, CUES)
    return instance


def transcript_url(zoom: Zoom, instance: Instance) -> str:
    url: str = zoom.get(f"/meetings/{twice(instance.uuid)}/transcript")["download_url"]
    return url


def download(url: str, token: str, *, follow: bool = True) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(url, headers=headers, allow_redirects=follow, timeout=10)


def test_a_transcript_is_downloaded_with_the_access_token_over_a_redirect(
    zoom: Zoom, recorded: Instance
) -> None:
    url = transcript_url(zoom, recorded)
    first = download(url, zoom.token, follow=False)
    assert first.status_code == 302
    assert "/storage/" in first.headers["Location"]
    assert download(url, zoom.token).text == (
        "WEBVTT\r\n\r\n"
        "1\r\n00:00:00.500 --> 00:00:02.250\r\nAna Silva: Good morning.\r\n\r\n"
        "2\r\n01:00:01.000 --> 01:00:02.000\r\nThe end.\r\n"
    )


def test_downloads_need_a_token_of_this_recording(sim: Simulator, zoom: Zoom, recorded: Instance) -> None:
    url = transcript_url(zoom, recorded)
    assert download(url, "").status_code == 401
    assert download(url, "nonsense").status_code == 401
    body = zoom.get(f"/meetings/{twice(recorded.uuid)}/recordings", include_fields="download_access_token")
    assert download(url, body["download_access_token"]).status_code == 200
    assert download(url, sim.tokens.new_download("another", 60)).status_code == 401
    sim.clock.advance(hours=25)
    assert download(url, body["download_access_token"]).status_code == 401


def test_the_storage_address_cannot_be_guessed(sim: Simulator, recorded: Instance) -> None:
    assert recorded.recording is not None
    file = recorded.recording.files[0]
    assert requests.get(f"{sim.url}/storage/{file.id}?Signature=x", timeout=5).status_code == 403


def test_a_recording_that_is_processing_trashed_or_deleted_looks_like_none(
    sim: Simulator, zoom: Zoom, recorded: Instance
) -> None:
    path, url = f"/meetings/{twice(recorded.uuid)}/recordings", transcript_url(zoom, recorded)
    sim.account.trash_recording(recorded.uuid)
    answer = zoom.call("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, 3301)
    assert download(url, zoom.token).status_code == 404
    trash = zoom.get(f"/users/{sim.account.owner_id}/recordings", trash="true")["meetings"]
    assert trash[0]["recording_files"][0]["deleted_time"]
    sim.account.recover_recording(recorded.uuid)
    assert zoom.call("GET", path).status_code == 200
    sim.account.delete_recording(recorded.uuid)
    assert zoom.call("GET", path).status_code == 404
    assert zoom.get(f"/users/{sim.account.owner_id}/recordings", trash="true")["meetings"] == []


def test_recordings_of_a_user_are_those_of_the_period(sim: Simulator, zoom: Zoom, recorded: Instance) -> None:
    path = f"/users/{sim.account.owner_id}/recordings"
    day = recorded.start.strftime("%Y-%m-%d")
    assert [row["uuid"] for row in zoom.get(path, **{"from": day, "to": day})["meetings"]] == [recorded.uuid]
    assert zoom.get(path, **{"from": "2020-01-01", "to": "2020-01-31"})["meetings"] == []
    assert zoom.get(path)["meetings"] == []


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("processing", "NOT_READY"),
        ("unsupported", "UNSUPPORTED"),
        ("deleted", "DELETED_OR_TRASHED"),
    ],
)
def test_r55_why_there_is_no_transcript_is_told(
    zoom: Zoom, recorded: Instance, state: str, reason: str
) -> None:
    assert recorded.recording is not None
    recorded.recording.transcript_state = state
    body = zoom.get(f"/meetings/{twice(recorded.uuid)}/transcript")
    assert (body["can_download"], body["download_restriction_reason"]) == (False, reason)
    assert "download_url" not in body


def test_no_transcript_at_all_is_3322(zoom: Zoom, recorded: Instance) -> None:
    assert recorded.recording is not None
    recorded.recording.transcript_state = "none"
    assert zoom.call("GET", f"/meetings/{twice(recorded.uuid)}/transcript").json()["code"] == 3322


def test_a_person_can_watch_and_sees_when_it_is_gone(sim: Simulator, recorded: Instance) -> None:
    assert recorded.recording is not None
    url = f"{sim.url}/rec/share/{recorded.recording.share_id}"
    assert "Talk" in requests.get(url, timeout=5).text
    sim.account.trash_recording(recorded.uuid)
    assert requests.get(url, timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("behaviour", "location"),
    [
        ("inside", "http://169.254.169.254/"),
        ("other host", "https://attacker.example/"),
        ("loop", "/rec/download/"),
    ],
)
def test_redirects_can_lead_where_they_must_not(
    zoom: Zoom, recorded: Instance, behaviour: str, location: str
) -> None:
    assert recorded.recording is not None
    recorded.recording.transcripts[0].behaviour = behaviour
    answer = download(transcript_url(zoom, recorded), zoom.token, follow=False)
    assert location in answer.headers["Location"]


def test_files_can_be_pages_endless_missing_or_closed_to_the_access_token(
    zoom: Zoom, recorded: Instance
) -> None:
    assert recorded.recording is not None
    file, url = recorded.recording.transcripts[0], transcript_url(zoom, recorded)
    file.behaviour = "html"
    assert download(url, zoom.token).text.startswith("<html>")
    file.behaviour = "missing"
    assert download(url, zoom.token).status_code == 404
    file.behaviour = "not ready"
    assert download(url, zoom.token).status_code == 401
    file.behaviour = "refuses access token"
    assert download(url, zoom.token).status_code == 401
    file.behaviour = "huge"
    headers = {"Authorization": f"Bearer {zoom.token}"}
    with requests.get(url, headers=headers, stream=True, timeout=10) as answer:
        assert answer.headers["Content-Length"] == str(HUGE)
        assert len(next(answer.iter_content(100_000))) == 100_000
