"""Answers that go wrong on demand."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.zoom_simulator.client import Zoom
from zoom_simulator.faults import RANDOM_KINDS, Faults, Kind
from zoom_simulator.simulator import Simulator


def test_exactly_the_third_matching_call_fails(sim: Simulator, zoom: Zoom) -> None:
    sim.faults.add("500", "/users", nth=3)
    assert [zoom.call("GET", "/users").status_code for _ in range(4)] == [200, 200, 500, 200]
    assert zoom.call("GET", "/users/me").status_code == 200
    assert sim.faults.happened == [("500", "/v2/users?")]


def test_a_rule_can_last_and_be_lifted(sim: Simulator, zoom: Zoom) -> None:
    sim.faults.add("503", "/users", times=0)
    assert {zoom.call("GET", "/users").status_code for _ in range(3)} == {503}
    sim.faults.clear()
    assert zoom.call("GET", "/users").status_code == 200


def test_a_rule_can_look_at_method_and_query(sim: Simulator, zoom: Zoom) -> None:
    sim.faults.add("500", r"page_size=7", method="GET")
    assert zoom.call("GET", "/users", page_size=8).status_code == 200
    assert zoom.call("GET", "/users", page_size=7).status_code == 500


def test_too_many_calls_are_told_with_every_form_of_retry_after(sim: Simulator, zoom: Zoom) -> None:
    sim.clock.freeze(datetime(2026, 11, 5, 12, tzinfo=UTC))
    zoom = Zoom(sim)
    said = {}
    for kind in RANDOM_KINDS[:4]:
        sim.faults.add(kind, "/users", seconds=90)
        answer = zoom.call("GET", "/users")
        assert answer.status_code == 429
        said[kind] = answer.headers.get("Retry-After")
    assert said["429 seconds"] == "90"
    assert said["429 iso"] == "2026-11-05T12:01:30Z"
    assert parsedate_to_datetime(said["429 date"] or "") == sim.clock.now() + timedelta(seconds=90)
    assert said["429 bare"] is None


@pytest.mark.parametrize("kind", ["reset", "truncated", "lost answer"])
def test_connections_break(sim: Simulator, zoom: Zoom, kind: Kind) -> None:
    sim.faults.add(kind, "/users")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        zoom.call("GET", "/users")
    assert zoom.call("GET", "/users").status_code == 200


@pytest.mark.parametrize("kind", ["html", "invalid json", "empty"])
def test_answers_are_no_json(sim: Simulator, zoom: Zoom, kind: Kind) -> None:
    sim.faults.add(kind, "/users")
    with pytest.raises(requests.JSONDecodeError):
        zoom.call("GET", "/users").json()


def test_an_error_can_come_with_status_200(sim: Simulator, zoom: Zoom) -> None:
    sim.faults.add("error with 200", "/users")
    answer = zoom.call("GET", "/users")
    assert (answer.status_code, answer.json()["code"]) == (200, 429)


def test_an_answer_can_be_slow(sim: Simulator, zoom: Zoom) -> None:
    sim.faults.add("slow", "/users", seconds=0.3)
    assert zoom.call("GET", "/users").elapsed.total_seconds() >= 0.3


def test_a_lost_answer_did_what_was_asked(sim: Simulator, zoom: Zoom) -> None:
    webinar = sim.account.add_webinar("me", "Talk", start=sim.clock.now() + timedelta(days=1))
    sim.faults.add("lost answer", method="POST")
    path = f"/webinars/{webinar.id}/registrants"
    with pytest.raises(requests.ConnectionError):
        zoom.call("POST", path, {"email": "ana@customer.example", "first_name": "Ana"})
    assert len(webinar.registrants) == 1


def test_a_reset_did_nothing(sim: Simulator, zoom: Zoom) -> None:
    webinar = sim.account.add_webinar("me", "Talk", start=sim.clock.now() + timedelta(days=1))
    sim.faults.add("reset", method="POST")
    with pytest.raises(requests.ConnectionError):
        zoom.call("POST", f"/webinars/{webinar.id}/registrants", {"email": "a@b.example", "first_name": "A"})
    assert not webinar.registrants


def test_a_listing_can_repeat_its_page_token_or_break_in_the_middle(sim: Simulator, zoom: Zoom) -> None:
    for number in range(70):
        sim.account.add_user(f"u{number}@own.example", "User", str(number))
    token = zoom.get("/users")["next_page_token"]
    sim.faults.add("repeated token", "next_page_token=")
    assert zoom.get("/users", next_page_token=token)["next_page_token"] == token
    sim.faults.add("expired token", "next_page_token=")
    assert zoom.call("GET", "/users", next_page_token=token).json()["code"] == 300
    assert zoom.get("/users", next_page_token=token)["users"]


def test_random_faults_are_the_same_for_the_same_seed() -> None:
    def kinds(seed: int) -> list[str]:
        faults = Faults(seed=seed, rate=0.2)
        return [getattr(faults.for_call("GET", "/x"), "kind", "") for _ in range(500)]

    assert kinds(3) == kinds(3)
    assert kinds(3) != kinds(4)
    assert 60 < sum(map(bool, kinds(3))) < 140
    assert set(kinds(3)) - {""} == set(RANDOM_KINDS)


def test_the_simulators_own_pages_never_fail(sim: Simulator) -> None:
    sim.faults.add("500", times=0)
    assert requests.get(sim.url, timeout=5).status_code == 200


def test_every_call_is_logged_without_its_secret(sim: Simulator, zoom: Zoom) -> None:
    sim.calls.clear()
    zoom.get("/users", page_size=5)
    (call,) = sim.calls
    assert (call.method, call.path, call.query, call.label) == ("GET", "/v2/users", "page_size=5", "MEDIUM")
    assert (call.status, call.authorization, call.fault) == (200, "Bearer", "")
    assert zoom.token not in repr(call)
    assert sim.calls.count("/users", label="MEDIUM") == 1
    assert sim.calls.count("/users", method="POST") == 0
    assert sim.calls.most_in_a_second("MEDIUM") == 1


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("not found", 404, 3001), ("too old", 400, 12702), ("paid plan", 400, 200), ("refused", 400, 300)],
)
def test_zoom_can_say_no_for_good(sim: Simulator, zoom: Zoom, kind: Kind, status: int, code: int) -> None:
    sim.faults.add(kind, "/users", times=0)
    for _time in range(2):
        answer = zoom.call("GET", "/users")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
