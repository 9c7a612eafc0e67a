"""What is the same for all people of a webinar: its sessions, staff and title."""

from dataclasses import dataclass
from datetime import datetime

from integrations.sync.context import WebinarContext
from integrations.sync.steps.dates import WebinarDate, held_instance
from integrations.sync.steps.events import session_subject, webinar_subject
from integrations.sync.steps.load_people import Person
from integrations.sync.steps.participations import Outcome, SessionFacts, outcome_of
from integrations.sync.steps.registrants import registers_per_occurrence
from integrations.sync.steps.staff import roles_of
from integrations.sync.steps.write_events import is_final


@dataclass(frozen=True, slots=True)
class WebinarSnapshot:
    sessions: list[SessionFacts]
    roles: dict[str, str]  # of staff, by email
    per_occurrence: bool
    subject: str
    subjects: list[str]
    title: str
    webinar_id: int
    starts_at: datetime | None

    @classmethod
    def of(cls, ctx: WebinarContext, dates: list[WebinarDate]) -> "WebinarSnapshot":
        webinar = ctx.webinar
        expected = [date for date in dates if not date.is_cancelled and not date.row.is_unplanned] or dates
        starts = [start for date in expected if (start := date.row.starts_at or date.session.started_at)]
        subject = webinar_subject(webinar)
        uuids = [instance.uuid for date in dates for instance in date.instances]
        return cls(
            sessions=[_facts(ctx, date) for date in dates],
            roles=roles_of(webinar),
            per_occurrence=registers_per_occurrence(webinar),
            subject=subject,
            subjects=[subject, *map(session_subject, uuids)],
            title=str(webinar),
            webinar_id=webinar.zoom_webinar_id,
            starts_at=min(starts, default=webinar.starts_at),
        )

    def outcome_of(self, person: Person) -> Outcome:
        return outcome_of(person, self.sessions, per_occurrence=self.per_occurrence)

    @property
    def instances(self) -> list[int]:
        return [key for session in self.sessions for key, _interval in session.instances]

    @property
    def events(self) -> list[int]:
        return [session.event_id for session in self.sessions]

    @property
    def open_events(self) -> list[int]:
        """Those that are worked out anew. A deleted date keeps whoever was registered, as last seen."""
        return [session.event_id for session in self.sessions if not session.is_cancelled]


def _facts(ctx: WebinarContext, date: WebinarDate) -> SessionFacts:
    intervals = [(instance.pk, held_instance(instance).interval) for instance in date.instances]
    return SessionFacts(
        event_id=date.event_id,
        uuid=date.session.uuid,
        occurrence_id=date.row.occurrence_id,
        instances=tuple((key, interval) for key, interval in intervals if interval),
        started_at=date.session.started_at,
        ended_at=date.session.ended_at,
        length=date.session.length,
        is_final=is_final(date, ctx.now),
        is_cancelled=date.is_cancelled,
        is_unplanned=date.row.is_unplanned,
    )
