"""Reading by the API: pages, uuids, statuses, and what Zoom refuses to show."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.zoom_simulator.client import Zoom, twice
from zoom_simulator.account.rows import Instance, Webinar
from zoom_simulator.simulator import Simulator


@pytest.fixture
def webinar(sim: Simulator) -> Webinar:
    start = sim.clock.now() - timedelta(days=2)
    return sim.account.add_webinar("me", "Talk", start=start, at=start)


def fill(sim: Simulator, webinar: Webinar, people: int) -> None:
    for number in range(people):
        sim.account.register(webinar.id, f"p{number}@customer.example", f"P{number}")


def test_a_listing_comes_in_pages_of_thirty_unless_asked(
    sim: Simulator, zoom: Zoom, webinar: Webinar
) -> None:
    fill(sim, webinar, 70)
    path = f"/webinars/{webinar.id}/registrants"
    first = zoom.get(path)
    assert len(first["registrants"]) == 30
    assert first["total_records"] == 70
    rows = zoom.all(path, "registrants", page_size=50)
    assert [row["email"] for row in rows] == [f"p{number}@customer.example" for number in range(70)]
    assert zoom.call("GET", path, page_size=301).json()["code"] == 300


def test_a_page_token_lives_fifteen_minutes(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    fill(sim, webinar, 40)
    path = f"/webinars/{webinar.id}/registrants"
    token = zoom.get(path)["next_page_token"]
    sim.clock.advance(minutes=14)
    assert zoom.call("GET", path, next_page_token=token).status_code == 200
    sim.clock.advance(minutes=2)
    late = zoom.call("GET", path, next_page_token=token)
    assert late.status_code == 400
    assert late.json() == {"code": 300, "message": "The next page token is invalid or expired."}


def test_a_page_token_only_works_with_the_same_query(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    fill(sim, webinar, 40)
    path = f"/webinars/{webinar.id}/registrants"
    token = zoom.get(path, status="approved")["next_page_token"]
    assert zoom.call("GET", path, status="denied", next_page_token=token).status_code == 400
    assert zoom.call("GET", path, next_page_token=token).status_code == 400


def test_a_change_between_two_pages_loses_and_repeats_nobody(
    sim: Simulator, zoom: Zoom, webinar: Webinar
) -> None:
    fill(sim, webinar, 40)
    path = f"/webinars/{webinar.id}/registrants"
    first = zoom.get(path)
    sim.account.cancel_oneself(webinar.id, first["registrants"][0]["id"])
    second = zoom.get(path, next_page_token=first["next_page_token"])
    assert len({row["id"] for row in first["registrants"] + second["registrants"]}) == 40


def test_listings_may_come_in_another_order_each_time(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    fill(sim, webinar, 40)
    sim.pages.unstable_order = True
    one, other = (
        [row["id"] for row in zoom.all(f"/webinars/{webinar.id}/registrants", "registrants")]
        for _ in range(2)
    )
    assert one != other
    assert set(one) == set(other)


@pytest.mark.parametrize("shape", ["leading slash", "double slash"])
def test_a_uuid_with_awkward_slashes_must_be_encoded_twice(
    sim: Simulator, zoom: Zoom, webinar: Webinar, shape: str
) -> None:
    instance = sim.account.hold(webinar.id, webinar.start or sim.clock.now(), 60, shape=shape)
    once = zoom.call("GET", f"/past_webinars/{quote(instance.uuid, safe='')}/participants")
    assert once.status_code == 404
    eaten = instance.uuid.replace("//", "/").lstrip("/")
    assert once.json() == {"code": 3001, "message": f"Meeting does not exist: {eaten}."}
    assert zoom.get(f"/past_webinars/{twice(instance.uuid)}/participants")["total_records"] == 1


def test_other_uuids_may_be_encoded_once_or_twice(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    instance = sim.account.hold(webinar.id, webinar.start or sim.clock.now(), 60, shape="single slash")
    for key in (quote(instance.uuid, safe=""), twice(instance.uuid)):
        assert zoom.get(f"/past_webinars/{key}/participants")["total_records"] == 1
    raw = zoom.call("GET", f"/past_webinars/{instance.uuid}/participants")
    assert raw.status_code == 404


def test_the_number_of_a_webinar_means_its_latest_instance(
    sim: Simulator, zoom: Zoom, webinar: Webinar
) -> None:
    start = sim.clock.now() - timedelta(days=2)
    sim.account.hold(webinar.id, start, 10)
    later = sim.account.hold(webinar.id, start + timedelta(minutes=20), 40)
    sim.account.stay(later, later.start, later.start + timedelta(minutes=5), name="Late")
    names = [row["name"] for row in zoom.get(f"/past_webinars/{webinar.id}/participants")["participants"]]
    assert names == ["Olivia Owner", "Late"]
    assert len(zoom.get(f"/past_webinars/{webinar.id}/instances")["webinars"]) == 2


def test_a_webinar_that_runs_is_no_past_one(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    running = sim.account.start_webinar(webinar.id)
    assert zoom.get(f"/past_webinars/{webinar.id}/instances")["webinars"] == []
    assert zoom.call("GET", f"/past_webinars/{twice(running.uuid)}/participants").status_code == 404
    assert zoom.get("/metrics/webinars", **_month(sim))["webinars"][0]["uuid"] == running.uuid


def test_a_webinar_is_gone_ninety_days_after_its_end_and_its_reports_after_a_year(
    sim: Simulator, zoom: Zoom, webinar: Webinar
) -> None:
    instance = sim.account.hold(webinar.id, webinar.start or sim.clock.now(), 60)
    sim.clock.advance(days=87)
    assert zoom_again(sim).call("GET", f"/webinars/{webinar.id}").status_code == 200
    sim.clock.advance(days=3)
    zoom = zoom_again(sim)
    gone = zoom.call("GET", f"/webinars/{webinar.id}")
    assert gone.status_code == 404
    assert gone.json() == {"code": 3001, "message": f"Webinar does not exist: {webinar.id}."}
    assert zoom.get(f"/users/{webinar.host_id}/webinars")["webinars"] == []
    assert zoom.get(f"/report/webinars/{twice(instance.uuid)}")["id"] == webinar.id
    sim.clock.advance(days=300)
    old = zoom_again(sim).call("GET", f"/report/webinars/{twice(instance.uuid)}")
    assert (old.status_code, old.json()["code"]) == (400, 12702)


def zoom_again(sim: Simulator) -> Zoom:
    """Time passed: the token is old."""
    return Zoom(sim)


def test_a_host_without_licence_has_no_list(sim: Simulator, zoom: Zoom) -> None:
    user = sim.account.add_user("uwe@own.example", "Uwe", "Unlicensed", webinar_plan=False)
    answer = zoom.call("GET", f"/users/{user.id}/webinars")
    assert (answer.status_code, answer.json()["code"]) == (400, 200)
    assert answer.json()["message"].startswith("Webinar plan is missing.")


def test_webinars_of_zoom_events_are_listed_unless_not_wanted(sim: Simulator, zoom: Zoom) -> None:
    sim.account.add_webinar("me", "Summit", start=sim.clock.now(), is_events_webinar=True)
    path = f"/users/{sim.account.owner_id}/webinars"
    assert [row["is_events_webinar"] for row in zoom.get(path)["webinars"]] == [True]
    assert zoom.get(path, include_events_webinar="false")["webinars"] == []


def test_only_what_is_to_come_is_upcoming(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    later = sim.account.add_webinar("me", "Later", start=sim.clock.now() + timedelta(days=1))
    found = zoom.get(f"/users/{webinar.host_id}/webinars", type="upcoming")["webinars"]
    assert [row["id"] for row in found] == [later.id]


def test_earlier_occurrences_are_shown_when_asked_for(sim: Simulator, zoom: Zoom) -> None:
    starts = [sim.clock.now() + timedelta(days=days) for days in (-7, 7)]
    webinar = sim.account.add_webinar("me", "Series", occurrence_starts=starts)
    path = f"/webinars/{webinar.id}"
    assert len(zoom.get(path)["occurrences"]) == 1
    assert len(zoom.get(path, show_previous_occurrences="true")["occurrences"]) == 2
    assert zoom.call("GET", path, occurrence_id="1").json()["code"] == 300


def test_a_series_is_listed_with_the_date_that_comes_next_and_in_the_end_with_its_last(
    sim: Simulator, zoom: Zoom
) -> None:
    now = sim.clock.now().replace(microsecond=0)
    starts = [now + timedelta(days=days) for days in (-7, 0, 7)]
    webinar = sim.account.add_webinar("me", "Series", occurrence_starts=starts)
    listed = zoom.get("/users/me/webinars")["webinars"][0]["start_time"]
    assert listed == f"{now:%Y-%m-%dT%H:%M:%SZ}"  # it is on
    assert webinar.next_start(now + timedelta(hours=2)) == starts[2]
    assert webinar.next_start(now + timedelta(days=30)) == starts[2]


def test_registrants_of_one_occurrence_are_listed_in_their_state_for_it(sim: Simulator, zoom: Zoom) -> None:
    starts = [sim.clock.now() + timedelta(days=days) for days in (7, 14)]
    webinar = sim.account.add_webinar("me", "Series", occurrence_starts=starts, registration_type=2)
    first, second = (occurrence.id for occurrence in webinar.occurrences)
    registrant = sim.account.register(webinar.id, "a@customer.example", "A", occurrence_ids=[first, second])
    sim.account.cancel(webinar.id, registrant.id, occurrence_id=second)
    path = f"/webinars/{webinar.id}/registrants"
    assert len(zoom.get(path, occurrence_id=first)["registrants"]) == 1
    assert zoom.get(path, occurrence_id=second)["registrants"] == []
    denied = zoom.get(path, occurrence_id=second, status="denied")["registrants"]
    assert [row["status"] for row in denied] == ["denied"]


def test_registrant_ids_of_participants_can_be_withheld(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    instance = sim.account.hold(webinar.id, webinar.start or sim.clock.now(), 60)
    key = twice(instance.uuid)
    assert "registrant_id" in zoom.get(f"/past_webinars/{key}/participants")["participants"][0]
    sim.account.participants_have_registrant_id = False
    assert "registrant_id" not in zoom.get(f"/past_webinars/{key}/participants")["participants"][0]
    report = f"/report/webinars/{key}/participants"
    assert "registrant_id" not in zoom.get(report)["participants"][0]
    assert "registrant_id" in zoom.get(report, include_fields="registrant_id")["participants"][0]


def test_history_tells_of_sessions_whose_webinar_was_deleted(
    sim: Simulator, zoom: Zoom, webinar: Webinar
) -> None:
    instance: Instance = sim.account.hold(webinar.id, webinar.start or sim.clock.now(), 60)
    sim.account.delete_webinar(webinar.id)
    found = zoom.get("/report/history_meetings", **_month(sim), meeting_type="webinar")
    assert [row["meeting_uuid"] for row in found["history_meetings"]] == [instance.uuid]
    too_long = {"from": "2026-01-01", "to": "2026-03-01"}
    assert zoom.call("GET", "/report/history_meetings", **too_long).json()["code"] == 300


def test_absentees_are_the_registrants_who_did_not_come(sim: Simulator, zoom: Zoom, webinar: Webinar) -> None:
    came, absent = (
        sim.account.register(webinar.id, f"{name}@customer.example", name) for name in ("came", "absent")
    )
    instance = sim.account.hold(webinar.id, webinar.start or sim.clock.now(), 60)
    sim.account.stay(instance, instance.start, instance.start, name="came", registrant_id=came.id)
    rows = zoom.get(f"/past_webinars/{twice(instance.uuid)}/absentees")["registrants"]
    assert [row["id"] for row in rows] == [absent.id]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/webinars/1", 404, 3001),
        ("/webinars/abc", 400, 300),
        ("/users/nobody", 404, 1001),
        ("/past_webinars/1/participants", 404, 3001),
        ("/report/webinars/xyz", 404, 3001),
        ("/meetings/1/recordings", 404, 3001),
        ("/nothing/here", 404, 2300),
    ],
)
def test_what_does_not_exist_has_zooms_error(zoom: Zoom, path: str, status: int, code: int) -> None:
    answer = zoom.call("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def _month(sim: Simulator) -> dict[str, str]:
    now = sim.clock.now()
    return {
        "from": (now - timedelta(days=20)).strftime("%Y-%m-%d"),
        "to": now.strftime("%Y-%m-%d"),
    }
