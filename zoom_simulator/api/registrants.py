"""Reading who registered: the listing by status, one registrant, the registration form's questions."""

from typing import Any

from zoom_simulator import errors
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Registrant, Webinar, overlay
from zoom_simulator.api.endpoint import Call, Endpoints
from zoom_simulator.api.webinars import existing

endpoints = Endpoints()


@endpoints.add(
    "GET",
    "/webinars/<webinar_id>/registrants",
    "MEDIUM",
    "webinar:read:list_registrants:admin",
    "webinar:read:admin",
)
def list_registrants(call: Call) -> dict[str, Any]:
    webinar = existing(call)
    status = call.word("status", ("approved", "pending", "denied"))
    occurrence, source = call.text("occurrence_id"), call.text("tracking_source_id")
    if occurrence and occurrence not in {occurrence.id for occurrence in webinar.occurrences}:
        raise errors.bad_occurrence(occurrence)

    def rows() -> list[Any]:
        found: list[Any] = [
            registrant
            for registrant in webinar.registrants.values()
            if (registrant.status_for(occurrence) if occurrence else registrant.status) == status
            and (not source or registrant.source_id == source)
        ]
        return found + (webinar.strays if status == "approved" else [])

    def write(row: Any) -> Any:
        return written(call.account, webinar, row, status) if isinstance(row, Registrant) else row

    return call.pages.page(call.request, call.path, "registrants", rows, write)


@endpoints.add(
    "GET",
    "/webinars/<webinar_id>/registrants/<registrant_id>",
    "LIGHT",
    "webinar:read:registrant:admin",
    "webinar:read:admin",
)
def get_registrant(call: Call) -> dict[str, Any]:
    webinar = existing(call)
    found = webinar.registrants.get(call.arg("registrant_id"))
    if found is None:
        raise errors.ZoomError(400, 3079, f"This registrant does not exist: {call.arg('registrant_id')}.")
    return written(call.account, webinar, found, found.status) | {"language": "en-US"}


@endpoints.add(
    "GET",
    "/webinars/<webinar_id>/registrants/questions",
    "LIGHT",
    "webinar:read:list_registration_questions:admin",
    "webinar:read:admin",
)
def list_questions(call: Call) -> dict[str, Any]:
    webinar = existing(call)
    if not webinar.needs_registration:
        raise errors.ZoomError(
            400, 3000, f"Registration has not been enabled for this webinar: {webinar.id}."
        )
    return {"questions": webinar.questions, "custom_questions": webinar.custom_questions}


FIELDS = (
    "address",
    "city",
    "state",
    "zip",
    "country",
    "phone",
    "industry",
    "org",
    "job_title",
    "purchasing_time_frame",
    "role_in_purchase_process",
    "no_of_employees",
    "comments",
)
NO_ANSWERS = dict.fromkeys(FIELDS, "")


def written(
    account: SimulatedAccount, webinar: Webinar, registrant: Registrant, status: str
) -> dict[str, Any]:
    """A registrant as the listing of one status has it."""
    body: dict[str, Any] = {
        "id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        **(NO_ANSWERS | registrant.fields if registrant.fields else NO_ANSWERS),
        "custom_questions": registrant.custom_questions or [],
        "status": status,
        "create_time": registrant.create_time,
        "join_url": join_url(account, webinar, registrant),
    }
    return overlay(body, registrant.wire)


def join_url(account: SimulatedAccount, webinar: Webinar, registrant: Registrant) -> str:
    """Personal, and a secret: whoever has it joins as this person."""
    return f"{account.base_url}/w/{webinar.id}?tk={registrant.id}"
