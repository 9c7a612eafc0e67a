"""TEST of the definition format held against a value: what `contacts.segments.sql` says in SQL.

Pure. Inside a choice of events a test on a missing value fails, negated or not.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from contacts.segments.value_tests import Operator, ValueTest
from core.folded_text import fold


def holds(test: ValueTest, value: Any, now: datetime) -> bool:
    if test.operator == Operator.UNKNOWN:
        return _is_missing(value)
    if _is_missing(value):
        return False
    if test.operator == Operator.KNOWN:
        return True
    expected, actual = _folded(test.value), _folded(value)
    try:
        return _TESTS[test.operator](actual, expected, now)
    except TypeError:  # a webhook answered a text where a number was expected
        return False


def _is_missing(value: Any) -> bool:
    return value is None or value == ""


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, tuple):
        return tuple(map(_folded, value))
    return value


def _within_last(actual: datetime, days: float, now: datetime) -> bool:
    return now - timedelta(days=days) <= actual <= now


def _within_next(actual: datetime, days: float, now: datetime) -> bool:
    return now <= actual <= now + timedelta(days=days)


def _between(actual: Any, ends: tuple[Any, Any], _now: datetime) -> bool:
    first, last = ends
    return bool(first <= actual < last if isinstance(actual, datetime) else first <= actual <= last)


_TESTS: dict[Operator, Callable[[Any, Any, datetime], bool]] = {
    Operator.EQUALS: lambda actual, expected, _now: actual == expected,
    Operator.NOT_EQUALS: lambda actual, expected, _now: actual != expected,
    Operator.CONTAINS: lambda actual, expected, _now: expected in actual,
    Operator.NOT_CONTAINS: lambda actual, expected, _now: expected not in actual,
    Operator.STARTS_WITH: lambda actual, expected, _now: str(actual).startswith(expected),
    Operator.ENDS_WITH: lambda actual, expected, _now: str(actual).endswith(expected),
    Operator.IN: lambda actual, expected, _now: actual in expected,
    Operator.NOT_IN: lambda actual, expected, _now: actual not in expected,
    Operator.LESS: lambda actual, expected, _now: actual < expected,
    Operator.AT_MOST: lambda actual, expected, _now: actual <= expected,
    Operator.MORE: lambda actual, expected, _now: actual > expected,
    Operator.AT_LEAST: lambda actual, expected, _now: actual >= expected,
    Operator.BETWEEN: _between,
    Operator.BEFORE: lambda actual, expected, _now: actual < expected,
    Operator.AFTER: lambda actual, expected, _now: actual > expected,
    Operator.LAST_DAYS: _within_last,
    Operator.NEXT_DAYS: _within_next,
}
