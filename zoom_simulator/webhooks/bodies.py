"""The bodies of Zoom's events, oddities included: an id is text in some events and a number in others."""

from typing import Any

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.base import Event
from zoom_simulator.account.rows import Attendance, Instance, Recording, Registrant, Webinar
from zoom_simulator.api.recordings import file_body, recording_body
from zoom_simulator.api.registrants import FIELDS, join_url
from zoom_simulator.clock import iso
from zoom_simulator.tokens import Tokens

DOWNLOAD_SECONDS = 86_400
BY_NOBODY = frozenset(
    {
        "webinar.registration_created",
        "webinar.started",
        "webinar.ended",
        "webinar.participant_joined",
        "webinar.participant_left",
        "recording.completed",
        "recording.transcript_completed",
    }
)
"""Events without an operator."""
NOT_WITH_TRANSCRIPTS = ("auto_delete", "on_prem", "participant_audio_files", "recording_play_passcode")


def event_body(account: SimulatedAccount, tokens: Tokens, event: Event) -> dict[str, Any]:
    """The whole body, envelope included."""
    payload: dict[str, Any] = {"account_id": account.account_id}
    if event.by_host and event.name not in BY_NOBODY:
        host = account.users[event.webinar.host_id]
        payload |= {"operator": host.email, "operator_id": host.id}
    payload |= _details(account, event)
    body: dict[str, Any] = {
        "event": event.name,
        "event_ts": int(event.at.timestamp() * 1000),
        "payload": payload,
    }
    if event.name.startswith("recording.") and event.name not in ("recording.deleted", "recording.renamed"):
        assert event.instance  # noqa: S101 - recordings belong to instances
        body["download_token"] = tokens.new_download(event.instance.uuid, DOWNLOAD_SECONDS)
    return body


def _details(account: SimulatedAccount, event: Event) -> dict[str, Any]:
    kind, _, verb = event.name.partition(".")
    if kind == "recording":
        return _recording(account, event)
    if event.occurrence:
        only = {"occurrences": [event.occurrence.wire()]}
        return {"operation": "single", "object": _basic(event.webinar) | only}
    if verb in ("created", "deleted"):
        return {"operation": "all", "object": _scheduled(event.webinar)}
    if verb == "updated":
        ids = {"id": event.webinar.id, "uuid": event.webinar.uuid, "host_id": event.webinar.host_id}
        return {
            "scope": "all",
            "object": ids | {"topic": event.webinar.topic},
            "old_object": ids | {"topic": event.old_topic},
        }
    return {"object": _session(account, event)}


def _session(account: SimulatedAccount, event: Event) -> dict[str, Any]:
    """The object of the events about a running webinar and its registrants."""
    webinar, instance = event.webinar, event.instance
    body = _basic(webinar, instance)
    if event.registrant:
        return body | _registration(
            account, webinar, event.registrant, created=event.name.endswith("created")
        )
    if event.name == "webinar.ended" and instance:
        return body | {"end_time": iso(instance.end), "practice_session": instance.practice}
    body["id"] = str(webinar.id)
    return body | ({"participant": _participant(event, event.row)} if event.row else {})


def _basic(webinar: Webinar, instance: Instance | None = None) -> dict[str, Any]:
    start = instance.start if instance else webinar.start
    body: dict[str, Any] = {
        "id": webinar.id,
        "uuid": instance.uuid if instance else webinar.uuid,
        "host_id": webinar.host_id,
        "topic": webinar.topic,
        "type": webinar.type,
        "duration": webinar.duration,
        "timezone": webinar.timezone,
    }
    return body | ({"start_time": iso(start)} if start else {})


def _scheduled(webinar: Webinar) -> dict[str, Any]:
    body = _basic(webinar)
    return body | (
        {"occurrences": [occurrence.wire() for occurrence in webinar.occurrences]}
        if webinar.occurrences
        else {}
    )


def _registration(
    account: SimulatedAccount, webinar: Webinar, registrant: Registrant, *, created: bool
) -> dict[str, Any]:
    person: dict[str, Any] = {
        "id": registrant.id,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        "email": registrant.email,
    }
    if created:
        answers = registrant.fields or {}
        person |= {name: answers.get(name, "") for name in FIELDS}
        person |= {"custom_questions": registrant.custom_questions or [], "status": registrant.status}
    if registrant.status == "approved":
        person["join_url"] = join_url(account, webinar, registrant)
    chosen = registrant.occurrences
    occurrences = [
        {"occurrence_id": occurrence.id, "start_time": iso(occurrence.start)}
        for occurrence in webinar.occurrences
        if chosen is None or occurrence.id in chosen
    ]
    return {"registrant": person} | ({"occurrences": occurrences} if occurrences else {})


def _participant(event: Event, row: Attendance) -> dict[str, Any]:
    person: dict[str, Any] = {
        "user_id": row.user_id,
        "user_name": row.name,
        "id": row.id,
        "email": row.user_email,
        "registrant_id": row.registrant_id,
        "participant_user_id": row.id,
        "participant_uuid": f"uuid-{row.user_id}",
    }
    if event.name.endswith("joined"):
        return person | {"join_time": row.join_time}
    reason = f"{row.name} left the webinar.<br>Reason: left the webinar."
    return person | {"leave_time": row.leave_time, "leave_reason": reason}


def _recording(account: SimulatedAccount, event: Event) -> dict[str, Any]:
    webinar, instance = event.webinar, event.instance
    assert instance  # noqa: S101 - recordings belong to instances
    recording = instance.recording
    assert recording  # noqa: S101 - the event is about it
    if event.name == "recording.renamed":
        ids = {"uuid": instance.uuid, "id": webinar.id, "host_id": webinar.host_id, "type": webinar.type}
        return {"old_object": ids | {"topic": event.old_topic}, "object": ids | {"topic": recording.topic}}
    return {"object": _recording_object(account, webinar, instance, recording, event.name)}


def _recording_object(
    account: SimulatedAccount, webinar: Webinar, instance: Instance, recording: Recording, name: str
) -> dict[str, Any]:
    """In events the type is a number, and the transcript's event only carries the transcript."""
    body = recording_body(account, webinar, instance, recording) | {
        "type": webinar.type,
        "timezone": webinar.timezone,
        "host_email": account.users[webinar.host_id].email,
        "on_prem": False,
    }
    if name == "recording.transcript_completed":
        files = [file_body(account, instance, transcript) for transcript in recording.transcripts]
        for file in files:
            del file["file_extension"]
        body |= {"recording_files": files, "recording_count": len(files)}
        return {key: value for key, value in body.items() if key not in NOT_WITH_TRANSCRIPTS}
    return body
