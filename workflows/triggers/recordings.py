"""Triggers about recordings: available to those who were there, and its transcript ready."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from marketing_events.models import Call, CallAttendee
from workflows.definition.events_field import EventsField
from workflows.definition.fields import Names, Words
from workflows.engine.happenings import ChangeFacts, Happening, about_event
from workflows.registry import Group, Trigger, register_trigger
from workflows.triggers.events import RECENT, is_meant, meant_events, names_of


class RecordingTrigger(Trigger):
    group = Group.RECORDING
    is_about_event = True
    fields = (EventsField(), RECENT)
    words_of_sentence: Words

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return str(self.words_of_sentence) % {"events": self.words("events", arguments, names)}

    def found(self, changes: ChangeFacts) -> list[tuple[int, int, int]]:
        raise NotImplementedError

    def about(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return names_of(arguments["events"])

    def names_in(self, changes: ChangeFacts) -> Iterable[str]:
        return changes.names_of({event for _call, event, _contact in self.found(changes)})

    def calls(self) -> QuerySet[Call]:
        return Call.objects.filter(is_available=True)

    def happenings(self, arguments: Mapping[str, Any], changes: ChangeFacts) -> Iterable[Happening]:
        events = changes.events.values()
        meant = {event.id: event for event in events if is_meant(arguments, event, changes.now)}
        for call, event_id, contact in self.found(changes) if meant else ():
            if event := meant.get(event_id):
                yield Happening(contact, f"{self.key}:{call}", event_id, about_event(event, call_id=call))

    def existing(self, arguments: Mapping[str, Any], now: datetime) -> Iterator[Happening]:
        events = meant_events(arguments, now)
        rows = self._attendees(events).order_by("contact_id", "pk")
        columns = rows.values_list("contact_id", "call_id", "call__event_id")
        for contact, call, event_id in columns.iterator(chunk_size=2_000):
            data = about_event(events[event_id], call_id=call)
            yield Happening(contact, f"{self.key}:{call}", event_id, data)

    def existing_contacts(self, arguments: Mapping[str, Any], now: datetime) -> ContactQuerySet:
        rows = self._attendees(meant_events(arguments, now))
        return Contact.objects.filter(pk__in=rows.values("contact"))

    def _attendees(self, events: Iterable[int]) -> QuerySet[CallAttendee]:
        return CallAttendee.objects.filter(call__in=self.calls(), call__event__in=list(events))


class RecordingAvailable(RecordingTrigger):
    key = "recording_available"
    label = lazy("Recording available")
    icon = "video"
    help = lazy("Enrols those who attended, once the recording can be played.")
    listens_to = frozenset({"recordings"})
    words_of_sentence = lazy("The recording of %(events)s is available")

    def found(self, changes: ChangeFacts) -> list[tuple[int, int, int]]:
        return changes.recorded


class TranscriptReady(RecordingTrigger):
    key = "transcript_ready"
    label = lazy("Transcript ready")
    icon = "captions"
    help = lazy("Enrols those who attended, once the transcript was read.")
    listens_to = frozenset({"transcripts"})
    words_of_sentence = lazy("The transcript of %(events)s is ready")

    def found(self, changes: ChangeFacts) -> list[tuple[int, int, int]]:
        return changes.transcribed

    def calls(self) -> QuerySet[Call]:
        return super().calls().filter(transcript_state=Call.Transcript.READY)


for trigger in (RecordingAvailable(), TranscriptReady()):
    register_trigger(trigger)
