"""Registering people by the API, and changing the state of their registration, with all that Zoom refuses."""

from collections.abc import Iterable
from typing import Any

from zoom_simulator import errors
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Registrant, Webinar
from zoom_simulator.api.endpoint import Answer, Call, Endpoints
from zoom_simulator.api.registrants import FIELDS, join_url
from zoom_simulator.api.webinars import existing
from zoom_simulator.clock import iso
from zoom_simulator.errors import ZoomError

endpoints = Endpoints()

OVER = "Webinar is over, you cannot register now. If you have any questions, contact the webinar host."
TOO_MANY = (
    "You have reached the limit for the number of attendees you can add. Contact Zoom Support for more "
    "information."
)
PANELIST = (
    "You have been invited as a panelist for the webinar, please check your email to find more information "
    "about this webinar."
)
FREE_MAIL = frozenset({"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "freemail.example"})


@endpoints.add(
    "POST",
    "/webinars/<webinar_id>/registrants",
    "LIGHT",
    "webinar:write:registrant:admin",
    "webinar:write:admin",
)
def add_registrant(call: Call) -> Answer:
    webinar, body = existing(call), call.json()
    dates = [row for row in call.text("occurrence_ids").split(",") if row]
    _refuse_closed(call, webinar, dates)
    _refuse_incomplete(webinar, body, enforces_questions=call.account.unconfirmed.enforces_questions)
    email = str(body["email"]).strip()
    call.limits.count_addition(webinar.id, email)
    _refuse_person(call, webinar, email, dates)
    known = _registered(webinar, email)
    registrant = _known_again(call, webinar, known, dates) if known else _added(call, webinar, body, dates)
    return Answer(201, _described(call.account, webinar, registrant))


@endpoints.add(
    "POST",
    "/webinars/<webinar_id>/batch_registrants",
    "HEAVY",
    "webinar:write:batch_registrants:admin",
    "webinar:write:admin",
)
def add_registrants(call: Call) -> Answer:
    webinar, body = existing(call), call.json()
    if webinar.type != 5:
        raise ZoomError(
            400,
            300,
            "This API can only be used for scheduled webinars (type 5). Batch registration is not supported "
            "for other webinar types.",
        )
    _refuse_closed(call, webinar)
    people = _people(body)
    if len(webinar.registrants) + len(people) > webinar.capacity:
        raise ZoomError(400, 3043, "Webinar has reached maximum attendee capacity.")
    status = "approved" if body.get("auto_approve") else ""
    return Answer(201, {"registrants": [_added_in_batch(call, webinar, person, status) for person in people]})


@endpoints.add(
    "PUT",
    "/webinars/<webinar_id>/registrants/status",
    "MEDIUM",
    "webinar:update:registrant_status:admin",
    "webinar:write:admin",
)
def update_status(call: Call) -> Answer:
    webinar, body = existing(call), call.json()
    if not webinar.needs_registration:
        raise ZoomError(400, 300, f"Registration has not been enabled for this meeting: {webinar.id}.")
    action = body.get("action")
    if action not in ("approve", "deny", "cancel"):
        raise errors.invalid(("action", "Invalid field."))
    change = {"approve": call.account.approve, "deny": call.account.deny, "cancel": call.account.cancel}[
        action
    ]
    chosen = [_named(webinar, person) for person in _people(body)]
    if action == "approve" and _full(webinar, adding=sum(row.status != "approved" for row in chosen)):
        raise ZoomError(400, 3035, "Webinar has reached maximum attendee capacity.")
    for registrant in chosen:
        call.limits.count_status_change(webinar.id, registrant.email)
    for registrant in chosen:
        change(webinar.id, registrant.id, occurrence_id=call.text("occurrence_id"))
    return Answer(204)


@endpoints.add(
    "DELETE",
    "/webinars/<webinar_id>/registrants/<registrant_id>",
    "LIGHT",
    "webinar:delete:registrant:admin",
    "webinar:write:admin",
)
def delete_registrant(call: Call) -> Answer:
    webinar = existing(call)
    if not webinar.needs_registration:
        raise ZoomError(400, 3000, f"Registration has not been enabled for this webinar: {webinar.id}.")
    call.account.delete_registrant(webinar.id, call.arg("registrant_id"))
    return Answer(204)


def _refuse_closed(call: Call, webinar: Webinar, dates: Iterable[str] = ()) -> None:
    """What is refused whoever it is that wants to register."""
    if webinar.paid:
        raise ZoomError(400, 3000, "The Zoom REST API does not support paid registration.")
    if not webinar.needs_registration or webinar.is_events_webinar:
        raise ZoomError(400, 3000, f"This webinar does not have registration as required: {webinar.id}.")
    end = webinar.end_of(dates)
    over = end is not None and end < call.account.clock.now() and webinar.live is None
    if over or webinar.closed:
        raise ZoomError(400, 3038, OVER)


def _added(call: Call, webinar: Webinar, body: dict[str, Any], dates: list[str]) -> Registrant:
    return call.account.register(
        webinar.id,
        str(body["email"]).strip(),
        str(body["first_name"]),
        str(body.get("last_name") or ""),
        occurrence_ids=dates,
        fields={name: str(body[name]) for name in FIELDS if body.get(name)},
        custom_questions=body.get("custom_questions"),
        source_id=str(body.get("source_id") or ""),
        announced=call.account.unconfirmed.announces_additions,
    )


def _known_again(call: Call, webinar: Webinar, known: Registrant, dates: list[str]) -> Registrant:
    """The first registration, as it was, or with the further dates of a series."""
    if webinar.is_per_date and set(dates) - set(known.occurrences or {}):
        return call.account.add_dates(webinar.id, known.id, dates)
    if known.status == "denied":
        return call.account.approve(webinar.id, known.id)
    if call.account.unconfirmed.existing_registrant == "refused":
        raise ZoomError(400, 3000, f"You have already registered for this webinar: {webinar.id}.")
    return known


def _refuse_incomplete(webinar: Webinar, body: dict[str, Any], *, enforces_questions: bool) -> None:
    """Names every field that is missing or too long, as Zoom's validation does."""
    required = ["email", "first_name"]
    if enforces_questions:
        required += [
            str(question["field_name"]) for question in webinar.questions if question.get("required")
        ]
    problems = [(name, f"{name} is required.") for name in required if not body.get(name)]
    limits = {"email": 128, "first_name": 64, "last_name": 64}
    problems += [
        (name, f"The length must be less than or equal to {most}.")
        for name, most in limits.items()
        if len(str(body.get(name) or "")) > most
    ]
    email = str(body.get("email") or "")
    if email and ("@" not in email or " " in email.strip()):
        problems.append(("email", "Invalid field."))
    answered = {str(row.get("title")) for row in body.get("custom_questions") or [] if row.get("value")}
    problems += [
        (f"custom_questions.{custom_question['title']}", f"{custom_question['title']} is required.")
        for custom_question in webinar.custom_questions
        if enforces_questions and custom_question.get("required") and custom_question["title"] not in answered
    ]
    if problems:
        raise errors.invalid(*problems)


def _refuse_person(call: Call, webinar: Webinar, email: str, dates: Iterable[str] = ()) -> None:
    """What is refused because of who wants to register."""
    address = email.lower()
    hosts = {call.account.users[webinar.host_id].email, *webinar.alternative_hosts}
    if address in {host.lower() for host in hosts}:
        raise ZoomError(400, 3027, "Host cannot register.")
    if address in {panelist.lower() for _, panelist in webinar.panelists}:
        raise ZoomError(400, 3000, PANELIST)
    if webinar.work_email_only and address.rpartition("@")[2] in FREE_MAIL:
        raise ZoomError(400, 3034, "If you have been invited, please input your work email address.")
    if _is_denied(call.account, webinar, address, dates):
        raise ZoomError(400, 3000, f"This registrant has been denied by the host: {email}.")
    if _registered(webinar, email) is None:
        _refuse_full(call.account, webinar)


def _is_denied(account: SimulatedAccount, webinar: Webinar, address: str, dates: Iterable[str]) -> bool:
    if account.unconfirmed.denied_can_register_again:
        return False
    known = _registered(webinar, address)
    statuses = (
        {known.status} | {known.status_for(date) for date in dates if webinar.is_per_date} if known else ()
    )
    return address in webinar.blocked or "denied" in statuses


def _refuse_full(account: SimulatedAccount, webinar: Webinar) -> None:
    """Another registrant than those there are."""
    if webinar.restrict_number and _approved(webinar) >= webinar.restrict_number:
        raise ZoomError(400, 3000, TOO_MANY)
    if _full(webinar, adding=1):
        code = account.unconfirmed.full_code
        raise ZoomError(400, code, "Webinar has reached maximum attendee capacity.")


def _registered(webinar: Webinar, email: str) -> Registrant | None:
    """Zoom answers a second registration with the first one."""
    address = email.lower()
    return next(
        (registrant for registrant in webinar.registrants.values() if registrant.email.lower() == address),
        None,
    )


def _approved(webinar: Webinar) -> int:
    return sum(registrant.status == "approved" for registrant in webinar.registrants.values())


def _full(webinar: Webinar, *, adding: int) -> bool:
    return _approved(webinar) + adding > webinar.capacity


def _described(account: SimulatedAccount, webinar: Webinar, registrant: Registrant) -> dict[str, Any]:
    body: dict[str, Any] = {"id": webinar.id, "registrant_id": registrant.id, "topic": webinar.topic}
    if account.unconfirmed.answer_has_status:
        body["status"] = registrant.status
    if registrant.status == "approved" or account.unconfirmed.pending_has_join_url:
        body["join_url"] = join_url(account, webinar, registrant)
    if webinar.start:
        body["start_time"] = iso(webinar.start)
    if webinar.occurrences:
        chosen = registrant.occurrences
        body["occurrences"] = [
            occurrence.wire()
            for occurrence in webinar.occurrences
            if chosen is None or occurrence.id in chosen
        ]
    return body


def _added_in_batch(call: Call, webinar: Webinar, person: dict[str, Any], status: str) -> dict[str, str]:
    _refuse_incomplete(webinar, person, enforces_questions=False)
    email = str(person["email"]).strip()
    call.limits.count_addition(webinar.id, email)
    _refuse_person(call, webinar, email)
    registrant = _registered(webinar, email) or call.account.register(
        webinar.id, email, str(person["first_name"]), str(person.get("last_name") or ""), status=status
    )
    return {
        "email": registrant.email,
        "registrant_id": registrant.id,
        "join_url": join_url(call.account, webinar, registrant),
    }


def _people(body: dict[str, Any]) -> list[dict[str, Any]]:
    people = body.get("registrants")
    if not isinstance(people, list) or not 1 <= len(people) <= 30:
        raise errors.invalid(("registrants", "Between 1 and 30 registrants are allowed."))
    if not all(isinstance(person, dict) for person in people):
        raise errors.invalid(("registrants", "Invalid field."))
    return people


def _named(webinar: Webinar, person: dict[str, Any]) -> Registrant:
    """By id, else by email."""
    found: Iterable[Registrant] = webinar.registrants.values()
    wanted_id, wanted_email = str(person.get("id") or ""), str(person.get("email") or "").lower()
    for row in found:
        if row.id == wanted_id or (not wanted_id and wanted_email and row.email.lower() == wanted_email):
            return row
    raise ZoomError(400, 3000, f"Registrant {wanted_id or wanted_email} was not found.")
