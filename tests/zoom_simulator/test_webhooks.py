"""Events are sent as Zoom sends them: signed, to an address that proved itself, again if it fails."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from zoom_simulator.account.rows import Webinar
from zoom_simulator.errors import ZoomError
from zoom_simulator.simulator import Simulator

SECRET = "a-secret-token"
CONTRACT = json.loads(Path(__file__).with_name("webhook_contract.json").read_text())
TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


class Receiver:
    """An app's end: keeps what arrives, and answers as it is told."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.statuses: list[int] = []
        self.proves_itself = True
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = receiver.receive(body, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/zoom/"

    def receive(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        event = msgspec.json.decode(body)
        self.bodies.append(body)
        self.headers.append({key.lower(): value for key, value in headers.items()})
        if event["event"] == "endpoint.url_validation":
            plain = event["payload"]["plainToken"] if self.proves_itself else "x"
            signed = hmac.new(SECRET.encode(), plain.encode(), hashlib.sha256).hexdigest()
            return 200, msgspec.json.encode({"plainToken": plain, "encryptedToken": signed})
        self.events.append(event)
        return (self.statuses.pop(0) if self.statuses else 200), b""

    def names(self) -> list[str]:
        return [event["event"] for event in self.events]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield receiver
    receiver.server.shutdown()
    thread.join()
    receiver.server.server_close()


@pytest.fixture
def webinar(sim: Simulator, receiver: Receiver) -> Webinar:
    """Scheduled, with the receiver listening from now on."""
    webinar = sim.account.add_webinar("me", "Talk", start=sim.clock.now())
    sim.webhooks.pauses = (0.05, 0.05, 0.05)
    assert sim.webhooks.configure(receiver.url, SECRET)
    return webinar


def register(sim: Simulator, webinar: Webinar, email: str = "ana@customer.example") -> str:
    return sim.account.register(webinar.id, email, "Ana", "Silva").id


def test_an_event_is_signed_over_its_raw_body(sim: Simulator, receiver: Receiver, webinar: Webinar) -> None:
    sim.account.register(webinar.id, "ana@customer.example", "Zoë 🦄")
    assert sim.webhooks.wait()
    stamp = receiver.headers[-1]["x-zm-request-timestamp"]
    message = b"v0:" + stamp.encode() + b":" + receiver.bodies[-1]
    right = "v0=" + hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    assert receiver.headers[-1]["x-zm-signature"] == right
    assert abs(int(stamp) - sim.clock.now().timestamp()) < 5


@pytest.mark.parametrize(("minutes_ago", "is_told"), [(15, True), (90, False)])
def test_that_a_webinar_began_shortly_before_the_app_is_there_is_still_told(
    sim: Simulator, receiver: Receiver, minutes_ago: int, is_told: bool
) -> None:
    began_at = sim.clock.now() - timedelta(minutes=minutes_ago)
    running = sim.account.add_webinar("me", "Talk", start=began_at)
    sim.account.start_webinar(running.id, at=began_at)
    for _time in range(2):
        assert sim.webhooks.configure(receiver.url, SECRET)
    assert sim.webhooks.wait()
    assert [event["event"] for event in receiver.events] == ["webinar.started"] * is_told


def test_registering_is_told_as_zoom_does(sim: Simulator, receiver: Receiver, webinar: Webinar) -> None:
    key = register(sim, webinar)
    assert sim.webhooks.wait()
    (event,) = receiver.events
    assert event["event"] == "webinar.registration_created"
    assert event["event_ts"] == int(sim.clock.now().timestamp() * 1000)
    assert event["payload"]["account_id"] == sim.account_id
    subject = event["payload"]["object"]
    assert (subject["id"], subject["type"]) == (webinar.id, 5)
    assert subject["registrant"]["id"] == key
    assert subject["registrant"]["status"] == "approved"


def test_the_whole_life_of_a_webinar_is_told_in_order(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    account = sim.account
    key = register(sim, webinar)
    account.deny(webinar.id, key)
    account.approve(webinar.id, key)
    instance = account.start_webinar(webinar.id)
    account.join(webinar.id, registrant_id=key)
    account.end_webinar(webinar.id)
    account.recording_ready(instance.uuid)
    account.transcript_ready(instance.uuid)
    account.rename_recording(instance.uuid, "Better")
    account.trash_recording(instance.uuid)
    account.recover_recording(instance.uuid)
    account.delete_recording(instance.uuid)
    account.cancel_oneself(webinar.id, key)
    account.delete_webinar(webinar.id)
    assert sim.webhooks.wait()
    assert receiver.names() == [
        "webinar.registration_created",
        "webinar.registration_denied",
        "webinar.registration_approved",
        "webinar.started",
        "webinar.participant_joined",
        "webinar.participant_joined",
        "webinar.participant_left",
        "webinar.participant_left",
        "webinar.ended",
        "recording.completed",
        "recording.transcript_completed",
        "recording.renamed",
        "recording.trashed",
        "recording.recovered",
        "recording.deleted",
        "webinar.registration_cancelled",
        "webinar.deleted",
    ]


def problems(body: Any, schema: Any, where: str = "") -> Iterator[str]:
    """Fields that Zoom's examples do not have, and types that are others there."""
    if isinstance(schema, dict):
        for name, value in body.items():
            if name not in schema:
                yield f"{where}.{name} is not in the contract"
            else:
                yield from problems(value, schema[name], f"{where}.{name}")
    elif isinstance(schema, list):
        for value in body:
            yield from problems(value, schema[0], f"{where}[]")
    elif type(body).__name__ != TYPES[schema]:
        yield f"{where} is {body!r}, not {schema}"


def test_events_have_the_fields_and_types_of_zooms_examples(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    starts = [sim.clock.now() + timedelta(days=1)]
    series = sim.account.add_webinar("me", "Series", occurrence_starts=starts)
    webinar.approval_type = 1
    key = register(sim, webinar)
    register(sim, series)
    sim.account.approve(webinar.id, key)
    instance = sim.account.start_webinar(webinar.id)
    sim.account.join(webinar.id, registrant_id=key)
    sim.account.end_webinar(webinar.id)
    sim.account.recording_ready(instance.uuid)
    sim.account.transcript_ready(instance.uuid)
    sim.account.cancel(webinar.id, key)
    assert sim.webhooks.wait()
    assert set(CONTRACT) == set(receiver.names())
    for event in receiver.events:
        found = list(problems(event, CONTRACT[event["event"]], event["event"]))
        assert found == []


def test_a_date_of_a_series_is_deleted_as_a_single_one(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    starts = [sim.clock.now() + timedelta(days=day) for day in (1, 8)]
    series = sim.account.add_webinar("me", "Series", occurrence_starts=starts)
    second = series.occurrences[1].id
    sim.account.delete_occurrence(series.id, second)
    with pytest.raises(ZoomError):
        sim.account.delete_occurrence(series.id, "1")
    assert sim.webhooks.wait()
    payload = receiver.events[-1]["payload"]
    assert payload["operation"] == "single"
    (date,) = payload["object"]["occurrences"]
    assert (date["occurrence_id"], date["status"]) == (second, "deleted")


def test_ids_are_text_in_some_events_and_numbers_in_others(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    sim.account.hold(webinar.id, sim.clock.now(), 0, practice=True)
    assert sim.webhooks.wait()
    objects = {event["event"]: event["payload"]["object"] for event in receiver.events}
    assert objects["webinar.started"]["id"] == str(webinar.id)
    assert objects["webinar.participant_joined"]["id"] == str(webinar.id)
    assert objects["webinar.ended"]["id"] == webinar.id
    assert objects["webinar.ended"]["practice_session"] is True


def test_a_recording_event_brings_a_token_that_opens_its_files(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    instance = sim.account.hold(webinar.id, sim.clock.now() - timedelta(hours=1), 30)
    sim.account.recording_ready(instance.uuid)
    sim.account.delete_recording(instance.uuid)
    assert sim.webhooks.wait()
    completed, deleted = receiver.events[-2:]
    assert sim.tokens.opens(completed["download_token"], instance.uuid)
    assert not sim.tokens.opens(completed["download_token"], "another")
    assert "download_token" not in deleted
    sim.clock.advance(hours=25)
    assert not sim.tokens.opens(completed["download_token"], instance.uuid)


def test_who_does_not_answer_well_is_told_again_three_times(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    receiver.statuses = [500, 404, 503]
    register(sim, webinar)
    assert sim.webhooks.wait()
    assert receiver.names() == ["webinar.registration_created"] * 4
    assert sim.webhooks.log[-1].status == 200
    receiver.statuses = [500] * 4
    register(sim, webinar, "ben@customer.example")
    assert sim.webhooks.wait()
    assert sim.webhooks.log[-1].attempts == 4
    assert sim.webhooks.log[-1].status == 500
    assert len(receiver.events) == 8


def test_an_address_that_cannot_prove_itself_gets_nothing(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    receiver.proves_itself = False
    assert not sim.webhooks.configure(receiver.url, SECRET)
    register(sim, webinar)
    assert sim.webhooks.wait()
    assert receiver.events == []
    assert sim.webhooks.log[-1].dropped


def test_an_address_must_prove_itself_again_after_72_hours(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    validations = len(receiver.bodies)
    sim.clock.advance(hours=73)
    assert not sim.webhooks.is_valid
    register(sim, webinar)
    assert sim.webhooks.wait()
    assert len(receiver.bodies) == validations + 2
    assert receiver.names() == ["webinar.registration_created"]


def test_events_can_be_lost_doubled_and_turned_round(
    sim: Simulator, receiver: Receiver, webinar: Webinar
) -> None:
    sim.webhooks.drop()
    key = register(sim, webinar)
    sim.webhooks.double()
    sim.account.deny(webinar.id, key)
    assert sim.webhooks.wait()
    assert receiver.names() == ["webinar.registration_denied"] * 2
    sim.webhooks.hold()
    sim.account.approve(webinar.id, key)
    sim.account.cancel(webinar.id, key)
    sim.webhooks.release(backwards=True)
    assert sim.webhooks.wait()
    assert receiver.names()[2:] == ["webinar.registration_cancelled", "webinar.registration_approved"]
