"""What a TEST means in SQL, the same on both databases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast
from django.db.models.lookups import (
    Contains,
    EndsWith,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)

from contacts.segments.value_tests import OPPOSITES, Operator, ValueKind, ValueTest
from core.folded_text import Folded, fold

TEXTUAL = (ValueKind.TEXT, ValueKind.CHOICE)


@dataclass(frozen=True)
class Column:
    """An expression to test. Of a text the empty one is no value."""

    expression: Any
    kind: ValueKind
    is_folded: bool = False
    """Whether it is stored in lower case, so that its own index serves."""
    holding: Callable[[list[Any]], Any] | None = None
    """Of choices and yes/no in JSON: whether one of some values is held, as an index serves it."""

    def known(self) -> Q:
        return Q(GreaterThan(self.expression, Value(""))) if self._is_text else ~self.missing()

    def missing(self) -> Q:
        is_null = Q(IsNull(self.expression, True))
        return is_null | Q(Exact(self.expression, Value(""))) if self._is_text else is_null

    def matches(self, operator: Operator, value: Any, now: datetime) -> Q:
        """Null or false where there is no value. `operator` is none of the negated ones."""
        if operator == Operator.KNOWN:
            return self.known()
        if self.holding is not None:
            return Q(self.holding(list(value) if operator == Operator.IN else [value]))
        if self.kind == ValueKind.TIME:
            return _time_matches(self.expression, operator, value, now)
        if self.kind == ValueKind.TEXT:
            text = self.expression if self.is_folded else Folded(self.expression)
            condition = _text_matches(text, operator, value)
            return condition if value else self.known() & condition
        if self.kind == ValueKind.WEBINAR_ID and operator not in (Operator.EQUALS, Operator.IN):
            return _text_matches(Cast(self.expression, CharField()), operator, value)
        return _number_matches(self.expression, operator, value)

    @property
    def _is_text(self) -> bool:
        return self.kind in TEXTUAL


def holds(column: Column, test: ValueTest, now: datetime, *, negated: bool = False) -> Q:
    """For columns of contacts: negated operators also hold without a value. Never null if `negated`."""
    operator = test.operator
    if operator in OPPOSITES:
        operator, negated = OPPOSITES[operator], not negated
    if not negated:
        return column.matches(operator, test.value, now)
    if operator == Operator.KNOWN:
        return column.missing()
    return column.missing() | ~column.matches(operator, test.value, now)


def holds_of_row(column: Column, test: ValueTest, now: datetime) -> Q:
    """For columns of events, participations or calls: negated operators need a value too.

    `unknown` asks for the missing value itself, and so holds.
    """
    if test.operator == Operator.UNKNOWN:
        return column.missing()
    if test.operator in OPPOSITES:
        return column.known() & ~column.matches(OPPOSITES[test.operator], test.value, now)
    return column.matches(test.operator, test.value, now)


def _text_matches(text: Any, operator: Operator, value: Any) -> Q:
    """`text` is folded. An empty value is no value, so that nothing equals it and everything holds it."""
    if operator == Operator.IN:
        return Q(In(text, [fold(item) for item in value if item]))
    return Q(_COMPARISONS_OF_TEXT[operator](text, fold(value)))


# LIKE rather than a search for the position: PostgreSQL can tell how many rows a pattern finds.
_COMPARISONS_OF_TEXT: dict[Operator, Any] = {
    Operator.EQUALS: Exact,
    Operator.CONTAINS: Contains,
    Operator.STARTS_WITH: StartsWith,
    Operator.ENDS_WITH: EndsWith,
}


def _number_matches(number: Any, operator: Operator, value: Any) -> Q:
    match operator:
        case Operator.IN:
            return Q(In(number, list(value)))
        case Operator.BETWEEN:
            return Q(GreaterThanOrEqual(number, value[0])) & Q(LessThanOrEqual(number, value[1]))
    return Q(_COMPARISONS[operator](number, value))


_COMPARISONS: dict[Operator, Any] = {
    Operator.EQUALS: Exact,
    Operator.LESS: LessThan,
    Operator.AT_MOST: LessThanOrEqual,
    Operator.MORE: GreaterThan,
    Operator.AT_LEAST: GreaterThanOrEqual,
}


def _time_matches(time: Any, operator: Operator, value: Any, now: datetime) -> Q:
    match operator:
        case Operator.BEFORE:
            return Q(LessThan(time, value))
        case Operator.AFTER:
            return Q(GreaterThan(time, value))
        case Operator.BETWEEN:
            return Q(GreaterThanOrEqual(time, value[0])) & Q(LessThan(time, value[1]))
        case Operator.LAST_DAYS:
            first, last = now - timedelta(days=value), now
        case _:
            first, last = now, now + timedelta(days=value)
    return Q(GreaterThanOrEqual(time, first)) & Q(LessThanOrEqual(time, last))


def crossed(column: Column, test: ValueTest, after: datetime, until: datetime) -> Q | None:
    """Values of which a relative test began or ceased to hold in this span; None where it cannot."""
    if not test.is_relative:
        return None
    days = timedelta(days=test.value)
    shift = -days if test.operator == Operator.LAST_DAYS else days
    return _between(column.expression, after, until) | _between(
        column.expression, after + shift, until + shift
    )


def _between(time: Any, first: datetime, last: datetime) -> Q:
    """Both ends included: a value too many is only looked at, a value too few would be missed."""
    return Q(GreaterThanOrEqual(time, first)) & Q(LessThanOrEqual(time, last))
