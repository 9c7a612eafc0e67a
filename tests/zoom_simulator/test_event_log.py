"""What people do in the simulator is there again when it is started again."""

from pathlib import Path
from typing import Any

import pytest

from zoom_simulator.event_log import EventLog, EventLogMismatch
from zoom_simulator.simulator import Simulator


def started(path: Path, **options: Any) -> Simulator:
    """As the command does it."""
    event_log = EventLog(path)
    origin = event_log.check("empty", 1, 10)
    simulator = Simulator("empty", seed=1, people=10, built=origin.built if origin else None, **options)
    event_log.attach(simulator, origin)
    return simulator


def test_the_same_world_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "zoom.jsonl"
    first = started(path)
    webinar = first.account.add_webinar("me", "Talk", start=first.clock.now())
    registrant = first.account.register(webinar.id, "ana@customer.example", "Ana")
    instance = first.account.start_webinar(webinar.id)
    first.account.join(webinar.id, registrant_id=registrant.id)
    first.account.end_webinar(webinar.id)
    first.account.recording_ready(instance.uuid)
    first.account.transcript_ready(instance.uuid, content="WEBVTT\n")
    second = started(path)
    assert second.account.webinars == first.account.webinars
    second.account.cancel(webinar.id, registrant.id)
    third = started(path)
    assert third.account.webinars[webinar.id].registrants[registrant.id].status == "denied"


def test_refresh_tokens_survive(tmp_path: Path) -> None:
    path = tmp_path / "zoom.jsonl"
    first = started(path)
    token, family = first.tokens.new_refresh(first.account.owner_id)
    first.oauth.on_refresh_token(family, token, first.account.owner_id)
    assert started(path).tokens.rotate(token) is not None


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "zoom.jsonl"
    first = started(path)
    first.account.add_webinar("me", "Talk", start=first.clock.now())
    with path.open("a") as file:
        file.write('{"do": "add_web')
    assert len(started(path).account.webinars) == 1


def test_replaying_tells_no_events(tmp_path: Path) -> None:
    path = tmp_path / "zoom.jsonl"
    first = started(path)
    first.account.add_webinar("me", "Talk", start=first.clock.now())
    second = started(path, webhook_url="http://127.0.0.1:9/")
    assert second.webhooks.log == []
    second.account.add_webinar("me", "Another", start=first.clock.now())
    assert [row.event for row in second.webhooks.log] == ["webinar.created"]


def test_a_file_of_another_world_is_refused(tmp_path: Path) -> None:
    started(tmp_path / "zoom.jsonl")
    with pytest.raises(EventLogMismatch, match="--scenario empty --seed 1"):
        EventLog(tmp_path / "zoom.jsonl").check("demo", 1, 10)
