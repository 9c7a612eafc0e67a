"""Segment filters about events: registered, cancelled, attended, no-show, how long, recordings (R66-R72)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from contacts.segments.catalogue import Catalogue
from contacts.segments.place import Place
from contacts.segments.registry import RowsFilter, Span, register
from contacts.segments.sql import Column, crossed, holds_of_row
from contacts.segments.value_tests import (
    ValueKind,
    ValueTest,
    read_operator_and_value,
    read_test,
    read_webinar_id,
)
from marketing_events.models import CallAttendee, Participation

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

    def hold(self, now: datetime) -> Q:
        condition = reduce(and_, (holds_of_row(column, test, now) for column, test in self.tests), Q())
        if self.webinar_ids is not None:
            condition &= Q(event__zoom_webinar_id__in=self.webinar_ids)
        if self.event_ids is not None:
            condition &= Q(event__in=self.event_ids)
        return condition

    def crossed(self, span: Span) -> Q | None:
        found = (crossed(column, test, span.after, span.until) for column, test in self.tests)
        conditions = [condition for condition in found if condition is not None]
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


class _Filter(RowsFilter):
    """The rows of `source` for which the tests hold."""

    def __init__(self, name: str, source: Callable[[], QuerySet[Any]]) -> None:
        self.name = name
        self.source = source

    def rows(self, arguments: Tests, now: datetime) -> QuerySet[Any]:
        return self.source().filter(arguments.hold(now))

    def crossing(self, arguments: Tests, span: Span) -> Iterable[QuerySet[Any]]:
        condition = arguments.crossed(span)
        if condition is not None:
            yield self.source().filter(condition).values("contact")


class EventFilter(_Filter):
    """Registered for, cancelled, attended or missed some event (R67-R69, X2)."""

    optional = ("events",)

    def read(self, place: Place, catalogue: Catalogue) -> Tests | None:
        return _read_events(place.at("events")) if place.has("events") else Tests()


class DurationFilter(_Filter):
    """Attended some event for as long as the test says (R66)."""

    required = ("measure", "is")
    optional = ("value", "events")

    def read(self, place: Place, catalogue: Catalogue) -> Tests | None:
        events = _read_events(place.at("events")) if place.has("events") else Tests()
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
        self, name: str, source: Callable[[], QuerySet[Any]], columns: Mapping[str, Column], *names: str
    ) -> None:
        super().__init__(name, source)
        self.columns = {name: columns[name] for name in names}
        self.optional = names

    def read(self, place: Place, catalogue: Catalogue) -> Tests | None:
        return _read_tests(place, self.columns)


def _registered() -> QuerySet[Participation]:
    """In whatever state it is now."""
    return Participation.objects.filter(registered_at__isnull=False)


def _in_state(state: Participation.State) -> Callable[[], QuerySet[Participation]]:
    return lambda: Participation.objects.filter(state=state)


def _on_available_calls() -> QuerySet[CallAttendee]:
    return CallAttendee.objects.filter(call__is_available=True)


_attended = _in_state(Participation.State.ATTENDED)

register(EventFilter("event_registered", _registered))
register(EventFilter("event_cancelled", _in_state(Participation.State.CANCELLED)))
register(EventFilter("event_attended", _attended))
register(EventFilter("event_no_show", _in_state(Participation.State.NO_SHOW)))
register(DurationFilter("attendance_duration", _attended))
register(RowTestsFilter("zoom_recording", _on_available_calls, CALL_COLUMNS, "topic", "starts", "url"))
register(
    RowTestsFilter("zoom_attendance", _attended, COLUMNS, "seconds", "percent", "webinar_id", "webinar_name")
)
register(RowTestsFilter("zoom_registration", _registered, COLUMNS, "webinar_id", "webinar_name"))
