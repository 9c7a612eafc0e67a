"""Registering by the API: what Zoom takes, what it refuses, and in which words."""

from datetime import timedelta
from typing import Any

import pytest

from integrations.simulator.simulator import Simulator
from integrations.simulator.world.rows import Webinar
from tests.integrations.simulator.client import Zoom

ANA = {"email": "ana@customer.example", "first_name": "Ana", "last_name": "Silva"}


def upcoming(sim: Simulator, **more: Any) -> Webinar:
    return sim.world.add_webinar("me", "Talk", start=sim.clock.now() + timedelta(days=1), **more)


def test_a_person_is_registered_and_listed(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim)
    answer = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA)
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "approved"
    assert body["join_url"]
    listed = zoom.get(f"/webinars/{webinar.id}/registrants")["registrants"]
    assert [(one["id"], one["email"]) for one in listed] == [(body["registrant_id"], ANA["email"])]


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
    webinar = sim.world.add_webinar("me", "Talk", start=sim.clock.now() - timedelta(days=1))
    answer = zoom.call("POST", f"/webinars/{webinar.id}/registrants", ANA)
    assert answer.json()["code"] == 3038


def test_the_hosts_own_limit_is_kept(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim, restrict_number=1)
    sim.world.register(webinar.id, "first@customer.example", "First")
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
    assert [one["status"] for one in zoom.get(path, status="denied")["registrants"]] == ["denied"]
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
    assert {one["field"] for one in answer.json()["errors"]} == {
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
    webinar = sim.world.add_webinar("me", "Series", occurrence_starts=starts, registration_type=3)
    path = f"/webinars/{webinar.id}/registrants"
    second = webinar.occurrences[1].id
    body = zoom.call("POST", path, ANA, occurrence_ids=second).json()
    assert [one["occurrence_id"] for one in body["occurrences"]] == [second]
    assert zoom.get(path, occurrence_id=webinar.occurrences[0].id)["registrants"] == []
    unknown = zoom.call("POST", path, ANA | {"email": "ben@customer.example"}, occurrence_ids="1")
    assert unknown.json()["code"] == 300


def test_batches_are_for_single_webinars_and_thirty_people(sim: Simulator, zoom: Zoom) -> None:
    series = sim.world.add_webinar("me", "Series", occurrence_starts=[sim.clock.now() + timedelta(days=1)])
    refused = zoom.call("POST", f"/webinars/{series.id}/batch_registrants", {"registrants": [ANA]})
    assert "type 5" in refused.json()["message"]
    webinar = upcoming(sim, approval_type=1)
    path = f"/webinars/{webinar.id}/batch_registrants"
    assert zoom.call("POST", path, {"registrants": [ANA] * 31}).json()["code"] == 300
    assert zoom.call("POST", path, {"auto_approve": True, "registrants": [ANA]}).status_code == 201
    assert [one.status for one in webinar.registrants.values()] == ["approved"]


def test_approving_beyond_the_capacity_is_refused(sim: Simulator, zoom: Zoom) -> None:
    webinar = upcoming(sim, approval_type=1, capacity=0)
    one = sim.world.register(webinar.id, "ana@customer.example", "Ana")
    change = {"action": "approve", "registrants": [{"id": one.id}]}
    answer = zoom.call("PUT", f"/webinars/{webinar.id}/registrants/status", change)
    assert answer.json()["code"] == 3035
