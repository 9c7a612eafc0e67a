"""Every answer of the simulator has the paths, parameters, fields and types of Zoom's published interface.

`contract.json` was drawn up from Zoom's OpenAPI of 2026. It holds facts only: names and types.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.zoom_simulator.client import Zoom, twice
from zoom_simulator.account.rows import Instance, Webinar
from zoom_simulator.api import ENDPOINTS
from zoom_simulator.server import running_simulator
from zoom_simulator.simulator import Simulator

CONTRACT = json.loads(Path(__file__).with_name("contract.json").read_text())
# Fields that Zoom is known to send, though its document has them elsewhere (webhooks, a later edition).
FILES = {"recording_files": [{"file_type": "string"}]}  # its text also names TIMELINE
ALSO_SENT = {
    "GET /meetings/{meetingId}/recordings": {"share_url": "string", **FILES},
    "GET /users/{userId}/recordings": {"meetings": [{"share_url": "string", **FILES}]},
    "GET /webinars/{webinarId}/registrants/{registrantId}": {"language": "string"},
}
# Parameters that work, though the document does not declare them.
ALSO_TAKEN = {"GET /users/{userId}/webinars": {"next_page_token"}}
TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def operation(method: str, path: str) -> str:
    """The contract's name for one of the simulator's routes."""
    shape = re.sub(r"<\w+>", "{}", path)
    return next(name for name in CONTRACT if re.sub(r"\{\w+\}", "{}", name) == f"{method} {shape}")


def problems(body: Any, schema: Any, where: str = "") -> Iterator[str]:
    if isinstance(schema, dict):
        if not isinstance(body, dict):
            yield f"{where} is no object"
            return
        for name, value in body.items():
            if name not in schema:
                yield f"{where}.{name} is not in the contract"
            else:
                yield from problems(value, schema[name], f"{where}.{name}")
    elif isinstance(schema, list):
        for value in body:
            yield from problems(value, schema[0], f"{where}[]")
    elif schema != "any":
        kind, _, words = schema.partition(":")
        if not isinstance(body, TYPES[kind]) or (kind == "integer" and isinstance(body, bool)):
            yield f"{where} is {body!r}, not {kind}"
        elif words and body not in ("", *words.split("|")):
            yield f"{where} is {body!r}, not one of {words}"


def merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {key: merged(one[key], value) if key in one else value for key, value in other.items()}
    if isinstance(one, list) and isinstance(other, list):
        return [merged(one[0], other[0])]
    return other


class Checked:
    """A client that holds every answer against the contract."""

    def __init__(self, simulator: Simulator) -> None:
        self.zoom = Zoom(simulator)
        self.seen: set[str] = set()

    def __call__(self, name: str, path: str, json: Any = None, **query: Any) -> Any:
        method, contract = name.split(" ", maxsplit=1)[0], CONTRACT[name]
        assert set(query) <= set(contract["parameters"]) | ALSO_TAKEN.get(name, set())
        answer = self.zoom.call(method, path, json, **query)
        assert str(answer.status_code) in contract["answers"], f"{name} {path}: {answer.text}"
        schema = contract["answers"][str(answer.status_code)]
        self.seen.add(name)
        if not answer.content:
            return None
        found = list(problems(answer.json(), merged(schema, ALSO_SENT.get(name, {})), name))
        assert not found, found[:5]
        return answer.json()


@pytest.fixture(params=["demo", "nasty"])
def simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with running_simulator(request.param) as simulator:
        without_malformed_rows(simulator)
        yield simulator


def without_malformed_rows(simulator: Simulator) -> None:
    """Some rows of the nasty scenario are sent wrongly on purpose."""
    for webinar in simulator.account.webinars.values():
        webinar.wire = webinar.settings_wire = None
        webinar.strays.clear()
        for registrant in webinar.registrants.values():
            registrant.wire = None
        for instance in webinar.instances:
            instance.strays.clear()
            for row in instance.rows:
                row.wire = None


def readable(simulator: Simulator) -> list[Webinar]:
    account = simulator.account
    return [
        webinar
        for webinar in account.webinars.values()
        if not account.is_gone(webinar)
        and not webinar.detail_missing
        and not webinar.forbidden
        and account.users[webinar.host_id].webinar_plan
    ]


def test_every_answer_of_a_scenario_is_as_zooms_document_says(simulator: Simulator) -> None:
    ask = Checked(simulator)
    now = simulator.clock.now()
    period = {"from": now.replace(day=1).strftime("%Y-%m-%d"), "to": now.strftime("%Y-%m-%d")}
    users = ask("GET /users", "/users", status="active", page_size=300)["users"]
    for user in users:
        ask("GET /users/{userId}", f"/users/{user['id']}")
        ask("GET /users/{userId}/recordings", f"/users/{user['id']}/recordings", **period, page_size=300)
        ask("GET /report/users/{userId}/meetings", f"/report/users/{user['id']}/meetings", **period)
        if simulator.account.users[user["id"]].webinar_plan:
            ask("GET /users/{userId}/webinars", f"/users/{user['id']}/webinars", page_size=300)
    ask("GET /report/history_meetings", "/report/history_meetings", **period, meeting_type="webinar")
    ask("GET /metrics/webinars", "/metrics/webinars", **period, type="past")
    for webinar in readable(simulator):
        look_at_webinar(ask, webinar)
    assert {row for row in CONTRACT if row.startswith("GET")} <= ask.seen


def look_at_webinar(ask: Checked, webinar: Webinar) -> None:
    path = f"/webinars/{webinar.id}"
    ask("GET /webinars/{webinarId}", path, show_previous_occurrences="true")
    for status in ("approved", "pending", "denied"):
        ask("GET /webinars/{webinarId}/registrants", f"{path}/registrants", status=status, page_size=300)
    for registrant in list(webinar.registrants)[:2]:
        ask("GET /webinars/{webinarId}/registrants/{registrantId}", f"{path}/registrants/{registrant}")
    if webinar.needs_registration:
        ask("GET /webinars/{webinarId}/registrants/questions", f"{path}/registrants/questions")
    ask("GET /webinars/{webinarId}/panelists", f"{path}/panelists")
    ask("GET /webinars/{webinarId}/tracking_sources", f"{path}/tracking_sources")
    ask("GET /past_webinars/{webinarId}/instances", f"/past_webinars/{webinar.id}/instances")
    for instance in webinar.held:
        look_at_instance(ask, webinar, instance)


def look_at_instance(ask: Checked, webinar: Webinar, instance: Instance) -> None:
    key = twice(instance.uuid)
    ask("GET /past_webinars/{webinarId}/participants", f"/past_webinars/{key}/participants", page_size=300)
    ask("GET /metrics/webinars/{webinarId}", f"/metrics/webinars/{key}", type="past")
    ask(
        "GET /metrics/webinars/{webinarId}/participants",
        f"/metrics/webinars/{key}/participants",
        type="past",
        include_fields="registrant_id",
    )
    if webinar.needs_registration:
        ask("GET /past_webinars/{webinarId}/absentees", f"/past_webinars/{key}/absentees")
    if instance.report:
        ask("GET /report/webinars/{webinarId}", f"/report/webinars/{key}")
        ask(
            "GET /report/webinars/{webinarId}/participants",
            f"/report/webinars/{key}/participants",
            include_fields="registrant_id",
        )
    recording = instance.recording
    if recording and recording.state == "completed":
        ask(
            "GET /meetings/{meetingId}/recordings",
            f"/meetings/{key}/recordings",
            include_fields="download_access_token",
            ttl=60,
        )
        if recording.transcript_state != "none":
            ask("GET /meetings/{meetingId}/transcript", f"/meetings/{key}/transcript")


def test_every_change_is_answered_as_zooms_document_says(sim: Simulator) -> None:
    ask, account = Checked(sim), sim.account
    webinar = account.add_webinar("me", "Talk", start=sim.clock.now())
    path = f"/webinars/{webinar.id}"
    person = {"email": "ana@customer.example", "first_name": "Ana", "last_name": "Silva"}
    added = ask("POST /webinars/{webinarId}/registrants", f"{path}/registrants", person)
    other = {**person, "email": "ben@customer.example"}
    ask(
        "POST /webinars/{webinarId}/batch_registrants",
        f"{path}/batch_registrants",
        {"auto_approve": True, "registrants": [other]},
    )
    ask(
        "PUT /webinars/{webinarId}/registrants/status",
        f"{path}/registrants/status",
        {"action": "deny", "registrants": [{"id": added["registrant_id"], "email": person["email"]}]},
    )
    ask(
        "DELETE /webinars/{webinarId}/registrants/{registrantId}",
        f"{path}/registrants/{added['registrant_id']}",
    )
    instance = account.hold(webinar.id, sim.clock.now(), 0)
    key = twice(instance.uuid)
    recording = account.recording_ready(instance.uuid)
    account.transcript_ready(instance.uuid)
    ask("DELETE /meetings/{meetingId}/transcript", f"/meetings/{key}/transcript")
    ask(
        "DELETE /meetings/{meetingId}/recordings/{recordingId}",
        f"/meetings/{key}/recordings/{recording.files[0].id}",
    )
    ask("DELETE /meetings/{meetingId}/recordings", f"/meetings/{key}/recordings", action="trash")
    ask(
        "PUT /meetings/{meetingUUID}/recordings/status",
        f"/meetings/{key}/recordings/status",
        {"action": "recover"},
    )
    assert {row for row in CONTRACT if not row.startswith("GET")} <= ask.seen


def test_every_endpoint_is_in_the_contract_with_its_scope() -> None:
    for endpoint in ENDPOINTS:
        contract = CONTRACT[operation(endpoint.method, endpoint.path)]
        assert endpoint.scope in contract["scopes"], endpoint.path
    assert len(ENDPOINTS) == len(CONTRACT)
