"""The CRM after a right sync: contacts, participations, timeline, skipped people and calls, as an export
has them.

A value of "*" stands for any value but none: no one can know when someone cancelled, only when it was
noticed.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tests.oracle.attendance import Attended, attended
from tests.oracle.calls import call_of
from tests.oracle.dates import is_per_date
from tests.oracle.people import is_listed, normal, reason_against, split
from tests.oracle.seen import Part, Presence, Registration, Session, readable, registrations, sessions
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Webinar
from zoom_simulator.clock import iso
from zoom_simulator.policy import Policy

Row = dict[str, Any]
ANY = "*"


class Person(Struct):
    """What counts for a contact's names and numbers."""

    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    registered: set[int] = field(default_factory=set)
    """Webinars."""
    percents: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Of each attended session, by webinar."""


class Crm:
    def __init__(self, account: SimulatedAccount, policy: Policy) -> None:
        self.account, self.policy = account, policy
        self.people: dict[str, Person] = defaultdict(Person)
        self.participations: list[Row] = []
        self.timeline: list[Row] = []
        self.skipped: dict[tuple[object, ...], Row] = {}
        self.calls: list[Row] = []

    def add(self, webinar: Webinar) -> None:
        rows = registrations(self.account, webinar, self.policy)
        by_email: dict[str, list[Registration]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: iso(row.created)):
            if row.status != "pending" and self._refused(
                webinar, "registration", row.email, row.name, row.id
            ):
                continue
            by_email[row.email].append(row)
        for email, own in by_email.items():
            self._registered(webinar, email, own)
        for session in sessions(self.account, webinar, self.policy, rows):
            self._session(webinar, session, self._of_session(webinar, session, by_email))

    def _of_session(
        self, webinar: Webinar, session: Session, rows: dict[str, list[Registration]]
    ) -> dict[str, list[Registration]]:
        """Of a deleted date in a series that one registers for once: those of when it was seen last."""
        if session.seen_in is None or is_per_date(webinar):
            return rows
        before = self.policy.snapshots[session.seen_in].webinars[webinar.id]
        earlier = replace(self.policy, snapshots=self.policy.snapshots[: session.seen_in])
        found: dict[str, list[Registration]] = defaultdict(list)
        for row in registrations(self.account, before, earlier):
            if not reason_against(row.email, self.policy):
                found[row.email].append(row)
        return found

    def _refused(
        self, webinar: Webinar, stage: str, email: str, name: str, key: str, session: str = ""
    ) -> str:
        """The reason against this person, noted once for each session."""
        reason = reason_against(email, self.policy)
        if reason:
            who = email or key
            is_deleted = reason == "deleted_contact"  # listed without saying who (D22)
            self.skipped.setdefault(
                (webinar.id, session, stage, who),
                {
                    "webinar_id": webinar.id,
                    "session_uuid": session,
                    "email": "" if is_deleted else email,
                    "name": "" if is_deleted else name,
                    "reason": reason,
                    "stage": stage,
                },
            )
        return reason

    def _registered(self, webinar: Webinar, email: str, rows: list[Registration]) -> None:
        state = _state([row.status for row in rows])
        if state == "pending":
            return
        person, at = self.people[email], _registered_at(rows)
        person.first_name = person.first_name or rows[0].first_name
        person.last_name = person.last_name or rows[0].last_name
        person.registered.add(webinar.id)
        self._happened(email, "webinar_registered", webinar, iso(at))
        if state == "cancelled":
            self._happened(email, "webinar_cancelled", webinar, ANY)

    def _session(self, webinar: Webinar, session: Session, rows: dict[str, list[Registration]]) -> None:
        there = self._attended(webinar, session)
        rows = {} if session.unplanned else rows
        for email in {**rows, **there}:
            own = _of_occurrence(webinar, rows.get(email, []), session)
            state = _state([row.status for row in own]) if own else ""
            if email in there:
                self._came(email, webinar, session, there[email])
            if email in there or state in ("approved", "cancelled"):
                at = _registered_at(own) if state in ("approved", "cancelled") else None
                late = bool(at and session.end and at > session.end)
                row = _participation(webinar, session, email, state, there.get(email), late=late)
                row["registered_at"] = iso(at) if at else None
                self.participations.append(row)
        for part in session.parts:
            emails = sorted(email for email in there if _was_in(part, email))
            call = call_of(self.account, webinar, part, emails, self.policy)
            self.calls += [call] if call else []

    def _attended(self, webinar: Webinar, session: Session) -> dict[str, Attended]:
        """Those who may enter and were there; the others are noted as skipped."""
        by_person: dict[tuple[str, str], dict[str, list[Presence]]] = defaultdict(lambda: defaultdict(list))
        for part in session.parts:
            for presence in part.presences:
                key = "" if presence.email else presence.participant_id or presence.name
                by_person[presence.email, key][part.instance.uuid].append(presence)
        found = {}
        for (email, key), presences in by_person.items():
            result = attended(session, presences)
            all_of_them = [row for some in presences.values() for row in some]
            name = min(all_of_them, key=lambda row: row.join).name
            if result is None or self._refused(webinar, "attendance", email, name, key, session.uuid):
                continue
            found[email] = result
            self.people[email].display_name = self.people[email].display_name or name
        return found

    def _came(self, email: str, webinar: Webinar, session: Session, result: Attended) -> None:
        self.people[email].percents[webinar.id].append(result.percent)
        self._happened(
            email,
            "webinar_attended",
            webinar,
            iso(result.first_joined),
            joined_at=iso(result.first_joined),
            left_at=iso(result.last_left),
        )

    def _happened(self, email: str, kind: str, webinar: Webinar, at: str, **times: str) -> None:
        row = {"email": email, "kind": kind, "webinar_id": webinar.id, "occurred_at": at}
        self.timeline.append(row | {"joined_at": None, "left_at": None} | times)

    def contacts(self) -> list[Row]:
        found = {
            normal(existing_contact.email): existing_contact
            for existing_contact in self.policy.existing_contacts
        }
        emails = [*found, *(person for person in self.people if person not in found)]
        rows = []
        for email in emails:
            person, before = self.people.get(email, Person()), found.get(email)
            display = split(person.display_name) if not person.registered else ("", "")
            rows.append(
                {
                    "email": email,
                    "first_name": (before and before.first_name) or person.first_name or display[0],
                    "last_name": (before and before.last_name) or person.last_name or display[1],
                    "secondary_emails": sorted(map(normal, before.secondary_emails)) if before else [],
                    "zoom_webinar_registration_count": len(person.registered),
                    "zoom_webinar_attendance_count": len(person.percents),
                    "zoom_webinar_attendance_average_duration": _average(person),
                }
            )
        return rows


def truth(account: SimulatedAccount, policy: Policy) -> dict[str, list[Row]]:
    """The rows of each export dataset that a right sync arrives at, in no particular order."""
    with account.lock:
        crm = Crm(account, policy)
        for webinar in readable(account, policy):
            if syncs(account, webinar, policy):
                crm.add(webinar)
        return {
            "contacts": crm.contacts(),
            "participations": crm.participations,
            "timeline": crm.timeline,
            "skipped": list(crm.skipped.values()),
            "calls": crm.calls,
        }


def syncs(account: SimulatedAccount, webinar: Webinar, policy: Policy) -> bool:
    return (
        policy.sync_webinars
        and not webinar.is_events_webinar
        and webinar.id not in policy.webinars_off
        and not is_listed(normal(account.users[webinar.host_id].email), policy.exclude_hosts)
    )


def _state(statuses: list[str]) -> str:
    """Of several rows of one person: registered if any is, else waiting if any is, else cancelled."""
    return next(row for row in ("approved", "pending", "cancelled") if row in statuses)


def _registered_at(rows: list[Registration]) -> datetime | None:
    state = _state([row.status for row in rows])
    return min((row.created for row in rows if row.status == state and row.created), default=None)


def _of_occurrence(webinar: Webinar, rows: list[Registration], session: Session) -> list[Registration]:
    """With registration per occurrence: only the rows for the session's one, in their state for it."""
    if not is_per_date(webinar):
        return rows
    found = []
    for row in rows:
        status = (row.occurrences or {}).get(session.occurrence_id)
        if status:
            found.append(_with_status(row, status))
    return found


def _with_status(row: Registration, status: str) -> Registration:
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    return Registration(**values | {"status": status})


def _participation(
    webinar: Webinar,
    session: Session,
    email: str,
    registration: str,
    result: Attended | None,
    *,
    late: bool = False,
) -> Row:
    state = {"approved": "registered"}.get(registration, registration)
    if result:
        state = "attended"
    elif state == "registered" and session.final and not late:
        state = "no_show"
    return {
        "webinar_id": webinar.id,
        "session_uuid": session.uuid,
        "topic": webinar.topic.replace("\0", ""),
        "email": email,
        "state": state,
        "cancelled_at": ANY if registration == "cancelled" else None,
        "first_joined_at": iso(result.first_joined) if result else None,
        "last_left_at": iso(result.last_left) if result else None,
        "duration_seconds": result.seconds if result else 0,
        "attendance_percent": result.percent if result else 0.0,
    }


def _was_in(part: Part, email: str) -> bool:
    return any(
        presence.email == email and presence.join <= part.end and presence.leave >= part.start
        for presence in part.presences
    )


def _average(person: Person) -> float | None:
    """The mean over webinars of the mean over the sessions attended."""
    means = [sum(percent) / len(percent) for percent in person.percents.values()]
    return round(sum(means) / len(means), 2) if means else None
