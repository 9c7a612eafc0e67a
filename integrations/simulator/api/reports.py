"""The reports and the dashboard: sessions of a period, one session's bounds, its participants.

Scopes for these exist only for a whole account. Reports reach back a year at most.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.simulator import errors
from integrations.simulator.api.attendance import held_instance, participants_page
from integrations.simulator.api.endpoint import Call, Endpoints
from integrations.simulator.clock import iso, parse_iso
from integrations.simulator.world.rows import Attendance, Instance, Webinar, overlay

endpoints = Endpoints()
YEAR = timedelta(days=365)
MONTH = timedelta(days=31)
HALF_YEAR = timedelta(days=183)


@endpoints.add("GET", "/report/webinars/<key>", "HEAVY", "report:read:webinar:admin", "report:read:admin")
def get_report(call: Call) -> dict[str, Any]:
    webinar, instance = _reported(call)
    host = call.world.users[webinar.host_id]
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
        "duration": _minutes(end - start),
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
    with_registrant = call.text("include_fields") == "registrant_id"

    def write(row: Any) -> Any:
        return _report_row(row, with_registrant) if isinstance(row, Attendance) else row

    return participants_page(call, instance, write)


@endpoints.add(
    "GET",
    "/report/history_meetings",
    "HEAVY",
    "report:read:list_history_meetings:admin",
    "report:read:admin",
)
def list_history(call: Call) -> dict[str, Any]:
    start, end = _period(call)
    by_end = call.word("date_type", ("start_time", "end_time")) == "end_time"
    wanted = call.word("meeting_type", ("all", "webinar", "meeting"))
    rows = [] if wanted == "meeting" else _held_between(call, start, end, by_end=by_end)
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
    start, end = _period(call)
    oldest = call.world.clock.now() - HALF_YEAR
    rows = [
        (webinar, instance)
        for webinar, instance in _held_between(call, start, end, by_end=False)
        if webinar.host_id == host.id and instance.start >= oldest and len(instance.rows) > 1
    ]
    page = call.pages.page(
        call.request, call.path, "meetings", lambda: rows, lambda row: _user_row(call, *row)
    )
    return page | {"from": call.text("from"), "to": call.text("to")}


@endpoints.add(
    "GET",
    "/metrics/webinars",
    "RESOURCE-INTENSIVE",
    "dashboard:read:list_webinars:admin",
    "dashboard_webinars:read:admin",
)
def list_metrics(call: Call) -> dict[str, Any]:
    start, end = _period(call)
    past = call.word("type", ("live", "past")) == "past"
    rows = _held_between(call, start, end, by_end=False) if past else _live(call)
    page = call.pages.page(
        call.request, call.path, "webinars", lambda: rows, lambda row: _metric(call, *row), numbered=False
    )
    return page | {"from": call.text("from"), "to": call.text("to")}


@endpoints.add(
    "GET",
    "/metrics/webinars/<key>",
    "HEAVY",
    "dashboard:read:webinar:admin",
    "dashboard_webinars:read:admin",
)
def get_metric(call: Call) -> dict[str, Any]:
    return _metric(call, *_dashboard_instance(call))


@endpoints.add(
    "GET",
    "/metrics/webinars/<key>/participants",
    "HEAVY",
    "dashboard:read:list_webinar_participants:admin",
    "dashboard_webinars:read:admin",
)
def list_metric_participants(call: Call) -> dict[str, Any]:
    _, instance = _dashboard_instance(call)
    with_registrant = call.text("include_fields") == "registrant_id"

    def write(row: Any) -> Any:
        return _metric_row(row, with_registrant) if isinstance(row, Attendance) else row

    return participants_page(call, instance, write)


def _reported(call: Call) -> tuple[Webinar, Instance]:
    key = call.key()
    if key in call.world.by_uuid:
        end = call.world.by_uuid[key][1].end
        if end and call.world.clock.now() - end > YEAR:
            raise errors.year_ago()
    webinar, instance = held_instance(call)
    if not instance.report:
        raise errors.meeting_expired(key)
    return webinar, instance


def _dashboard_instance(call: Call) -> tuple[Webinar, Instance]:
    if call.word("type", ("live", "past")) == "past":
        return held_instance(call)
    for webinar, instance in _live(call):
        if call.key() in (str(webinar.id), instance.uuid):
            return webinar, instance
    raise errors.ZoomError(
        404, 3001, "This webinar's detail information is not available or the ID is not valid."
    )


def _period(call: Call) -> tuple[datetime, datetime]:
    """`from` and `to` are dates, both included, a month apart at most."""
    try:
        start, end = parse_iso(call.text("from")), parse_iso(call.text("to"))
    except ValueError:
        raise errors.bad_parameter("from/to") from None
    if end < start or end - start > MONTH:
        raise errors.bad_parameter("from/to")
    return start.astimezone(UTC), end.astimezone(UTC) + timedelta(days=1)


def _held_between(
    call: Call, start: datetime, end: datetime, *, by_end: bool
) -> list[tuple[Webinar, Instance]]:
    """Held sessions, also of webinars that are deleted or expired: the reports keep them for a year."""
    oldest = call.world.clock.now() - YEAR
    found = [
        (webinar, instance)
        for webinar in call.world.webinars.values()
        for instance in webinar.held
        if instance.end
        and instance.end > oldest
        and start <= (instance.end if by_end else instance.start) < end
    ]
    return sorted(found, key=lambda pair: pair[1].start)


def _live(call: Call) -> list[tuple[Webinar, Instance]]:
    return [(one, one.live) for one in call.world.webinars.values() if one.live]


def _minutes(length: timedelta) -> int:
    return -(-int(length.total_seconds()) // 60)


def _people(instance: Instance) -> int:
    return len({row.registrant_id or row.user_email or row.name for row in instance.rows})


def _report_row(row: Attendance, with_registrant: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": row.id,
        "participant_user_id": row.id,
        "name": row.name,
        "user_id": row.user_id,
        "user_email": row.user_email,
        "join_time": row.join_time,
        "leave_time": row.leave_time,
        "duration": row.duration,
        "failover": False,
        "status": row.status,
    }
    if with_registrant:
        body["registrant_id"] = row.registrant_id
    return overlay(body, row.wire)


def _metric_row(row: Attendance, with_registrant: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": row.id,
        "participant_user_id": row.id,
        "participant_uuid": f"uuid-{row.user_id}",
        "user_id": row.user_id,
        "user_name": row.name,
        "email": row.user_email,
        "role": row.role,
        "device": "Windows",
        "join_time": row.join_time,
        "leave_reason": f"{row.name} left the webinar.",
    }
    if row.leave_time:
        body["leave_time"] = row.leave_time
    if with_registrant:
        body["registrant_id"] = row.registrant_id
    return overlay(body, row.wire)


def _history_row(call: Call, webinar: Webinar, instance: Instance) -> dict[str, Any]:
    host = call.world.users[webinar.host_id]
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
        "duration": _minutes(end - instance.start),
        "participants": len(instance.rows),
        "unique_viewers": _people(instance),
        "max_concurrent_views": _people(instance),
        "total_participant_minutes": sum(row.duration for row in instance.rows) // 60,
        "source": "Zoom",
        "feature_used": {
            "registration": webinar.needs_registration,
            "record_to_cloud": instance.recording is not None,
        },
    }


def _user_row(call: Call, webinar: Webinar, instance: Instance) -> dict[str, Any]:
    host = call.world.users[webinar.host_id]
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
        "duration": _minutes(end - instance.start),
        "total_minutes": sum(row.duration for row in instance.rows) // 60,
        "participants_count": _people(instance),
        "has_recording": instance.recording is not None,
        "source": "Zoom",
    }


def _metric(call: Call, webinar: Webinar, instance: Instance) -> dict[str, Any]:
    host = call.world.users[webinar.host_id]
    end = instance.end or call.world.clock.now()
    minutes, seconds = divmod(int((end - instance.start).total_seconds()), 60)
    body: dict[str, Any] = {
        "uuid": instance.uuid,
        "id": webinar.id,
        "topic": webinar.topic,
        "host": host.display_name,
        "email": host.email,
        "user_type": "Licensed",
        "start_time": iso(instance.start),
        "duration": f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}",
        "participants": _people(instance),
        "has_recording": instance.recording is not None,
    }
    return body | ({"end_time": iso(instance.end)} if instance.end else {})
