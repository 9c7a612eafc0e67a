"""What can be read of a webinar: registrants as the listings have them, instances, rows, sessions.

Rows are read the way they are sent, wrong types and missing fields included.
"""

from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from tests.oracle.dates import is_per_date, known_dates, last_seen, standing, statuses_by_date
from tests.oracle.people import normal
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Attendance, Instance, Occurrence, Registrant, Webinar
from zoom_simulator.api.attendance import past_row
from zoom_simulator.api.held import YEAR, sent
from zoom_simulator.api.registrants import written
from zoom_simulator.clock import iso, parse_iso
from zoom_simulator.policy import Policy

NEAR = timedelta(hours=12)
A_DAY = timedelta(hours=24)


class Registration(Struct, kw_only=True):
    """One registrant row, of a person who is in a listing or was in one."""

    id: str
    email: str
    name: str
    first_name: str
    last_name: str
    status: str
    """approved, pending or cancelled"""
    created: datetime | None
    occurrences: dict[str, str] | None


class Presence(Struct, kw_only=True):
    """One usable attendance row, not yet clipped."""

    email: str
    name: str
    participant_id: str
    join: datetime
    leave: datetime


class Session(Struct, kw_only=True):
    uuid: str = ""
    occurrence_id: str = ""
    start: datetime | None = None
    end: datetime | None = None
    final: bool = False
    seen_in: int | None = None
    """Of a date that was deleted before it was held: the last snapshot in which it stood."""
    instance: Instance | None = None
    presences: list[Presence] = field(default_factory=list)


def readable(account: SimulatedAccount, policy: Policy) -> list[Webinar]:
    """Webinars whose data a sync can hold: those that exist, and those that a snapshot has seen."""
    earlier = {key: one for snapshot in policy.snapshots for key, one in snapshot.webinars.items()}
    found = []
    for webinar in account.webinars.values():
        if webinar.detail_missing or webinar.id in policy.unreadable:
            continue
        if not account.users[webinar.host_id].webinar_plan:
            continue
        if not account.is_gone(webinar):
            found.append(webinar)
        elif webinar.id in earlier:
            found.append(earlier[webinar.id])
    return found


def registrations(account: SimulatedAccount, webinar: Webinar, policy: Policy) -> list[Registration]:
    """Those in the listings now, and those that were in one when a snapshot was taken and are gone."""
    now = [
        _registration(account, webinar, registrant, registrant.status)
        for registrant in webinar.registrants.values()
    ]
    known = {one.id for one in now}
    gone: dict[str, Registration] = {}
    for snapshot in policy.snapshots:
        before = snapshot.webinars.get(webinar.id)
        for one in before.registrants.values() if before else ():
            if one.id not in known and one.status != "pending":
                gone[one.id] = _registration(account, webinar, one, "denied")
    return _for_dates(webinar, policy, now + list(gone.values()))


def _for_dates(webinar: Webinar, policy: Policy, rows: list[Registration]) -> list[Registration]:
    """Where people register for single dates, nobody is listed who has none."""
    if not is_per_date(webinar):
        return rows
    found = []
    for row in rows:
        by_date = statuses_by_date(webinar, policy, row.id, row.occurrences or {})
        told = {date: _state(status) for date, status in by_date.items()}
        if told:
            best = next(one for one in ("approved", "pending", "cancelled") if one in told.values())
            found.append(replace(row, occurrences=told, status=best))
    return found


def _registration(
    account: SimulatedAccount, webinar: Webinar, registrant: Registrant, status: str
) -> Registration:
    body = written(account, webinar, registrant, status)
    first, last = _text(body.get("first_name")), _text(body.get("last_name"))
    occurrences = registrant.occurrences
    if occurrences is not None and registrant.status != status:
        occurrences = dict.fromkeys(occurrences, status)
    return Registration(
        id=_text(body.get("id")),
        email=normal(_text(body.get("email"))),
        name=f"{first} {last}".strip(),
        first_name=first,
        last_name=last,
        status=_state(status),
        created=_time(body.get("create_time")),
        occurrences=occurrences and {key: _state(one) for key, one in occurrences.items()},
    )


def _state(status: str) -> str:
    return "cancelled" if status == "denied" else status


def sessions(
    account: SimulatedAccount, webinar: Webinar, policy: Policy, people: list[Registration]
) -> list[Session]:
    """Held ones, and planned ones that no held one has taken over, also if they were deleted after a look."""
    held = sorted((one for one in webinar.held if not one.practice), key=lambda one: one.start)
    occurrences = [occurrence for occurrence in webinar.occurrences if occurrence.status == "available"]
    emails = {one.id: one.email for one in people if one.email}
    found, taken = [], set()
    for instance in held:
        key = _occurrence_of(account, instance, known_dates(webinar, instance, policy))
        taken.add(key)
        found.append(_held(account, instance, key, policy, emails))
    if not occurrences:
        return found or [Session()]
    planned = [occurrence.id for occurrence in webinar.occurrences if occurrence.id not in taken]
    stands = standing(webinar)
    found += [Session(occurrence_id=date) for date in planned if date in stands]
    for date in sorted(set(planned) - stands):
        if (seen_in := last_seen(webinar, date, policy)) is not None:
            found.append(Session(occurrence_id=date, seen_in=seen_in))
    return found


def _occurrence_of(account: SimulatedAccount, instance: Instance, occurrences: list[Occurrence]) -> str:
    """As Zoom tells it, else the one whose start is near: nearer than half-way to its neighbours, or 12
    hours."""
    if instance.occurrence_id and account.instances_have_occurrence_id:
        return instance.occurrence_id
    if not occurrences:
        return ""
    near = min(occurrences, key=lambda one: abs(one.start - instance.start))
    gaps = [abs(occurrence.start - near.start) / 2 for occurrence in occurrences if occurrence is not near]
    return near.id if abs(near.start - instance.start) <= min([NEAR, *gaps]) else ""


def _held(
    account: SimulatedAccount, instance: Instance, occurrence_id: str, policy: Policy, emails: dict[str, str]
) -> Session:
    presences = [one for row in instance.rows if (one := _presence(row, emails))]
    start, end = parse_iso(iso(instance.start)), parse_iso(iso(instance.end))
    if not instance.report or account.clock.now() - end > YEAR:
        end = max((presence.leave for presence in presences), default=start)
    old = account.clock.now() - end >= A_DAY
    return Session(
        uuid=instance.uuid,
        occurrence_id=occurrence_id,
        start=start,
        end=end,
        final={"24h": old, "all": True, "none": False}[policy.final],
        instance=instance,
        presences=presences,
    )


def _presence(row: Attendance, emails: dict[str, str]) -> Presence | None:
    """None for rows that do not count: in the waiting room, or with times that make no sense."""
    body = sent(row, past_row, with_registrant=True)
    join, leave = _time(body.get("join_time")), _time(body.get("leave_time"))
    if body.get("status") == "in_waiting_room" or not join or not leave or leave < join:
        return None
    known = emails.get(_text(body.get("registrant_id")), "")
    return Presence(
        email=known or normal(_text(body.get("user_email"))),
        name=_text(body.get("name")),
        participant_id=_text(body.get("id")),
        join=join,
        leave=leave,
    )


def _text(value: object) -> str:
    """Databases hold no NUL characters."""
    return "" if value is None else str(value).replace("\0", "").strip()


def _time(value: object) -> datetime | None:
    try:
        return parse_iso(value) if isinstance(value, str) else None
    except ValueError:
        return None
