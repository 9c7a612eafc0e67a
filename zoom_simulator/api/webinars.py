"""One webinar: its settings and occurrences, panelists and tracking sources."""

from typing import Any

from zoom_simulator import errors
from zoom_simulator.account.rows import Occurrence, Webinar, overlay
from zoom_simulator.api.endpoint import Call, Endpoints, path_key
from zoom_simulator.clock import iso

endpoints = Endpoints()


def existing(call: Call) -> Webinar:
    """The webinar of the path, if Zoom would let the caller see it."""
    webinar = call.account.webinar(call.webinar_id())
    if webinar.detail_missing:
        raise errors.webinar_missing(webinar.id)
    if webinar.forbidden and call.path.endswith(webinar.forbidden):
        raise errors.no_permission()
    if not call.account.users[webinar.host_id].webinar_plan:
        raise errors.plan_missing()
    return webinar


@endpoints.add("GET", "/webinars/<webinar_id>", "LIGHT", "webinar:read:webinar:admin", "webinar:read:admin")
def get_webinar(call: Call) -> dict[str, Any]:
    call.args["webinar_id"] = _id_of(call)
    webinar = existing(call)
    body = _described(call, webinar)
    occurrences = _shown_occurrences(call, webinar)
    if occurrences:
        body["occurrences"] = [occurrence.wire() for occurrence in occurrences]
        body["recurrence"] = {"type": 2, "repeat_interval": 1, "end_times": len(webinar.occurrences)}
    return overlay(body, webinar.wire)


@endpoints.add(
    "GET",
    "/webinars/<webinar_id>/panelists",
    "MEDIUM",
    "webinar:read:list_panelists:admin",
    "webinar:read:admin",
)
def list_panelists(call: Call) -> dict[str, Any]:
    webinar = existing(call)
    panelists = [
        {
            "id": f"panelist-{number}",
            "name": name,
            "email": email,
            "join_url": f"{call.account.base_url}/w/{webinar.id}?tk=panelist-{number}",
        }
        for number, (name, email) in enumerate(webinar.panelists, 1)
    ]
    return {"total_records": len(panelists), "panelists": panelists}


@endpoints.add(
    "GET",
    "/webinars/<webinar_id>/tracking_sources",
    "MEDIUM",
    "webinar:read:list_tracking_sources:admin",
    "webinar:read:admin",
)
def list_tracking_sources(call: Call) -> dict[str, Any]:
    webinar = existing(call)
    sources = [
        {
            "id": key,
            "source_name": name,
            "tracking_url": f"https://example.com/webinar/register/{key}",
            "registration_count": sum(
                registrant.source_id == key for registrant in webinar.registrants.values()
            ),
            "visitor_count": 0,
        }
        for key, name in webinar.tracking_sources
    ]
    return {"total_records": len(sources), "tracking_sources": sources}


def _id_of(call: Call) -> str:
    """This endpoint takes an instance's uuid as well."""
    raw = call.args["webinar_id"]
    if raw.isdigit():
        return raw
    key = path_key(raw)
    found = call.account.by_uuid.get(key)
    if found is None:
        raise errors.bad_webinar_id() if len(key) < 16 else errors.meeting_missing(key)
    return str(found[0].id)


def _shown_occurrences(call: Call, webinar: Webinar) -> list[Occurrence]:
    chosen = call.text("occurrence_id")
    if chosen:
        found = [occurrence for occurrence in webinar.occurrences if occurrence.id == chosen]
        if not found:
            raise errors.bad_occurrence(chosen)
        return found
    if call.flag("show_previous_occurrences"):
        return webinar.occurrences
    now = call.account.clock.now()
    return [occurrence for occurrence in webinar.occurrences if occurrence.start >= now]


def _described(call: Call, webinar: Webinar) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": webinar.id,
        "uuid": webinar.uuid,
        "host_id": webinar.host_id,
        "host_email": call.account.users[webinar.host_id].email,
        "topic": webinar.topic,
        "type": webinar.type,
        "duration": webinar.duration,
        "timezone": webinar.timezone,
        "agenda": webinar.agenda,
        "created_at": iso(webinar.created),
        "join_url": f"{call.account.base_url}/j/{webinar.id}",
        "start_url": f"https://example.com/s/{webinar.id}?zak=secret",
        "password": webinar.passcode,
        "is_simulive": webinar.is_simulive,
        "creation_source": "other",
        "tracking_fields": [],
        "settings": _settings(webinar),
    }
    if webinar.start and webinar.type != 6:
        body["start_time"] = iso(webinar.start)
    if webinar.needs_registration:
        body["registration_url"] = f"{call.account.base_url}/webinar/register/{webinar.id}"
    return body


def _settings(webinar: Webinar) -> dict[str, Any]:
    body: dict[str, Any] = {
        "approval_type": webinar.approval_type,
        "registration_type": webinar.registration_type,
        "close_registration": webinar.closed,
        "registrants_restrict_number": webinar.restrict_number,
        "registrants_confirmation_email": True,
        "registrants_email_notification": True,
        "alternative_hosts": ";".join(webinar.alternative_hosts),
        "auto_recording": webinar.auto_recording,
        "practice_session": any(instance.practice for instance in webinar.instances),
        "on_demand": False,
        "audio": "both",
        "email_in_attendee_report": True,
    }
    return overlay(body, webinar.settings_wire)
