"""TEST of the definition format: an operator with its value, for each kind of value.

Pure. What the operators mean in SQL is in `sql.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from contacts.segments.place import Place

MOST_DAYS = 36_525  # a hundred years


class ValueKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"  # any number of them at once
    WEBINAR_ID = "webinar_id"  # as text, but typed with spaces, dashes, or as a number


class Operator(StrEnum):
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    IN = "in"
    NOT_IN = "not_in"
    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    LAST_DAYS = "last_days"
    NEXT_DAYS = "next_days"
    KNOWN = "known"
    UNKNOWN = "unknown"


# The operator that holds exactly where the other does not.
OPPOSITES = {
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_IN: Operator.IN,
    Operator.UNKNOWN: Operator.KNOWN,
}
WITHOUT_VALUE = (Operator.KNOWN, Operator.UNKNOWN)
OF_A_LIST = (Operator.IN, Operator.NOT_IN)
RELATIVE = (Operator.LAST_DAYS, Operator.NEXT_DAYS)

_TEXT = (
    Operator.EQUALS,
    Operator.NOT_EQUALS,
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.STARTS_WITH,
    Operator.ENDS_WITH,
    Operator.IN,
    Operator.NOT_IN,
    *WITHOUT_VALUE,
)
_CHOICE = (Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN, Operator.NOT_IN, *WITHOUT_VALUE)
OPERATORS: dict[ValueKind, tuple[Operator, ...]] = {
    ValueKind.TEXT: _TEXT,
    ValueKind.WEBINAR_ID: _TEXT,
    ValueKind.NUMBER: (
        Operator.EQUALS,
        Operator.NOT_EQUALS,
        Operator.LESS,
        Operator.AT_MOST,
        Operator.MORE,
        Operator.AT_LEAST,
        Operator.BETWEEN,
        *WITHOUT_VALUE,
    ),
    ValueKind.TIME: (
        Operator.BEFORE,
        Operator.AFTER,
        Operator.BETWEEN,
        *RELATIVE,
        *WITHOUT_VALUE,
    ),
    ValueKind.BOOLEAN: _CHOICE,
    ValueKind.CHOICE: _CHOICE,
    ValueKind.CHOICES: _CHOICE,
}


@dataclass(frozen=True)
class ValueTest:
    """`value` is a text, number, boolean or time, a tuple of them for lists and ends, None for none."""

    kind: ValueKind
    operator: Operator
    value: Any = None

    @property
    def is_relative(self) -> bool:
        """Whether it may hold now and not in a while, though no row changed."""
        return self.operator in RELATIVE


def read_test(place: Place, kind: ValueKind) -> ValueTest | None:
    """A TEST that is an object of its own: `{"is": OPERATOR, "value": …}`."""
    if not place.is_object(required=["is"], optional=["value"]):
        return None
    return read_operator_and_value(place, kind)


def read_operator_and_value(place: Place, kind: ValueKind) -> ValueTest | None:
    """The keys `is` and `value` of an object whose other keys are known already."""
    operator = _read_operator(place.at("is"), kind)
    if operator is None:
        return None
    if operator in WITHOUT_VALUE:
        if place.at("value").value is not None:
            place.at("value").refuse(_("“%(operator)s” takes no value.") % {"operator": operator})
            return None
        return ValueTest(kind, operator)
    if not place.has("value"):
        place.at("value").refuse(_("Is missing."))
        return None
    value = _read_value(place.at("value"), kind, operator)
    return None if value is None else ValueTest(kind, operator, value)


def _read_operator(place: Place, kind: ValueKind) -> Operator | None:
    known = OPERATORS[kind]
    if isinstance(place.value, str) and place.value in known:
        return Operator(place.value)
    place.refuse(_("Must be one of %(operators)s.") % {"operators": ", ".join(known)})
    return None


def _read_value(place: Place, kind: ValueKind, operator: Operator) -> Any:
    if operator in RELATIVE:
        return _read_days(place)
    if operator == Operator.BETWEEN:
        return _read_ends(place, _READERS[kind])
    if operator in OF_A_LIST:
        return _read_list(place, _READERS[kind])
    if kind == ValueKind.WEBINAR_ID and operator not in (Operator.EQUALS, Operator.NOT_EQUALS):
        return _read_digits(place)
    return _READERS[kind](place)


def _read_days(place: Place) -> float | None:
    days = place.number()
    if days is None:
        return None
    if not 0 <= days <= MOST_DAYS:
        place.refuse(_("Must be between 0 and %(most)s days.") % {"most": f"{MOST_DAYS:,}"})
        return None
    return days


def _read_ends(place: Place, read: Callable[[Place], Any]) -> tuple[Any, Any] | None:
    if not isinstance(place.value, list) or len(place.value) != 2:
        place.refuse(_("Must be a list of two values, from and to."))
        return None
    first, last = (read(item) for item in place.items())
    return None if first is None or last is None else (first, last)


def _read_list(place: Place, read: Callable[[Place], Any]) -> tuple[Any, ...] | None:
    items = place.list_items()
    if items is None:
        return None
    values = tuple(read(item) for item in items)
    return None if None in values else values


def read_time(place: Place) -> datetime | None:
    """ISO 8601 with its offset from UTC. A date alone is its midnight in UTC."""
    moment = parsed_time(place.value) if isinstance(place.value, str) else None
    if moment is None:
        place.refuse(_("Must be a time such as 2026-03-02T10:00:00Z."))
    return moment


def parsed_time(text: str) -> datetime | None:
    """None for what is no time, and for one without its offset from UTC."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.min, UTC)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def read_webinar_id(place: Place) -> int | None:
    """A whole number, or its digits with the spaces and dashes that people paste."""
    if not isinstance(place.value, str):
        return place.whole_number()
    digits = place.value.replace(" ", "").replace("-", "")
    if digits.isascii() and digits.isdecimal() and len(digits) < 19:
        return int(digits)
    place.refuse(_("Is not a webinar ID."))
    return None


def _read_digits(place: Place) -> str | None:
    """A part of a webinar ID."""
    if isinstance(place.value, int) and not isinstance(place.value, bool):
        return str(place.value)
    text = place.text()
    return None if text is None else text.replace(" ", "").replace("-", "")


_READERS: dict[ValueKind, Callable[[Place], Any]] = {
    ValueKind.TEXT: Place.text,
    ValueKind.CHOICE: Place.text,
    ValueKind.CHOICES: Place.text,
    ValueKind.NUMBER: Place.number,
    ValueKind.BOOLEAN: Place.boolean,
    ValueKind.TIME: read_time,
    ValueKind.WEBINAR_ID: read_webinar_id,
}
