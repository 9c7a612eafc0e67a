"""Held instances of a webinar, and who was there, as /past_webinars tells it."""

from datetime import timedelta
from typing import Any

from integrations.simulator import errors
from integrations.simulator.api.endpoint import Call, Endpoints
from integrations.simulator.api.registrants import written
from integrations.simulator.clock import iso
from integrations.simulator.world.rows import Attendance, Instance, Registrant, Webinar, overlay

endpoints = Endpoints()
KEPT = timedelta(days=365)


@endpoints.add(
    "GET",
    "/past_webinars/<webinar_id>/instances",
    "LIGHT",
    "webinar:read:list_past_instances:admin",
    "webinar:read:admin",
)
def list_instances(call: Call) -> dict[str, Any]:
    webinar = call.world.webinar(call.webinar_id())
    if webinar.forbidden == "/instances":
        raise errors.no_permission()
    return {"webinars": [_instance(call, one) for one in webinar.held]}


@endpoints.add(
    "GET",
    "/past_webinars/<key>/participants",
    "MEDIUM",
    "webinar:read:list_past_participants:admin",
    "webinar:read:admin",
)
def list_participants(call: Call) -> dict[str, Any]:
    webinar, instance = held_instance(call)
    if webinar.forbidden == "/participants":
        raise errors.no_permission()
    with_registrant = call.world.participants_have_registrant_id

    def write(row: Any) -> Any:
        return past_row(row, with_registrant=with_registrant) if isinstance(row, Attendance) else row

    return participants_page(call, instance, write)


@endpoints.add(
    "GET",
    "/past_webinars/<key>/absentees",
    "HEAVY",
    "webinar:read:list_absentees:admin",
    "webinar:read:admin",
)
def list_absentees(call: Call) -> dict[str, Any]:
    webinar, instance = held_instance(call)
    if not webinar.needs_registration:
        raise errors.ZoomError(
            400, 3000, f"This webinar doesn't have registration required: {instance.uuid}."
        )

    def rows() -> list[Registrant]:
        there = {one.registrant_id for one in instance.rows}
        return [
            one for one in webinar.registrants.values() if one.status == "approved" and one.id not in there
        ]

    return call.pages.page(
        call.request,
        call.path,
        "registrants",
        rows,
        lambda registrant: written(call.world, webinar, registrant, registrant.status),
    )


def held_instance(call: Call) -> tuple[Webinar, Instance]:
    """The ended instance that the path names: by its uuid, or the latest one of a webinar's number."""
    key, world = call.key(), call.world
    if key.isdigit():
        webinar = world.webinar(int(key))
        if not webinar.held:
            raise errors.not_ended()
        instance = max(webinar.held, key=lambda one: one.start)
    else:
        webinar, instance = world.instance(key)
    if instance.end is None:
        raise errors.not_ended()
    if world.clock.now() - instance.end > KEPT:
        raise errors.meeting_expired(key)
    return webinar, instance


def participants_page(call: Call, instance: Instance, write: Any) -> dict[str, Any]:
    return call.pages.page(
        call.request,
        call.path,
        "participants",
        lambda: [*instance.rows, *instance.strays],
        write,
        repeats_rows=instance.repeats_rows,
        numbered=False,
    )


def _instance(call: Call, instance: Instance) -> dict[str, str]:
    body = {"uuid": instance.uuid, "start_time": iso(instance.start)}
    if instance.occurrence_id and call.world.instances_have_occurrence_id:
        body["occurrence_id"] = instance.occurrence_id
    return body


def past_row(row: Attendance, *, with_registrant: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "user_id": row.user_id,
        "user_email": row.user_email,
        "join_time": row.join_time,
        "leave_time": row.leave_time,
        "duration": row.duration,
        "failover": False,
        "status": row.status,
        "internal_user": row.internal_user,
    }
    if with_registrant:
        body["registrant_id"] = row.registrant_id
    return overlay(body, row.wire)
