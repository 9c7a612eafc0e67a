"""D15: Zoom's rate limits, as an account of each plan meets them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.zoom_simulator.client import Zoom
from zoom_simulator.limits import ADDITIONS_PER_DAY, STATUS_CHANGES_PER_DAY
from zoom_simulator.simulator import Simulator

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


@pytest.fixture
def limited(sim: Simulator) -> Simulator:
    sim.clock.set(NOON)
    return sim


def test_without_a_plan_nothing_is_limited(zoom: Zoom) -> None:
    assert {zoom.call("GET", "/users").status_code for _ in range(10)} == {200}


def test_the_third_medium_call_of_a_second_is_too_many_on_the_free_plan(limited: Simulator) -> None:
    limited.limits.switch("free")
    zoom = Zoom(limited)
    answers = [zoom.call("GET", "/users") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["X-RateLimit-Category"] == "Medium"
    assert answers[0].headers["X-RateLimit-Remaining"] == "1"
    assert answers[2].headers["X-RateLimit-Type"] == "QPS"
    assert "Retry-After" not in answers[2].headers
    assert answers[2].json()["code"] == 429
    limited.clock.advance(seconds=1)
    assert zoom.call("GET", "/users").status_code == 200


def test_labels_are_counted_apart_and_for_the_whole_account(limited: Simulator) -> None:
    limited.limits.switch("free")
    one, other = Zoom(limited), Zoom(limited)
    assert one.call("GET", "/users").status_code == 200
    assert other.call("GET", "/users").status_code == 200
    assert one.call("GET", "/users").status_code == 429
    assert one.call("GET", "/users/me").status_code == 200


def test_the_dashboard_is_counted_by_the_minute(limited: Simulator) -> None:
    limited.limits.switch("business")
    zoom = Zoom(limited)
    period = {"from": "2026-11-01", "to": "2026-11-05", "type": "past"}
    answers = [zoom.call("GET", "/metrics/webinars", **period).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_a_used_up_day_says_until_when_as_a_date(limited: Simulator) -> None:
    limited.limits.switch("pro")
    limited.limits.use_up_day("HEAVY")
    zoom = Zoom(limited)
    period = {"from": "2026-11-01", "to": "2026-11-05"}
    answer = zoom.call("GET", "/report/history_meetings", **period)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2026-11-06T00:00:00Z"
    assert answer.headers["X-RateLimit-Type"] == "Daily-limit"
    assert zoom.call("GET", "/metrics/webinars", **period, type="past").status_code == 429
    limited.clock.set(NOON + timedelta(hours=12))
    assert Zoom(limited).call("GET", "/report/history_meetings", **period).status_code == 200


def test_a_person_can_be_added_three_times_a_day(limited: Simulator) -> None:
    limited.limits.per_registrant = True
    webinar = limited.account.add_webinar("me", "Talk", start=NOON + timedelta(days=3))
    zoom, path = Zoom(limited), f"/webinars/{webinar.id}/registrants"
    ana = {"email": "ana@customer.example", "first_name": "Ana"}
    statuses = [zoom.call("POST", path, ana).status_code for _ in range(ADDITIONS_PER_DAY + 1)]
    assert statuses == [201, 201, 201, 429]
    message = zoom.call("POST", path, ana).json()["message"]
    assert "daily rate limit of (3) for Add a webinar registrant API" in message
    assert "(ana@customer.example)" in message
    ben = {"email": "ben@customer.example", "first_name": "Ben"}
    assert zoom.call("POST", path, ben).status_code == 201
    limited.clock.set(NOON + timedelta(hours=12))
    assert Zoom(limited).call("POST", path, ana).status_code == 201


def test_a_persons_status_can_be_changed_ten_times_a_day(limited: Simulator) -> None:
    limited.limits.per_registrant = True
    webinar = limited.account.add_webinar("me", "Talk", start=NOON + timedelta(days=3))
    registrant = limited.account.register(webinar.id, "ana@customer.example", "Ana")
    zoom, path = Zoom(limited), f"/webinars/{webinar.id}/registrants/status"
    change = {"action": "approve", "registrants": [{"id": registrant.id}]}
    statuses = [zoom.call("PUT", path, change).status_code for _ in range(STATUS_CHANGES_PER_DAY + 1)]
    assert statuses == [204] * 10 + [429]
