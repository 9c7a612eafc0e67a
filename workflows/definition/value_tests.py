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
    wanted, given = _folded(test.value), _folded(value)
    try:
        return _TESTS[test.operator](given, wanted, now)
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


def _within_last(given: datetime, days: float, now: datetime) -> bool:
    return now - timedelta(days=days) <= given <= now


def _within_next(given: datetime, days: float, now: datetime) -> bool:
    return now <= given <= now + timedelta(days=days)


def _between(given: Any, ends: tuple[Any, Any], _now: datetime) -> bool:
    first, last = ends
    return bool(first <= given < last if isinstance(given, datetime) else first <= given <= last)


_TESTS: dict[Operator, Callable[[Any, Any, datetime], bool]] = {
    Operator.EQUALS: lambda given, wanted, _now: given == wanted,
    Operator.NOT_EQUALS: lambda given, wanted, _now: given != wanted,
    Operator.CONTAINS: lambda given, wanted, _now: wanted in given,
    Operator.NOT_CONTAINS: lambda given, wanted, _now: wanted not in given,
    Operator.STARTS_WITH: lambda given, wanted, _now: str(given).startswith(wanted),
    Operator.ENDS_WITH: lambda given, wanted, _now: str(given).endswith(wanted),
    Operator.IN: lambda given, wanted, _now: given in wanted,
    Operator.NOT_IN: lambda given, wanted, _now: given not in wanted,
    Operator.LESS: lambda given, wanted, _now: given < wanted,
    Operator.AT_MOST: lambda given, wanted, _now: given <= wanted,
    Operator.MORE: lambda given, wanted, _now: given > wanted,
    Operator.AT_LEAST: lambda given, wanted, _now: given >= wanted,
    Operator.BETWEEN: _between,
    Operator.BEFORE: lambda given, wanted, _now: given < wanted,
    Operator.AFTER: lambda given, wanted, _now: given > wanted,
    Operator.LAST_DAYS: _within_last,
    Operator.NEXT_DAYS: _within_next,
}
