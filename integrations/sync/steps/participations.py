"""What one person's rows come to in a webinar: a part in each of its sessions, and lines for the timeline.

Puts the rules together and decides nothing of its own. Pure: reads no database, and does not know who may
enter the CRM.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from integrations.rules.attendance import Attendance, Interval, attendance_of
from integrations.rules.participation import State, participation_state
from integrations.rules.registration import (
    Registration,
    TimelineFact,
    moments_of,
    registration_of,
    rows_for_session,
)
from integrations.sync.steps.load_people import Person


class SessionFacts(NamedTuple):
    """A session as far as people's parts in it are concerned."""

    id: int
    event_id: int
    uuid: str
    occurrence_id: str
    interval: Interval | None  # None: not held, as far as is known
    is_final: bool
    is_cancelled: bool = False  # its date was deleted before it was held


class SessionOutcome(NamedTuple):
    """A person's part in one session."""

    session: SessionFacts
    state: State
    registration: Registration | None
    attendance: Attendance | None

    @property
    def registered_at(self) -> datetime | None:
        counts = self.registration is not None and self.registration.counts
        return self.registration.registered_at if self.registration and counts else None

    @property
    def cancelled_at(self) -> datetime | None:
        return self.registration.cancelled_at if self.registration else None

    @property
    def attended_percent(self) -> float | None:
        return self.attendance.percent if self.attendance else None


@dataclass(slots=True)
class Outcome:
    parts: list[SessionOutcome] = field(default_factory=list)
    moments: tuple[TimelineFact, ...] = ()  # of the registration

    def __bool__(self) -> bool:
        """Whether there is anything for the CRM."""
        return bool(self.parts or self.moments)

    @property
    def only_event_id(self) -> int | None:
        """The event that the registration is for; None where it is for several, such as a series."""
        registered = {part.session.event_id for part in self.parts if part.registered_at}
        return registered.pop() if len(registered) == 1 else None


def outcome_of(person: Person, sessions: Sequence[SessionFacts], *, per_occurrence: bool) -> Outcome:
    """For a date that was deleted only those count who registered for it, and not for the whole series: who
    does so from now on never registered for that date.
    """
    whole = registration_of(person.registrations)
    outcome = Outcome(moments=moments_of(whole))
    for session in sessions:
        registration = whole
        if per_occurrence or session.is_cancelled:
            rows = rows_for_session(person.registrations, session.occurrence_id, per_occurrence=True)
            registration = registration_of(rows)
        attendance = _attendance(person, session)
        state = participation_state(registration, attended=attendance is not None, is_final=session.is_final)
        if state is not None:
            outcome.parts.append(SessionOutcome(session, state, registration, attendance))
    return outcome


def _attendance(person: Person, session: SessionFacts) -> Attendance | None:
    stays = person.stays.get(session.id)
    return attendance_of(stays, session.interval) if stays and session.interval else None
