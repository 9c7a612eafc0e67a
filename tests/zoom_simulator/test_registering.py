"""Registering by the API: what Zoom takes, what it refuses, and in which words."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.zoom_simulator.client import Zoom
from zoom_simulator.account.rows import Webinar
from zoom_simulator.server import running_simulator
from zoom_simulator.simulator import Simulator

ANA = {"email": "ana@customer.example", "first_name": "Ana", "last_name": "Silva"}


def upcoming(sim: Simulator, **more: Any) -> Webinar:
    return sim.account.add_webinar("me", "Talk", start=sim.clock.now() + timedelta(days=1), **more)


def test_a_person_is_registered_and_listed(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim)
    answer = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA)
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "approved"
    assert body["join_url"]
    listed = zoom.get(f"/webinars/{webinar.id}/registrants")["registrants"]
    assert [(row["id"], row["email"]) for row in listed] == [(body["registrant_id"], ANA["email"])]


def test_registering_again_returns_the_first_registration(sim: Simulator, zoom: Zoom) -> None:
    path = f"/webinars/{upcoming(sim).id}/registrants"
    first = zoom.call("POST", path, ANA).json()
    again = zoom.call("POST", path, ANA | {"email": "ANA@customer.example"})
    assert (again.status_code, again.json()["registrant_id"]) == (201, first["registrant_id"])


def test_with_approval_by_hand_people_wait_without_a_join_link(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim, approval_type=1)
    body = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA).json()
    assert body["status"] == "pending"
    assert "join_url" not in body
    assert len(zoom.get(f"/webinars/{webinar.id}/registrants", status="pending")["registrants"]) == 1


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"approval_type": 2}, 3000, "does not have registration as required"),
        ({"paid": True}, 3000, "does not support paid registration"),
        ({"closed": True}, 3038, "Webinar is over"),
        ({"is_events_webinar": True}, 3000, "does not have registration as required"),
        ({"alternative_hosts": ["ana@customer.example"]}, 3027, "Host cannot register."),
        ({"panelists": [("Ana", "Ana@customer.example")]}, 3000, "invited as a panelist"),
        ({"capacity": 0}, 3043, "maximum attendee capacity"),
    ],
)
def test_a_webinar_refuses_in_zooms_words(
    sim: Simulator, zoom: Zoom, settings: dict[str, Any], code: int, words: str
) -> None:
    webinar = upcoming(sim, **settings)
    answer = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert words in answer.json()["message"]
    assert not webinar.registrants


def test_r82_the_host_cannot_register(sim: Simulator, zoom: Zoom) -> None:
    answer = zoom.call(
        "POST", f"/webinars/{upcoming(sim).id}/registrants", ANA | {"email": "Owner@own.example"}
    )
    assert answer.json() == {"code": 3027, "message": "Host cannot register."}


def test_a_webinar_that_is_over_takes_nobody(sim: Simulator, zoom: Zoom) -> None:
    webinar = sim.account.add_webinar("me", "Talk", start=sim.clock.now() - timedelta(days=1))
    answer = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA)
    assert answer.json()["code"] == 3038


def test_the_hosts_own_limit_is_kept(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim, restrict_number=1)
    sim.account.register(webinar.id, "first@customer.example", "First")
    answer = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA)
    assert answer.json()["code"] == 3000
    assert "reached the limit" in answer.json()["message"]


def test_free_mail_addresses_are_refused_where_work_emails_are_wanted(sim: Simulator, zoom: Zoom) -> None:
    path = f"/webinars/{upcoming(sim, work_email_only=True).id}/registrants"
    refused = zoom.call("POST", path, ANA | {"email": "ana@freemail.example"})
    assert refused.json()["code"] == 3034
    assert zoom.call("POST", path, ANA).status_code == 201


def test_somebody_denied_cannot_register_again_until_removed(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim)
    path = f"/webinars/{webinar.id}/registrants"
    first = zoom.call("POST", path, ANA).json()["registrant_id"]
    change = {"action": "cancel", "registrants": [{"id": first}]}
    assert zoom.call("PUT", f"{path}/status", change).status_code == 204
    assert [row["status"] for row in zoom.get(path, status="denied")["registrants"]] == ["denied"]
    assert zoom.call("POST", path, ANA).json()["code"] == 3000
    assert zoom.call("DELETE", f"{path}/{first}").status_code == 204
    assert zoom.call("POST", path, ANA).status_code == 201


def test_r23_missing_required_fields_are_named(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(
        sim,
        questions=[{"field_name": "org", "required": True}, {"field_name": "city", "required": False}],
        custom_questions=[{"title": "Why?", "type": "short", "required": True, "answers": []}],
    )
    path = f"/webinars/{webinar.id}/registrants"
    answer = zoom.call("POST", path, {"email": "ana@customer.example"})
    assert answer.json()["code"] == 300
    assert {row["field"] for row in answer.json()["errors"]} == {
        "first_name",
        "org",
        "custom_questions.Why?",
    }
    whole = ANA | {"org": "Acme", "custom_questions": [{"title": "Why?", "value": "Because"}]}
    assert zoom.call("POST", path, whole).status_code == 201
    assert zoom.get(path)["registrants"][0]["org"] == "Acme"


@pytest.mark.parametrize("change", [{"first_name": "x" * 65}, {"email": "no address"}])
def test_fields_that_cannot_be_are_refused(sim: Simulator, zoom: Zoom, change: dict[str, str]) -> None:
    answer = zoom.call("POST", f"/webinars/{upcoming(sim).id}/registrants", ANA | change)
    assert answer.json()["errors"][0]["field"] == next(iter(change))


def test_a_body_that_is_no_json_object_is_refused(sim: Simulator, zoom: Zoom) -> None:
    answer = zoom.call("POST", f"/webinars/{upcoming(sim).id}/registrants", [1])
    assert answer.json() == {"code": 300, "message": "Request Body should be a valid JSON object."}


def test_occurrences_are_chosen_in_the_query(sim: Simulator, zoom: Zoom) -> None:
    starts = [sim.clock.now() + timedelta(days=days) for days in (7, 14)]
    webinar = sim.account.add_webinar("me", "Series", occurrence_starts=starts, registration_type=3)
    path = f"/webinars/{webinar.id}/registrants"
    second = webinar.occurrences[1].id
    body = zoom.call("POST", path, ANA, occurrence_ids=second).json()
    assert [row["occurrence_id"] for row in body["occurrences"]] == [second]
    assert zoom.get(path, occurrence_id=webinar.occurrences[0].id)["registrants"] == []
    unknown = zoom.call("POST", path, ANA | {"email": "ben@customer.example"}, occurrence_ids="1")
    assert unknown.json()["code"] == 300


def test_batches_are_for_single_webinars_and_thirty_people(sim: Simulator, zoom: Zoom) -> None:
    series = sim.account.add_webinar("me", "Series", occurrence_starts=[sim.clock.now() + timedelta(days=1)])
    refused = zoom.call("POST", f"/webinars/{series.id}/batch_registrants", {"registrants": [ANA]})
    assert "type 5" in refused.json()["message"]
    webinar = upcoming(sim, approval_type=1)
    path = f"/webinars/{webinar.id}/batch_registrants"
    assert zoom.call("POST", path, {"registrants": [ANA] * 31}).json()["code"] == 300
    assert zoom.call("POST", path, {"auto_approve": True, "registrants": [ANA]}).status_code == 201
    assert [registrant.status for registrant in webinar.registrants.values()] == ["approved"]


def test_approving_beyond_the_capacity_is_refused(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim, approval_type=1, capacity=0)
    registrant = sim.account.register(webinar.id, "ana@customer.example", "Ana")
    change = {"action": "approve", "registrants": [{"id": registrant.id}]}
    answer = zoom.call("PUT", f"/webinars/{webinar.id}/registrants/status", change)
    assert answer.json()["code"] == 3035


def test_a_date_of_a_series_is_added_to_those_a_person_has(sim: Simulator, zoom: Zoom) -> None:
    starts = [sim.clock.now() + timedelta(days=days) for days in (7, 14)]
    webinar = sim.account.add_webinar("me", "Series", occurrence_starts=starts, registration_type=2)
    path, (first, second) = (
        f"/webinars/{webinar.id}/registrants",
        (occurrence.id for occurrence in webinar.occurrences),
    )
    one = zoom.call("POST", path, ANA, occurrence_ids=first).json()
    two = zoom.call("POST", path, ANA, occurrence_ids=second).json()
    assert two["registrant_id"] == one["registrant_id"]
    assert {date["occurrence_id"] for date in two["occurrences"]} == {first, second}
    assert len(zoom.get(path, occurrence_id=second)["registrants"]) == 1


def test_whoever_is_denied_for_one_date_cannot_register_for_it_again(sim: Simulator, zoom: Zoom) -> None:
    starts = [sim.clock.now() + timedelta(days=days) for days in (7, 14)]
    webinar = sim.account.add_webinar("me", "Series", occurrence_starts=starts, registration_type=2)
    path, (first, second) = (
        f"/webinars/{webinar.id}/registrants",
        (occurrence.id for occurrence in webinar.occurrences),
    )
    one = zoom.call("POST", path, ANA, occurrence_ids=f"{first},{second}").json()["registrant_id"]
    zoom.call(
        "PUT", f"{path}/status", {"action": "cancel", "registrants": [{"id": one}]}, occurrence_id=first
    )
    assert "denied" in zoom.call("POST", path, ANA, occurrence_ids=first).json()["message"]
    assert zoom.call("POST", path, ANA, occurrence_ids=second).status_code == 201


def test_a_date_that_is_over_takes_nobody(sim: Simulator, zoom: Zoom) -> None:
    starts = [sim.clock.now() + timedelta(days=days) for days in (-7, 7)]
    webinar = sim.account.add_webinar("me", "Series", occurrence_starts=starts, registration_type=2)
    past = webinar.occurrences[0].id
    answer = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA, occurrence_ids=past)
    assert answer.json()["code"] == 3038


def again(sim: Simulator, zoom: Zoom, status: str) -> requests.Response:
    """What someone in this status gets who is added once more."""
    webinar = upcoming(sim)
    sim.account.register(webinar.id, ANA["email"], "Ana", status=status)
    return zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA)


def full(sim: Simulator, zoom: Zoom) -> requests.Response:
    return zoom.call("POST", f"/webinars/{upcoming(sim, capacity=0).id}/registrants", ANA)


def incomplete(sim: Simulator, zoom: Zoom) -> requests.Response:
    questions = [{"field_name": "org", "required": True}]
    return zoom.call("POST", f"/webinars/{upcoming(sim, questions=questions).id}/registrants", ANA)


def waiting(sim: Simulator, zoom: Zoom) -> requests.Response:
    return zoom.call("POST", f"/webinars/{upcoming(sim, approval_type=1).id}/registrants", ANA)


def test_what_is_unconfirmed_of_zoom_can_be_set_either_way(sim: Simulator, zoom: Zoom) -> None:
    def with_setting(**setting: Any) -> None:
        answer = requests.post(f"{sim.url}/simulator/unconfirmed", json=setting, timeout=10)
        assert answer.status_code == 200, answer.text

    with_setting(existing_registrant="refused", full_code=3000, enforces_questions=False)
    with_setting(pending_has_join_url=True, answer_has_status=False, denied_can_register_again=True)
    assert "already registered" in again(sim, zoom, "approved").json()["message"]
    assert again(sim, zoom, "denied").status_code == 201
    assert full(sim, zoom).json()["code"] == 3000
    assert incomplete(sim, zoom).status_code == 201
    assert waiting(sim, zoom).json().keys() >= {"join_url", "registrant_id"}
    assert "status" not in waiting(sim, zoom).json()


def test_deleting_a_registrant_may_leave_the_address_blocked(sim: Simulator, zoom: Zoom) -> None:
    sim.account.unconfirmed.delete_lifts_denial = False
    webinar = upcoming(sim)
    denied = sim.account.register(webinar.id, ANA["email"], "Ana", status="denied")
    path = f"/webinars/{webinar.id}/registrants"
    assert zoom.call("DELETE", f"{path}/{denied.id}").status_code == 204
    assert zoom.call("POST", path, ANA).json()["code"] == 3000


def test_additions_by_the_api_may_be_announced_by_no_webhook(sim: Simulator, zoom: Zoom) -> None:
    sim.account.unconfirmed.announces_additions = False
    told: list[str] = []
    sim.account.listeners.append(lambda event: told.append(event.name))
    zoom.call("POST", f"/webinars/{upcoming(sim).id}/registrants", ANA)
    assert "webinar.registration_created" not in told


@pytest.mark.parametrize("setting", [{"unheard_of": True}, {"full_code": 1}, {"enforces_questions": "?"}])
def test_an_answer_that_is_none_cannot_be_set(sim: Simulator, setting: dict[str, Any]) -> None:
    answer = requests.post(f"{sim.url}/simulator/unconfirmed", json=setting, timeout=10)
    assert answer.status_code == 400


def test_the_host_can_change_who_may_register(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim)
    body = {"webinar_id": webinar.id, "approval_type": 2}
    assert requests.post(f"{sim.url}/simulator/do/change_registration", json=body, timeout=10).ok
    assert zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA).json()["code"] == 3000
    wrong = requests.post(f"{sim.url}/simulator/do/change_registration", json=body | {"id": 7}, timeout=10)
    assert wrong.status_code == 400


def test_the_daily_limit_may_be_of_an_address_in_all_webinars(sim: Simulator, zoom: Zoom) -> None:
    limits = {"per_registrant": True, "per_address": True}
    requests.post(f"{sim.url}/simulator/limits", json=limits, timeout=10)
    paths = [f"/webinars/{upcoming(sim).id}/registrants" for _ in range(4)]
    assert [zoom.call("POST", path, ANA).status_code for path in paths] == [201, 201, 201, 429]


def test_any_refusal_can_be_made_to_happen(sim: Simulator, zoom: Zoom) -> None:
    fault = {"kind": "error", "path": "/registrants", "status": 400, "code": 4242, "message": "Novel."}
    assert requests.post(f"{sim.url}/simulator/faults", json=fault, timeout=10).ok
    answer = zoom.call("POST", f"/webinars/{upcoming(sim).id}/registrants", ANA)
    assert (answer.status_code, answer.json()) == (400, {"code": 4242, "message": "Novel."})


def test_each_case_of_the_scenario_refuses_in_its_own_way() -> None:
    with running_simulator("registering") as sim:
        zoom = Zoom(sim)
        said = {
            webinar.topic: zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA).json().get("code")
            for webinar in sim.account.webinars.values()
        }
    assert said == {
        "takes everybody": None,
        "approves by hand": None,
        "asks for no registration": 3000,
        "requires last name and more": 300,
        "requires an answer": 300,
        "is full": 3043,
        "restricts registrations": 3000,
        "costs money": 3000,
        "wants work emails": None,
        "closed its registration": 3038,
        "has other hosts and panelists": None,
        "knows somebody denied": None,
        "series with one registration": None,
        "series registered by date": None,
        "series with chosen dates": None,
        "has no fixed time": None,
        "is over": 3038,
        "belongs to zoom events": 3000,
        "host without licence": 200,
    }
