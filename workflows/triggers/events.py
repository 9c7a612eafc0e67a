"""Triggers about events: registered, cancelled, attended, did not attend (only once that is final, D8)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from marketing_events.models import MarketingEvent, Participation
from workflows.definition.events_field import EventsField
from workflows.definition.fields import Field, Names, NumberField, Words
from workflows.definition.values import EventChoice, EventFacts
from workflows.engine.happenings import (
    EVENT_COLUMNS,
    ChangeFacts,
    Happening,
    ParticipationFacts,
    about_event,
    event_name,
    webinar_name,
)
from workflows.registry import ANYTHING, Group, Trigger, register_trigger

State = Participation.State

RECENT = NumberField(
    name="within_days",
    label=lazy("Only for events of the last … days"),
    help=lazy("Past events that are synced later don't enrol anyone. 0: however long ago."),
    required=False,
    default=30,
    most=3_650,
)


def is_meant(arguments: Mapping[str, Any], event: EventFacts, now: datetime) -> bool:
    """Whether the event is one of those chosen, and not too long ago."""
    choice: EventChoice = arguments["events"]
    if not choice.includes(event, now):
        return False
    days = arguments["within_days"]
    return not days or event.starts_at is None or event.starts_at >= now - timedelta(days=days)


def names_of(choice: EventChoice) -> Iterable[str]:
    """What the choice is about. A name or a date of events says nothing that an index could find."""
    if choice.event_ids is not None:
        return map(event_name, choice.event_ids)
    if choice.webinar_ids is not None:
        return map(webinar_name, choice.webinar_ids)
    return (ANYTHING,)


def meant_events(arguments: Mapping[str, Any], now: datetime) -> dict[int, EventFacts]:
    rows = MarketingEvent.objects.all()
    if days := arguments["within_days"]:
        rows = rows.filter(Q(starts_at=None) | Q(starts_at__gte=now - timedelta(days=days)))
    facts = (EventFacts(*row) for row in rows.values_list(*EVENT_COLUMNS).iterator())
    return {event.id: event for event in facts if is_meant(arguments, event, now)}


class EventTrigger(Trigger):
    """Participations in one state."""

    group = Group.EVENT
    is_about_event = True
    listens_to = frozenset({"participations"})
    fields: ClassVar[tuple[Field, ...]] = (EventsField(), RECENT)
    state: str
    words_of_sentence: Words
    effect = ""

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return str(self.words_of_sentence) % {"events": self.words("events", arguments, names)}

    def occasion(self, row: ParticipationFacts) -> str:
        return f"{self.state}:{row.event_id}"

    def meets(self, arguments: Mapping[str, Any], row: ParticipationFacts) -> bool:
        return row.state == self.state

    def about(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return names_of(arguments["events"])

    def names_in(self, changes: ChangeFacts) -> Iterable[str]:
        return changes.names_of(changes.events_by_state.get(self.state, ()))

    def candidates(self, changes: ChangeFacts) -> Mapping[int, Iterable[ParticipationFacts]]:
        """Those whom it may enrol, by event."""
        return changes.participations_by_event

    def happenings(self, arguments: Mapping[str, Any], changes: ChangeFacts) -> Iterable[Happening]:
        for event in changes.events.values():
            rows = self.candidates(changes).get(event.id, ())
            if not rows or not is_meant(arguments, event, changes.now):
                continue
            for row in rows:
                if self.meets(arguments, row):
                    yield Happening(row.contact_id, self.occasion(row), event.id, about_event(event))

    def rows(self, arguments: Mapping[str, Any], events: Iterable[int]) -> QuerySet[Participation]:
        return Participation.objects.filter(event__in=list(events), state=self.state)

    def existing(self, arguments: Mapping[str, Any], now: datetime) -> Iterator[Happening]:
        events = meant_events(arguments, now)
        rows = self.rows(arguments, events).order_by("contact_id", "pk")
        for columns in rows.values_list(*ParticipationFacts._fields).iterator(chunk_size=2_000):
            row = ParticipationFacts(*columns)
            yield Happening(
                row.contact_id, self.occasion(row), row.event_id, about_event(events[row.event_id])
            )

    def existing_contacts(self, arguments: Mapping[str, Any], now: datetime) -> ContactQuerySet:
        rows = self.rows(arguments, meant_events(arguments, now))
        return Contact.objects.filter(pk__in=rows.values("contact"))

    def causes(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        if not self.effect:
            return ()
        choice: EventChoice = arguments["events"]
        return [f"{self.effect}:{number}" for number in choice.webinar_ids or ("*",)]


class Registered(EventTrigger):
    """Registering again after a cancellation is another occasion."""

    key = "event_registered"
    label = lazy("Registered for an event")
    icon = "user-plus"
    state = State.REGISTERED
    words_of_sentence = lazy("Registers for %(events)s")
    effect = "registration"

    def occasion(self, row: ParticipationFacts) -> str:
        at = f"{row.registered_at:%Y%m%d%H%M%S}" if row.registered_at else ""
        return f"{self.state}:{row.event_id}:{at}"


class Cancelled(EventTrigger):
    key = "event_cancelled"
    label = lazy("Cancelled a registration")
    icon = "user-minus"
    state = State.CANCELLED
    words_of_sentence = lazy("Cancels the registration for %(events)s")
    effect = "removal"

    def occasion(self, row: ParticipationFacts) -> str:
        """By when they had registered: the time of a cancellation may be corrected later (D21)."""
        at = f"{row.registered_at:%Y%m%d%H%M%S}" if row.registered_at else ""
        return f"{self.state}:{row.event_id}:{at}"


class Attended(EventTrigger):
    """With at least so many minutes or percent, where that is asked."""

    key = "event_attended"
    label = lazy("Attended an event")
    icon = "user-check"
    state = State.ATTENDED
    words_of_sentence = lazy("Attended %(events)s")
    fields = (
        EventsField(),
        NumberField(name="minutes", label=lazy("At least … minutes"), required=False, default=0, most=1_440),
        NumberField(name="percent", label=lazy("At least … percent"), required=False, default=0, most=100),
        RECENT,
    )

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        parts = [super().sentence(arguments, names)]
        if arguments["minutes"]:
            parts.append(_("for at least %d minutes") % arguments["minutes"])
        if arguments["percent"]:
            parts.append(_("for at least %d percent of it") % arguments["percent"])
        return " ".join(parts)

    def meets(self, arguments: Mapping[str, Any], row: ParticipationFacts) -> bool:
        return (
            row.state == State.ATTENDED
            and row.duration_seconds >= arguments["minutes"] * 60
            and (row.attendance_percent or 0) >= arguments["percent"]
        )

    def rows(self, arguments: Mapping[str, Any], events: Iterable[int]) -> QuerySet[Participation]:
        rows = super().rows(arguments, events).filter(duration_seconds__gte=arguments["minutes"] * 60)
        least = arguments["percent"]
        return rows.filter(attendance_percent__gte=least) if least else rows


class LeftEarly(EventTrigger):
    """Looked at when the attendance becomes final, and when it is corrected after that.

    Hosts and panelists are not meant, as with no-shows (D26), nor is anyone whose share is unknown.
    """

    key = "event_left_early"
    label = lazy("Left an event early")
    icon = "log-out"
    help = lazy("Stayed for less than a share of the event. Counted once attendance is final.")
    listens_to = frozenset({"participations", "finals"})
    state = State.ATTENDED
    words_of_sentence = lazy("Left %(events)s early")
    fields = (
        EventsField(),
        NumberField(
            name="percent",
            label=lazy("Stayed less than … percent"),
            required=False,
            default=50,
            least=1,
            most=100,
        ),
        RECENT,
    )

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        part = _("stayed less than %d percent of it") % arguments["percent"]
        return f"{super().sentence(arguments, names)}: {part}"

    def occasion(self, row: ParticipationFacts) -> str:
        return f"left_early:{row.event_id}"

    def names_in(self, changes: ChangeFacts) -> Iterable[str]:
        touched = {*changes.events_by_state.get(self.state, ()), *changes.changes.finals}
        events = changes.events
        return changes.names_of(key for key in touched if key in events and events[key].is_final)

    def candidates(self, changes: ChangeFacts) -> Mapping[int, Iterable[ParticipationFacts]]:
        return changes.final_attendance

    def meets(self, arguments: Mapping[str, Any], row: ParticipationFacts) -> bool:
        percent = row.attendance_percent
        is_short = percent is not None and percent < arguments["percent"]
        return is_short and row.state == State.ATTENDED and row.role == Participation.Role.ATTENDEE

    def rows(self, arguments: Mapping[str, Any], events: Iterable[int]) -> QuerySet[Participation]:
        rows = super().rows(arguments, events).filter(event__is_final=True)
        attendees = rows.filter(role=Participation.Role.ATTENDEE)
        return attendees.filter(attendance_percent__lt=arguments["percent"])


class NoShow(EventTrigger):
    """Hosts and panelists who stayed away are no no-shows (D26)."""

    key = "event_no_show"
    label = lazy("Didn't attend an event")
    icon = "user-x"
    help = lazy("Once attendance is final, so that no one is meant who is still to be found.")
    state = State.NO_SHOW
    words_of_sentence = lazy("Registered for %(events)s and didn't attend")

    def meets(self, arguments: Mapping[str, Any], row: ParticipationFacts) -> bool:
        return row.state == State.NO_SHOW and row.role == Participation.Role.ATTENDEE

    def rows(self, arguments: Mapping[str, Any], events: Iterable[int]) -> QuerySet[Participation]:
        return super().rows(arguments, events).filter(role=Participation.Role.ATTENDEE)


for trigger in (Registered(), Cancelled(), Attended(), LeftEarly(), NoShow()):
    register_trigger(trigger)
