"""Compares the truth with what an app exported, row by row, and says the differences in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
KEYS = {
    "contacts": ("email",),
    "participations": ("webinar_id", "session_uuid", "email"),
    "timeline": ("email", "kind", "webinar_id", "occurred_at"),
    "skipped": ("webinar_id", "session_uuid", "stage", "email", "name"),
    "calls": ("webinar_id", "session_uuid"),
}
UNKNOWN_TIMES = {"timeline": ("webinar_cancelled", ("email", "kind", "webinar_id"))}
LONG = 100
"""A CRM may cut texts longer than this; the beginning must be the same."""


def differences(dataset: str, expected: Iterable[Row], actual: Iterable[Row]) -> list[str]:
    """Empty if the rows are the same; fields that only one side has are not compared."""
    wanted, found = _grouped(dataset, expected), _grouped(dataset, actual)
    problems = []
    for key in sorted({*wanted, *found}, key=str):
        ours, theirs = wanted.get(key, []), found.get(key, [])
        if len(ours) != len(theirs):
            problems.append(f"{dataset} {key}: {len(theirs)} rows instead of {len(ours)}")
        for one, other in zip(_ordered(ours), _ordered(theirs), strict=False):
            problems += [f"{dataset} {key}: {problem}" for problem in _fields(one, other)]
    return problems


def _grouped(dataset: str, rows: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        names = KEYS[dataset]
        kind, without = UNKNOWN_TIMES.get(dataset, ("", names))
        names = without if row.get("kind") == kind else names
        groups[tuple(str(row[name] or "")[:LONG] for name in names)].append(row)
    return groups


def _ordered(rows: list[Row]) -> list[Row]:
    """Several planned sessions of one webinar have the same key."""
    return sorted(rows, key=lambda row: str(sorted((key, str(value)) for key, value in row.items())))


def _fields(expected: Row, actual: Row) -> list[str]:
    return [
        f"{name} is {actual[name]!r} instead of {expected[name]!r}"
        for name in expected
        if name in actual and not _same(expected[name], actual[name])
    ]


def _same(expected: Any, actual: Any) -> bool:
    if expected == "*":
        return actual not in (None, "")
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return not _fields(expected, actual)
    if isinstance(expected, float) or isinstance(actual, float):
        # Hundredths, made from sums of floats: what lies in the middle may be rounded either way.
        return abs(float(expected or 0) - float(actual or 0)) < 0.011
    if isinstance(expected, str) and len(expected) > LONG:
        return str(actual)[:LONG] == expected[:LONG]
    return str(expected or "") == str(actual or "")
