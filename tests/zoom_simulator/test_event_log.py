"""What people do in the simulator is there again when it is started again."""

from pathlib import Path
from typing import Any

import pytest

from zoom_simulator.event_log import Journal, JournalMismatch
from zoom_simulator.simulator import Simulator


def started(path: Path, **options: Any) -> Simulator:
    """As the command does it."""
    journal = Journal(path)
    origin = journal.check("empty", 1, 10)
    simulator = Simulator("empty", seed=1, people=10, built=origin.built if origin else None, **options)
    journal.attach(simulator, origin)
    return simulator


def test_the_same_world_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "zoom.jsonl"
    first = started(path)
    webinar = first.world.add_webinar("me", "Talk", start=first.clock.now())
    one = first.world.register(webinar.id, "ana@customer.example", "Ana")
    instance = first.world.start_webinar(webinar.id)
    first.world.join(webinar.id, registrant_id=one.id)
    first.world.end_webinar(webinar.id)
    first.world.recording_ready(instance.uuid)
    first.world.transcript_ready(instance.uuid, content="WEBVTT\n")
    second = started(path)
    assert second.world.webinars == first.world.webinars
    second.world.cancel(webinar.id, one.id)
    third = started(path)
    assert third.world.webinars[webinar.id].registrants[one.id].status == "denied"


def test_refresh_tokens_survive(tmp_path: Path) -> None:
    path = tmp_path / "zoom.jsonl"
    first = started(path)
    token, family = first.tokens.new_refresh(first.world.owner_id)
    first.oauth.on_refresh_token(family, token, first.world.owner_id)
    assert started(path).tokens.rotate(token) is not None


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "zoom.jsonl"
    first = started(path)
    first.world.add_webinar("me", "Talk", start=first.clock.now())
    with path.open("a") as file:
        file.write('{"do": "add_web')
    assert len(started(path).world.webinars) == 1


def test_replaying_tells_no_events(tmp_path: Path) -> None:
    path = tmp_path / "zoom.jsonl"
    first = started(path)
    first.world.add_webinar("me", "Talk", start=first.clock.now())
    second = started(path, webhook_url="http://127.0.0.1:9/")
    assert second.webhooks.log == []
    second.world.add_webinar("me", "Another", start=first.clock.now())
    assert [one.event for one in second.webhooks.log] == ["webinar.created"]


def test_a_file_of_another_world_is_refused(tmp_path: Path) -> None:
    started(tmp_path / "zoom.jsonl")
    with pytest.raises(JournalMismatch, match="--scenario empty --seed 1"):
        Journal(tmp_path / "zoom.jsonl").check("demo", 1, 10)
