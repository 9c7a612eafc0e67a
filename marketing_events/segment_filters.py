"""Segment filters about events: registered, cancelled, attended, no-show, how long, recordings (R66-R72)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.segments.catalogue import Catalogue
from contacts.segments.place import Place
from contacts.segments.registry import RowsFilter, Span, TestField, Words, register
from contacts.segments.sql import Column, crossed, holds_of_row
from contacts.segments.tracking import register_participants
from contacts.segments.value_tests import (
    Operator,
    ValueKind,
    ValueTest,
    read_operator_and_value,
    read_test,
    read_webinar_id,
)
from marketing_events.models import CallAttendee, Participation
from marketing_events.segment_pickers import EVENTS, WEBINARS

# What can be tested of a participation and of a recorded call, by the name in the definition.
COLUMNS = {
    "seconds": Column(F("duration_seconds"), ValueKind.NUMBER),
    "percent": Column(F("attendance_percent"), ValueKind.NUMBER),
    "webinar_id": Column(F("event__zoom_webinar_id"), ValueKind.WEBINAR_ID),
    "webinar_name": Column(F("event__name"), ValueKind.TEXT),
    "name": Column(F("event__name"), ValueKind.TEXT),
    "starts": Column(F("event__starts_at"), ValueKind.TIME),
}
CALL_COLUMNS = {
    "topic": Column(F("call__title"), ValueKind.TEXT),
    "starts": Column(F("call__starts_at"), ValueKind.TIME),
    "url": Column(F("call__recording_url"), ValueKind.TEXT),
}


@dataclass(frozen=True)
class Tests:
    """All of them must hold of the same row."""

    tests: tuple[tuple[Column, ValueTest], ...] = ()
    webinar_ids: tuple[int, ...] | None = None
    event_ids: tuple[int, ...] | None = None

    @property
    def names_events(self) -> bool:
        """Whether they can hold only of certain webinars or events."""
        named = (Operator.EQUALS, Operator.IN)
        of_webinars = (test for column, test in self.tests if column.kind == ValueKind.WEBINAR_ID)
        has_ids = self.webinar_ids is not None or self.event_ids is not None
        return has_ids or any(test.operator in named for test in of_webinars)

    def hold(self, now: datetime) -> Q:
        condition = reduce(and_, (holds_of_row(column, test, now) for column, test in self.tests), Q())
        if self.webinar_ids is not None:
            condition &= Q(event__zoom_webinar_id__in=self.webinar_ids)
        if self.event_ids is not None:
            condition &= Q(event__in=self.event_ids)
        return condition

    def crossed(self, span: Span) -> Q | None:
        crossings = (crossed(column, test, span.after, span.until) for column, test in self.tests)
        conditions = [condition for condition in crossings if condition is not None]
        return reduce(or_, conditions) if conditions else None


def _read_tests(place: Place, columns: Mapping[str, Column]) -> Tests | None:
    tests = [
        (column, read_test(place.at(name), column.kind))
        for name, column in columns.items()
        if place.has(name)
    ]
    known = tuple((column, test) for column, test in tests if test is not None)
    return Tests(known) if len(known) == len(tests) else None


def _read_events(place: Place) -> Tests | None:
    """The object `events`: which events are meant, any if it is empty."""
    if not place.is_object(optional=["webinar_ids", "event_ids", "name", "starts"]):
        return None
    before = len(place.problems)
    tests = _read_tests(place, {name: COLUMNS[name] for name in ("name", "starts")})
    webinar_ids = _read_ids(place.at("webinar_ids"), read_webinar_id) if place.has("webinar_ids") else None
    event_ids = _read_ids(place.at("event_ids"), Place.whole_number) if place.has("event_ids") else None
    if tests is None or len(place.problems) > before:
        return None
    return Tests(tests.tests, webinar_ids, event_ids)


def _read_ids(place: Place, read: Callable[[Place], int | None]) -> tuple[int, ...] | None:
    return tuple(key for item in place.list_items() or () if (key := read(item)) is not None)


GROUP = lazy("Marketing events")
_NAME = TestField("name", lazy("Event name"), lazy("whose name %s"), ValueKind.TEXT)
_STARTS = TestField("starts", lazy("Event start"), lazy("starting %s"), ValueKind.TIME)
_WEBINAR_ID = TestField("webinar_id", lazy("Webinar ID"), lazy("whose webinar ID %s"), ValueKind.WEBINAR_ID)
_WEBINAR_NAME = TestField("webinar_name", lazy("Webinar name"), lazy("whose name %s"), ValueKind.TEXT)

type Pair = tuple[Words, Words]


class _Filter(RowsFilter):
    """The rows of `source` for which the tests hold."""

    group = GROUP

    def __init__(self, name: str, source: Callable[[], QuerySet[Any]], options: Pair, labels: Pair) -> None:
        self.name = name
        self.source = source
        self.options = options
        self.labels = labels

    def rows(self, arguments: Tests, now: datetime) -> QuerySet[Any]:
        return self.source().filter(arguments.hold(now))

    def is_particular(self, arguments: Tests) -> bool:
        return arguments.names_events

    def shows_without(self, arguments: Tests) -> Q:
        counter = _COUNTERS.get(self.source)
        return Q(**{counter: 0}) if counter and arguments == Tests() else Q()

    def crossing(self, arguments: Tests, span: Span) -> Iterable[QuerySet[Any, int]]:
        condition = arguments.crossed(span)
        if condition is not None:
            yield self.source().filter(condition).values_list("contact_id", flat=True)


class EventFilter(_Filter):
    """Registered for, cancelled, attended or missed some event (R67-R69, X2)."""

    optional: tuple[str, ...] = ("events",)
    anything = lazy("any event")
    nested = "events"
    pickers = (EVENTS, WEBINARS)
    fields = (_NAME, _STARTS)

    def read(self, place: Place, catalogue: Catalogue) -> Tests | None:
        return _read_events(place.at("events")) if place.has("events") else Tests()


class DurationFilter(EventFilter):
    """Attended some event for as long as the test says (R66)."""

    required = ("measure", "is")
    optional = ("value", "events")
    measures = (
        ("percent", lazy("Percent of the event"), lazy("for %s percent of")),
        ("seconds", lazy("Seconds"), lazy("for %s seconds of")),
    )

    def read(self, place: Place, catalogue: Catalogue) -> Tests | None:
        events = super().read(place, catalogue)
        measure = place.at("measure")
        if measure.value not in ("seconds", "percent"):
            measure.refuse(_("Must be seconds or percent."))
            return None
        test = read_operator_and_value(place, ValueKind.NUMBER)
        if events is None or test is None:
            return None
        return replace(events, tests=(*events.tests, (COLUMNS[measure.value], test)))


class RowTestsFilter(_Filter):
    """Attendance, registrations or recordings by tests of each row (R70-R72)."""

    def __init__(
        self,
        name: str,
        source: Callable[[], QuerySet[Any]],
        options: Pair,
        labels: Pair,
        columns: Mapping[str, Column],
        fields: tuple[TestField, ...],
    ) -> None:
        super().__init__(name, source, options, labels)
        self.fields = fields
        self.columns = {row.name: columns[row.name] for row in fields}
        self.optional = tuple(self.columns)

    def read(self, place: Place, catalogue: Catalogue) -> Tests | None:
        return _read_tests(place, self.columns)


def _registered() -> QuerySet[Participation]:
    """In whatever state it is now."""
    return Participation.objects.filter(registered_at__isnull=False)


def _on_available_calls() -> QuerySet[CallAttendee]:
    return CallAttendee.objects.filter(call__is_available=True)


def _participants(events: Collection[int]) -> Iterator[int]:
    rows = Participation.objects.filter(event__in=events)
    return rows.order_by().values_list("contact_id", flat=True).distinct().iterator()


def _attended() -> QuerySet[Participation]:
    return Participation.objects.attended()


# The contact's column that is 0 without such a row (`marketing_events.bulk.recount_contacts`).
_COUNTERS: dict[Callable[[], QuerySet[Any]], str] = {
    _registered: "zoom_webinar_registration_count",
    _attended: "zoom_webinar_attendance_count",
}


register_participants(_participants)

register(
    EventFilter(
        "event_registered",
        _registered,
        (lazy("Registered for an event"), lazy("Did not register for an event")),
        (lazy("Registered for"), lazy("Did not register for")),
    )
)
register(
    EventFilter(
        "event_attended",
        _attended,
        (lazy("Attended an event"), lazy("Did not attend an event")),
        (lazy("Attended"), lazy("Did not attend")),
    )
)
register(
    DurationFilter(
        "attendance_duration",
        _attended,
        (lazy("Attended an event for some time"), lazy("Did not attend an event for some time")),
        (lazy("Attended"), lazy("Did not attend")),
    )
)
register(
    EventFilter(
        "event_no_show",
        lambda: Participation.objects.audience().filter(state=Participation.State.NO_SHOW),
        (lazy("Was a no-show"), lazy("Was not a no-show")),
        (lazy("Was a no-show at"), lazy("Was not a no-show at")),
    )
)
register(
    EventFilter(
        "event_cancelled",
        lambda: Participation.objects.filter(state=Participation.State.CANCELLED),
        (lazy("Cancelled a registration"), lazy("Did not cancel a registration")),
        (lazy("Cancelled the registration for"), lazy("Did not cancel the registration for")),
    )
)
register(
    RowTestsFilter(
        "zoom_registration",
        _registered,
        (lazy("Zoom: Webinar registration"), lazy("Zoom: No webinar registration")),
        (lazy("Registered for a webinar"), lazy("Did not register for a webinar")),
        COLUMNS,
        (_WEBINAR_ID, _WEBINAR_NAME),
    )
)
register(
    RowTestsFilter(
        "zoom_attendance",
        _attended,
        (lazy("Zoom: Webinar attendance"), lazy("Zoom: No webinar attendance")),
        (lazy("Attended a webinar"), lazy("Did not attend a webinar")),
        COLUMNS,
        (
            TestField("seconds", lazy("Seconds attended"), lazy("for %s seconds"), ValueKind.NUMBER),
            TestField("percent", lazy("Percent attended"), lazy("for %s percent"), ValueKind.NUMBER),
            _WEBINAR_ID,
            _WEBINAR_NAME,
        ),
    )
)
register(
    RowTestsFilter(
        "zoom_recording",
        _on_available_calls,
        (lazy("Zoom: Recording available"), lazy("Zoom: No recording available")),
        (lazy("Is in an available recording"), lazy("Is in no available recording")),
        CALL_COLUMNS,
        (
            TestField("topic", lazy("Topic"), lazy("whose topic %s"), ValueKind.TEXT),
            TestField("starts", lazy("Start"), lazy("starting %s"), ValueKind.TIME),
            TestField("url", lazy("Recording link"), lazy("whose link %s"), ValueKind.TEXT),
        ),
    )
)
