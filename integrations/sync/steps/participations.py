"""What one person's rows come to in a webinar: a part in each of its sessions, and lines for the timeline.

Puts the rules together and decides nothing of its own. Pure: reads no database, and does not know who may
enter the CRM.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from core.intervals import Interval
from integrations.rules.attendance import Attendance, attendance_of, stay_of
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
    """A date of the webinar as far as people's parts in it are concerned."""

    event_id: int
    uuid: str
    occurrence_id: str
    instances: tuple[tuple[int, Interval], ...]  # by key; those that have begun and ended
    started_at: datetime | None = None
    ended_at: datetime | None = None
    length: timedelta = timedelta()  # of all instances together
    is_final: bool = False
    is_cancelled: bool = False  # Zoom deleted the date before it was held
    is_unplanned: bool = False  # no one could register for it


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
        return self.registration.cancelled_by(self.session.ended_at) if self.registration else None

    @property
    def cancellation_noticed_at(self) -> datetime | None:
        return self.registration.noticed_at if self.registration else None

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
    outcome = Outcome()
    for session in sessions:
        registration = _registration(person, session, whole, per_occurrence=per_occurrence)
        attendance = _attendance(person, session)
        state = participation_state(
            registration,
            attended=attendance is not None,
            is_final=session.is_final,
            ended_at=session.ended_at,
        )
        if state is not None:
            outcome.parts.append(SessionOutcome(session, state, registration, attendance))
    outcome.moments = moments_of(whole, _end_of(outcome.parts))
    return outcome


def _end_of(parts: Sequence[SessionOutcome]) -> datetime | None:
    """When the last of the sessions ended that the person had registered for; None if one did not yet."""
    ends = [part.session.ended_at for part in parts if part.registration and not part.session.is_cancelled]
    return None if None in ends else max((end for end in ends if end), default=None)


def _registration(
    person: Person, session: SessionFacts, whole: Registration | None, *, per_occurrence: bool
) -> Registration | None:
    if session.is_unplanned:
        return None
    if not per_occurrence and not session.is_cancelled:
        return whole
    return registration_of(rows_for_session(person.registrations, session.occurrence_id, per_occurrence=True))


def _attendance(person: Person, session: SessionFacts) -> Attendance | None:
    stays = [
        (interval, [stay_of(joined, left, interval) for joined, left in person.stays[instance]])
        for instance, interval in session.instances
        if instance in person.stays
    ]
    return attendance_of(stays, session.length) if stays else None
