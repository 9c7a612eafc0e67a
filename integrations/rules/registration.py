"""Whether a person is registered, from all the registrant rows that Zoom has ever shown of them (D6).

Looks only at the rows as they were last seen, and remembers nothing. So a person who registers again is
registered again, in whichever order the facts arrived (D12).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """How a registrant row stands in Zoom."""

    APPROVED = "approved"
    PENDING = "pending"
    DENIED = "denied"  # also what a cancellation by the host turns into
    GONE = "gone"  # in none of the three listings any more: the registrant cancelled


LISTINGS = frozenset({Status.APPROVED, Status.PENDING, Status.DENIED})


class State(StrEnum):
    """How a person stands."""

    REGISTERED = "registered"
    PENDING = "pending"  # not yet registered: no contact, no participation, no timeline
    CANCELLED = "cancelled"


class RegistrantRow(NamedTuple):
    status: Status
    registered_at: datetime | None  # Zoom's create_time
    cancelled_at: datetime | None = None  # when it happened, where a webhook event or we ourselves know it
    occurrence_id: str = ""  # "": made for the webinar, not for one occurrence
    noticed_at: datetime | None = None  # when a listing first showed it cancelled, where only that is known

    @property
    def cancelled_by(self) -> datetime | None:
        """The time at which it was cancelled at the latest."""
        return self.cancelled_at or self.noticed_at


class Registration(NamedTuple):
    """A person's registration. `registered_at` stays after a cancellation: it counts as "ever" (R62)."""

    state: State
    registered_at: datetime | None
    cancelled_at: datetime | None
    noticed_at: datetime | None = None  # of a cancellation of which only that is known

    def cancelled_by(self, ended_at: datetime | None) -> datetime | None:
        """When it was cancelled at the latest (D21). `ended_at` is the end of what it was for, if it is over.

        One that was noticed after the end is taken for one before it, but never for one before registering.
        """
        if self.noticed_at is None or ended_at is None:
            return self.cancelled_at or self.noticed_at
        latest = min(self.noticed_at, ended_at)
        return max(latest, self.registered_at) if self.registered_at else latest

    @property
    def counts(self) -> bool:
        """Ever registered, be it cancelled since. Only then does anything of it reach the CRM."""
        return self.state is not State.PENDING


class TimelineFact(NamedTuple):
    """A timeline entry that a registration makes. It disappears as soon as this no longer makes it (D12)."""

    kind: str  # webinar_registered or webinar_cancelled
    occurred_at: datetime | None
    noticed_at: datetime | None = None


def registration_of(rows: Iterable[RegistrantRow]) -> Registration | None:
    """What all rows of one person (by normalised email, in one webinar) amount to; None without any.

    Any approved row registers; else any pending one waits; else the person has cancelled. This is also the
    whole webinar's answer where registration is per occurrence: registered if any occurrence is, cancelled
    only when all are.
    """
    approved, cancelled, pending = [], [], False
    for row in rows:
        if row.status is Status.APPROVED:
            approved.append(row)
        elif row.status is Status.PENDING:
            pending = True
        else:
            cancelled.append(row)
    if approved:
        return Registration(State.REGISTERED, _earliest(approved), None)
    if pending:
        return Registration(State.PENDING, None, None)
    if not cancelled:
        return None
    # Cancelled since the last of the rows was. Of two at the same time the one that is known exactly counts.
    dated = [row for row in cancelled if row.cancelled_by]
    last = max(dated, key=lambda row: (row.cancelled_by, row.cancelled_at is not None), default=None)
    if last is None:
        return Registration(State.CANCELLED, _earliest(cancelled), None)
    noticed_at = None if last.cancelled_at else last.noticed_at
    return Registration(State.CANCELLED, _earliest(cancelled), last.cancelled_at, noticed_at)


def rows_for_session(
    rows: Iterable[RegistrantRow], occurrence_id: str, *, per_occurrence: bool
) -> list[RegistrantRow]:
    """Those rows that count for a session: all of them, for a series that one registers for once (D6).

    With Zoom's registration types 2 and 3 (`per_occurrence`) only those made for the session's occurrence.
    """
    return [row for row in rows if not per_occurrence or row.occurrence_id == occurrence_id]


def moments_of(
    registration: Registration | None, ended_at: datetime | None = None
) -> tuple[TimelineFact, ...]:
    """The timeline entries that a registration stands for: registered, and cancelled while it is.

    `ended_at` is the end of the last event that it was for; None while one is to come.
    """
    if registration is None or not registration.counts:
        return ()
    registered = TimelineFact("webinar_registered", registration.registered_at)
    if registration.state is State.REGISTERED:
        return (registered,)
    cancelled_at = registration.cancelled_by(ended_at)
    return registered, TimelineFact("webinar_cancelled", cancelled_at, registration.noticed_at)


def status_of_absent(last_seen: Status) -> Status | None:
    """How a row stands that complete listings no longer show.

    None: forget it. A person who withdrew while waiting was never registered, and a sync that began later
    wouldn't know of it (D12).
    """
    return None if last_seen is Status.PENDING else Status.GONE


def absence_means_cancelled(finished_listings: Collection[Status]) -> bool:
    """Whether rows that no listing shows are absent: only if all three were read to their end (D6, D12).

    With registration per occurrence, `finished_listings` are those of the one occurrence.
    """
    return LISTINGS.issubset(finished_listings)


def _earliest(rows: Iterable[RegistrantRow]) -> datetime | None:
    return min((row.registered_at for row in rows if row.registered_at), default=None)
