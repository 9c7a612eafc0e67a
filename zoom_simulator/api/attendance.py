"""Held instances of a webinar, and who was there, as /past_webinars tells it."""

from typing import Any

from zoom_simulator import errors
from zoom_simulator.account.rows import Attendance, Instance, Registrant
from zoom_simulator.api.endpoint import Call, Endpoints
from zoom_simulator.api.held import Body, attended, held_instance, participants_page
from zoom_simulator.api.registrants import written
from zoom_simulator.clock import iso

endpoints = Endpoints()


@endpoints.add(
    "GET",
    "/past_webinars/<webinar_id>/instances",
    "LIGHT",
    "webinar:read:list_past_instances:admin",
    "webinar:read:admin",
)
def list_instances(call: Call) -> dict[str, Any]:
    webinar = call.account.webinar(call.webinar_id())
    if webinar.forbidden == "/instances":
        raise errors.no_permission()
    return {"webinars": [_instance(call, row) for row in webinar.held]}


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
    return participants_page(
        call, instance, past_row, with_registrant=call.account.participants_have_registrant_id
    )


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
        there = {row.registrant_id for row in instance.rows}
        return [
            registrant
            for registrant in webinar.registrants.values()
            if registrant.status == "approved" and registrant.id not in there
        ]

    return call.pages.page(
        call.request,
        call.path,
        "registrants",
        rows,
        lambda registrant: written(call.account, webinar, registrant, registrant.status),
    )


def _instance(call: Call, instance: Instance) -> dict[str, str]:
    body = {"uuid": instance.uuid, "start_time": iso(instance.start)}
    if instance.occurrence_id and call.account.instances_have_occurrence_id:
        body["occurrence_id"] = instance.occurrence_id
    return body


def past_row(row: Attendance) -> Body:
    return attended(row) | {"internal_user": row.internal_user}
