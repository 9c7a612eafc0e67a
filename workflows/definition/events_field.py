"""The field for a choice of events: any, by webinar or series, by event, by name, by date."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.segments.builder.sentences import OPERATORS
from contacts.segments.catalogue import Catalogue
from contacts.segments.place import Place
from contacts.segments.value_tests import ValueKind, ValueTest, read_test, read_webinar_id
from workflows.definition.fields import Field, Names, Words
from workflows.definition.values import EventChoice

_EVENTS = lazy("Events")
ANY_EVENT = EventChoice()


@dataclass(frozen=True, kw_only=True)
class EventsField(Field):
    """`{}` is any event; a series is meant by its webinar ID. The keys are those of a segment's `events`."""

    control = "events"
    name: str = "events"
    label: Words = _EVENTS
    required: bool = False
    default: Any = ANY_EVENT

    def read(self, place: Place, catalogue: Catalogue) -> EventChoice | None:
        if not place.is_object(optional=["webinar_ids", "event_ids", "name", "starts"]):
            return None
        before = len(place.problems)
        choice = EventChoice(
            webinar_ids=_ids(place, "webinar_ids", read_webinar_id),
            event_ids=_ids(place, "event_ids", Place.whole_number),
            name=_test(place, "name", ValueKind.TEXT),
            starts=_test(place, "starts", ValueKind.TIME),
        )
        return choice if len(place.problems) == before else None

    def write(self, value: EventChoice) -> dict[str, Any]:
        written: dict[str, Any] = {}
        if value.webinar_ids is not None:
            written["webinar_ids"] = [str(number) for number in value.webinar_ids]
        if value.event_ids is not None:
            written["event_ids"] = list(value.event_ids)
        tests = {"name": value.name, "starts": value.starts}
        return written | {key: write_test(test) for key, test in tests.items() if test}

    def words(self, value: EventChoice, names: Names) -> str:
        parts = [*_named(value.webinar_ids, names.webinars), *_named(value.event_ids, names.events)]
        if value.name:
            parts.append(_("events whose name %(test)s") % {"test": test_words(value.name)})
        if value.starts:
            parts.append(_("events whose start %(test)s") % {"test": test_words(value.starts)})
        return ", ".join(parts) or _("any event")


def _ids(place: Place, key: str, read: Callable[[Place], int | None]) -> tuple[int, ...] | None:
    if not place.has(key):
        return None
    items = place.at(key).list_items() or []
    return tuple(number for item in items if (number := read(item)) is not None)


def _test(place: Place, key: str, kind: ValueKind) -> ValueTest | None:
    return read_test(place.at(key), kind) if place.has(key) else None


def _named(numbers: tuple[int, ...] | None, names: Any) -> list[str]:
    return [f"“{names.get(number, number)}”" for number in numbers or ()]


def write_test(test: ValueTest) -> dict[str, Any]:
    """`{"is": OPERATOR, "value": …}`."""
    written: dict[str, Any] = {"is": test.operator.value}
    if test.value is not None:
        written["value"] = _written_value(test.value)
    return written


def _written_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written_value(item) for item in value]
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value


def test_words(test: ValueTest) -> str:
    value = "" if test.value is None else f" “{_written_value(test.value)}”"
    return f"{OPERATORS[test.operator]}{value}"
