"""What can be read of a webinar: registrants as the listings have them, instances, rows, sessions.

Rows are read the way they are sent, wrong types and missing fields included.
"""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tests.oracle.dates import (
    date_of,
    is_per_date,
    is_practice,
    last_seen,
    planned_dates,
    standing,
    statuses_by_date,
)
from tests.oracle.people import normal
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Attendance, Instance, Occurrence, Registrant, Webinar
from zoom_simulator.api.attendance import past_row
from zoom_simulator.api.held import YEAR, sent
from zoom_simulator.api.registrants import written
from zoom_simulator.clock import iso, parse_iso
from zoom_simulator.policy import Policy

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


class Part(Struct, kw_only=True):
    """One instance of a session."""

    instance: Instance
    start: datetime
    end: datetime
    presences: list[Presence] = field(default_factory=list)


class Session(Struct, kw_only=True):
    """What was held of one date, or a date that was not held."""

    occurrence_id: str = ""
    final: bool = False
    unplanned: bool = False
    seen_in: int | None = None
    """Of a date that was deleted before it was held: the last snapshot in which it stood."""
    parts: list[Part] = field(default_factory=list)

    @property
    def uuid(self) -> str:
        """Of the longest instance, of equally long ones the first."""
        longest = sorted(self.parts, key=lambda part: (part.start - part.end, part.start))
        return longest[0].instance.uuid if longest else ""

    @property
    def end(self) -> datetime | None:
        return max((part.end for part in self.parts), default=None)


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
    if webinar.forbidden == "/registrants":
        return []  # that costs only this
    now = [
        _registration(account, webinar, registrant, registrant.status)
        for registrant in webinar.registrants.values()
    ]
    known = {row.id for row in now}
    gone: dict[str, Registration] = {}
    for snapshot in policy.snapshots:
        before = snapshot.webinars.get(webinar.id)
        for item in before.registrants.values() if before else ():
            if item.id not in known and item.status != "pending":
                gone[item.id] = _registration(account, webinar, item, "denied")
    return _for_dates(webinar, policy, now + list(gone.values()))


def _for_dates(webinar: Webinar, policy: Policy, rows: list[Registration]) -> list[Registration]:
    """Where people register for single dates, no one is listed who has none."""
    if not is_per_date(webinar):
        return rows
    found = []
    for row in rows:
        by_date = statuses_by_date(webinar, policy, row.id, row.occurrences or {})
        told = {date: _state(status) for date, status in by_date.items()}
        if told:
            best = next(row for row in ("approved", "pending", "cancelled") if row in told.values())
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
    """A session for each date that stands, was held, or was deleted after a look; and unplanned ones."""
    emails = {person.id: person.email for person in people if person.email}
    held = [_part(account, row, emails) for row in webinar.held if not is_practice(webinar, row)]
    dates = planned_dates(webinar)
    if not dates:
        alone = [Session(parts=[row]) for row in sorted(held, key=lambda row: row.start)]
        return [_settled(account, row, None, policy) for row in alone] or [Session()]
    found: dict[str, Session] = {}
    unplanned = []
    for part in held:
        date = date_of(account, webinar, part.instance, policy)
        if date is None:
            unplanned.append(_settled(account, Session(unplanned=True, parts=[part]), None, policy))
        else:
            found.setdefault(date.id, Session(occurrence_id=date.id)).parts.append(part)
    by_id = {date.id: date for date in dates}
    result = [_settled(account, one, by_id[key], policy) for key, one in found.items()] + unplanned
    stands = standing(webinar) if webinar.occurrences else {""}
    for date in dates:
        if date.id in found:
            continue
        if date.id in stands:
            result.append(Session(occurrence_id=date.id))
        elif (seen_in := last_seen(webinar, date.id, policy)) is not None:
            result.append(Session(occurrence_id=date.id, seen_in=seen_in))
    return result


def _settled(account: SimulatedAccount, session: Session, date: Occurrence | None, policy: Policy) -> Session:
    now, end = account.clock.now(), session.end
    assert end is not None
    old = all(now - part.end >= A_DAY for part in session.parts)
    final = {"24h": old, "all": True, "none": False}[policy.final]
    if date and end <= date.start and now < date.start + timedelta(minutes=date.duration):
        final = False  # those who come on time are still to come
    return replace(session, final=final)


def _part(account: SimulatedAccount, instance: Instance, emails: dict[str, str]) -> Part:
    start, end = parse_iso(iso(instance.start)), parse_iso(iso(instance.end))
    rows = [one for row in instance.rows if (one := _times(row))]
    if not instance.report or account.clock.now() - end > YEAR:
        end = max((max(join, leave or join) for _body, join, leave in rows), default=start)
        end = max(start, end)
    presences = [_presence(body, join, leave, emails, (start, end)) for body, join, leave in rows]
    return Part(instance=instance, start=start, end=end, presences=presences)


def _times(row: Attendance) -> tuple[dict[str, Any], datetime, datetime | None] | None:
    """None for rows that do not count: in the waiting room, or no one knows when they joined."""
    body = sent(row, past_row, with_registrant=True)
    join = _time(body.get("join_time"))
    if body.get("status") == "in_waiting_room" or not join:
        return None
    return body, join, _time(body.get("leave_time"))


def _presence(
    body: dict[str, Any],
    join: datetime,
    leave: datetime | None,
    emails: dict[str, str],
    bounds: tuple[datetime, datetime],
) -> Presence:
    """Without a leave time until the end; one that leaves before it joins, for no time at all."""
    start, end = bounds
    if leave is None or leave < join:
        join = min(max(join, start), end)
        leave = end if leave is None else join
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
