"""The reports: sessions of a period, one session's bounds, its participants.

Scopes for these exist only for a whole account. Reports reach back a year at most.
"""

from datetime import timedelta
from typing import Any

from zoom_simulator import errors
from zoom_simulator.account.rows import Attendance, Instance, Webinar
from zoom_simulator.api.endpoint import Call, Endpoints
from zoom_simulator.api.held import (
    YEAR,
    Body,
    attended,
    held_between,
    held_instance,
    minutes,
    participants_page,
    people,
    period,
)
from zoom_simulator.clock import iso

endpoints = Endpoints()
HALF_YEAR = timedelta(days=183)


@endpoints.add("GET", "/report/webinars/<key>", "HEAVY", "report:read:webinar:admin", "report:read:admin")
def get_report(call: Call) -> dict[str, Any]:
    webinar, instance = _reported(call)
    host = call.account.users[webinar.host_id]
    start, end = instance.start, instance.end or instance.start
    return {
        "uuid": instance.uuid,
        "id": webinar.id,
        "type": webinar.type,
        "topic": webinar.topic,
        "user_email": host.email,
        "user_name": host.display_name,
        "start_time": iso(start),
        "end_time": iso(end),
        "duration": minutes(end - start),
        "participants_count": len({row.registrant_id or row.name for row in instance.rows}),
        "total_minutes": sum(row.duration for row in instance.rows) // 60,
        "dept": "",
        "custom_keys": [],
        "tracking_fields": [],
    }


@endpoints.add(
    "GET",
    "/report/webinars/<key>/participants",
    "HEAVY",
    "report:read:list_webinar_participants:admin",
    "report:read:admin",
)
def list_report_participants(call: Call) -> dict[str, Any]:
    _, instance = _reported(call)
    return participants_page(call, instance, _report_row, with_registrant=call.wants("registrant_id"))


@endpoints.add(
    "GET",
    "/report/history_meetings",
    "HEAVY",
    "report:read:list_history_meetings:admin",
    "report:read:admin",
)
def list_history(call: Call) -> dict[str, Any]:
    start, end = period(call)
    by_end = call.word("date_type", ("start_time", "end_time")) == "end_time"
    wanted = call.word("meeting_type", ("all", "webinar", "meeting"))
    rows = [] if wanted == "meeting" else held_between(call, start, end, by_end=by_end)
    page = call.pages.page(
        call.request,
        call.path,
        "history_meetings",
        lambda: rows,
        lambda row: _history_row(call, *row),
        numbered=False,
    )
    return {key: page[key] for key in ("next_page_token", "page_size", "history_meetings")}


@endpoints.add(
    "GET", "/report/users/<user_id>/meetings", "HEAVY", "report:read:user:admin", "report:read:admin"
)
def list_user_sessions(call: Call) -> dict[str, Any]:
    """Only sessions with two or more participants, and only of the last six months."""
    host = call.user()
    start, end = period(call)
    oldest = call.account.clock.now() - HALF_YEAR
    rows = [
        (webinar, instance)
        for webinar, instance in held_between(call, start, end, by_end=False)
        if webinar.host_id == host.id and instance.start >= oldest and len(instance.rows) > 1
    ]
    page = call.pages.page(
        call.request, call.path, "meetings", lambda: rows, lambda row: _user_row(call, *row)
    )
    return page | {"from": call.text("from"), "to": call.text("to")}


def _reported(call: Call) -> tuple[Webinar, Instance]:
    key = call.key()
    if key in call.account.by_uuid:
        end = call.account.by_uuid[key][1].end
        if end and call.account.clock.now() - end > YEAR:
            raise errors.year_ago()
    webinar, instance = held_instance(call)
    if not instance.report:
        raise errors.meeting_expired(key)
    return webinar, instance


def _report_row(row: Attendance) -> Body:
    return attended(row) | {"participant_user_id": row.id}


def _history_row(call: Call, webinar: Webinar, instance: Instance) -> dict[str, Any]:
    host = call.account.users[webinar.host_id]
    end = instance.end or instance.start
    return {
        "meeting_uuid": instance.uuid,
        "meeting_id": webinar.id,
        "type": "Webinar",
        "topic": webinar.topic,
        "host_display_name": host.display_name,
        "host_email": host.email,
        "start_time": iso(instance.start),
        "end_time": iso(end),
        "create_time": iso(webinar.created),
        "duration": minutes(end - instance.start),
        "participants": len(instance.rows),
        "unique_viewers": people(instance),
        "max_concurrent_views": people(instance),
        "total_participant_minutes": sum(row.duration for row in instance.rows) // 60,
        "source": "Zoom",
        "feature_used": {
            "registration": webinar.needs_registration,
            "record_to_cloud": instance.recording is not None,
        },
    }


def _user_row(call: Call, webinar: Webinar, instance: Instance) -> dict[str, Any]:
    host = call.account.users[webinar.host_id]
    end = instance.end or instance.start
    return {
        "uuid": instance.uuid,
        "id": webinar.id,
        "type": webinar.type,
        "topic": webinar.topic,
        "user_email": host.email,
        "user_name": host.display_name,
        "start_time": iso(instance.start),
        "end_time": iso(end),
        "duration": minutes(end - instance.start),
        "total_minutes": sum(row.duration for row in instance.rows) // 60,
        "participants_count": people(instance),
        "has_recording": instance.recording is not None,
        "source": "Zoom",
    }
