"""The dashboard: sessions of a period or under way, and who is in one."""

from typing import Any

from zoom_simulator import errors
from zoom_simulator.account.rows import Attendance, Instance, Webinar
from zoom_simulator.api.endpoint import Call, Endpoints
from zoom_simulator.api.held import (
    Body,
    held_between,
    held_instance,
    participants_page,
    people,
    period,
)
from zoom_simulator.clock import iso

endpoints = Endpoints()


@endpoints.add(
    "GET",
    "/metrics/webinars",
    "RESOURCE-INTENSIVE",
    "dashboard:read:list_webinars:admin",
    "dashboard_webinars:read:admin",
)
def list_metrics(call: Call) -> dict[str, Any]:
    start, end = period(call)
    past = call.word("type", ("live", "past")) == "past"
    rows = held_between(call, start, end, by_end=False) if past else _live(call)
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
    return participants_page(call, instance, _metric_row, with_registrant=call.wants("registrant_id"))


def _dashboard_instance(call: Call) -> tuple[Webinar, Instance]:
    if call.word("type", ("live", "past")) == "past":
        return held_instance(call)
    for webinar, instance in _live(call):
        if call.key() in (str(webinar.id), instance.uuid):
            return webinar, instance
    raise errors.ZoomError(
        404, 3001, "This webinar's detail information is not available or the ID is not valid."
    )


def _live(call: Call) -> list[tuple[Webinar, Instance]]:
    return [(webinar, webinar.live) for webinar in call.account.webinars.values() if webinar.live]


def _metric_row(row: Attendance) -> Body:
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
    return body | ({"leave_time": row.leave_time} if row.leave_time else {})


def _metric(call: Call, webinar: Webinar, instance: Instance) -> dict[str, Any]:
    host = call.account.users[webinar.host_id]
    end = instance.end or call.account.clock.now()
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
        "participants": people(instance),
        "has_recording": instance.recording is not None,
    }
    return body | ({"end_time": iso(instance.end)} if instance.end else {})
