"""What triggers look at: the facts behind one change set, read once for all workflows, and what they find."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.outbox import Changes
from core import array_lookup  # noqa: F401 - a lookup
from marketing_events.models import CallAttendee, MarketingEvent, Participation
from workflows.definition.values import EventFacts
from workflows.registry import ANYTHING


@dataclass(frozen=True)
class Happening:
    """Someone whom a trigger enrols. `key` is the occasion's own: the same one enrols a contact once."""

    contact_id: int
    key: str
    event_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What the enrolment is about: a contact is inside a workflow once for each."""
        return event_name(self.event_id) if self.event_id else ""


class ParticipationFacts(NamedTuple):
    event_id: int
    contact_id: int
    state: str
    registered_at: datetime | None
    cancelled_at: datetime | None
    duration_seconds: int
    attendance_percent: float | None
    role: str


def about_event(event: EventFacts, **more: Any) -> dict[str, Any]:
    """A trigger's own data, where it is about an event."""
    return {"event_id": event.id, "webinar_id": str(event.zoom_webinar_id), **more}


def event_name(event_id: int) -> str:
    return f"event:{event_id}"


def webinar_name(zoom_webinar_id: int) -> str:
    return f"webinar:{zoom_webinar_id}"


EVENT_COLUMNS = ("pk", "zoom_webinar_id", "name", "starts_at", "is_final")


def load_events(ids: Collection[int]) -> dict[int, EventFacts]:
    rows = MarketingEvent.objects.filter(pk__in=ids)
    return {row[0]: EventFacts(*row) for row in rows.values_list(*EVENT_COLUMNS)}


class ChangeFacts:
    """Each part is read when the first trigger asks for it. Participations are as they are now."""

    def __init__(self, changes: Changes, now: datetime) -> None:
        self.changes = changes
        self.now = now

    @cached_property
    def participations(self) -> list[ParticipationFacts]:
        keys = {(row.event_id, row.contact_id) for row in self.changes.participations}
        rows = Participation.objects.filter(
            event__in={event for event, _contact in keys},
            contact__any_of=sorted({contact for _event, contact in keys}),
        )
        facts = (ParticipationFacts(*row) for row in rows.values_list(*ParticipationFacts._fields))
        return [row for row in facts if (row.event_id, row.contact_id) in keys]

    @cached_property
    def participations_by_event(self) -> dict[int, list[ParticipationFacts]]:
        """For many workflows that are each about another event: none of them looks at everyone."""
        rows: dict[int, list[ParticipationFacts]] = defaultdict(list)
        for row in self.participations:
            rows[row.event_id].append(row)
        return rows

    @cached_property
    def events(self) -> dict[int, EventFacts]:
        """Those of the participations and of the calls, and those that became final."""
        of_calls = {event for _call, event, _contact in (*self.recorded, *self.transcribed)}
        of_people = {row.event_id for row in self.changes.participations}
        return load_events({*of_people, *of_calls, *self.changes.finals})

    @cached_property
    def events_by_state(self) -> dict[str, set[int]]:
        """The events where someone came to the state."""
        events: dict[str, set[int]] = defaultdict(set)
        for row in self.changes.participations:
            events[row.after].add(row.event_id)
        return events

    def names_of(self, event_ids: Iterable[int]) -> set[str]:
        """By which triggers may name them; none for none."""
        events = [self.events[key] for key in event_ids if key in self.events]
        names = {event_name(event.id) for event in events}
        names |= {webinar_name(event.zoom_webinar_id) for event in events}
        return names | {ANYTHING} if names else names

    @cached_property
    def final_attendance(self) -> dict[int, list[ParticipationFacts]]:
        """By event whose attendance is final: everyone's where it became final, else of who changed."""
        final = {event.id for event in self.events.values() if event.is_final}
        whole = sorted(final & set(self.changes.finals))
        rows = Participation.objects.filter(event__any_of=whole, state=Participation.State.ATTENDED)
        found: dict[int, list[ParticipationFacts]] = defaultdict(list)
        for columns in rows.order_by("pk").values_list(*ParticipationFacts._fields) if whole else ():
            found[columns[0]].append(ParticipationFacts(*columns))
        for event_id in final.difference(whole):
            found[event_id] = self.participations_by_event.get(event_id, [])
        return found

    @cached_property
    def recorded(self) -> list[tuple[int, int, int]]:
        """Call, event and contact, of recordings that became available."""
        return attendees(self.changes.recordings)

    @cached_property
    def transcribed(self) -> list[tuple[int, int, int]]:
        return attendees(self.changes.transcripts)


def attendees(calls: Collection[int]) -> list[tuple[int, int, int]]:
    """Call, event and contact of those who were there."""
    if not calls:
        return []
    rows = CallAttendee.objects.filter(call__in=set(calls), call__is_available=True).order_by("pk")
    return list(rows.values_list("call_id", "call__event_id", "contact_id"))


def of_contacts(contacts: ContactQuerySet) -> Iterator[int]:
    """Their keys, in order."""
    return contacts.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2_000)


def nobody() -> ContactQuerySet:
    return Contact.objects.none()
