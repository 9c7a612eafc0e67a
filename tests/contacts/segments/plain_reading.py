"""Segment definitions read by API.md's sentences over plain Python objects: what the SQL must agree with.

Nothing here is taken from the code under test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime


@dataclass
class Participating:
    state: str
    registered_at: datetime | None
    seconds: int
    percent: float | None
    event_id: int
    webinar_id: int
    name: str
    starts: datetime | None
    role: str = "attendee"


@dataclass
class OnCall:
    available: bool
    topic: str
    starts: datetime
    url: str


@dataclass
class Person:
    """`values` are the properties; None or an empty text is no value."""

    id: int
    values: dict[str, Any]
    participations: list[Participating] = field(default_factory=list)
    calls: list[OnCall] = field(default_factory=list)


NEGATED = {"not_equals": "equals", "not_contains": "contains", "not_in": "in"}


def is_member(person: Person, node: Mapping[str, Any], now: datetime, others: Mapping[int, Any]) -> bool:
    """`others` are the definitions of the other segments, or the sets of IDs of static ones."""
    if "all" in node:
        return all(is_member(person, inner, now, others) for inner in node["all"])
    if "any" in node:
        return any(is_member(person, inner, now, others) for inner in node["any"])
    if "not" in node:
        return not is_member(person, node["not"], now, others)
    return _holds(person, node, now, others) == node.get("did", True)


def _holds(person: Person, node: Mapping[str, Any], now: datetime, others: Mapping[int, Any]) -> bool:
    name = node["filter"]
    if name == "property":
        return passes(person.values.get(node["property"]), node, now, missing_passes=True)
    if name == "segment":
        other = others[node["id"]]
        return (
            person.id in other if isinstance(other, set) else is_member(person, other["where"], now, others)
        )
    if name == "zoom_recording":
        return any(call.available and _tests_pass(call, node, now) for call in person.calls)
    return any(_ROWS[name](row, node, now) for row in person.participations)


def _tests_pass(row: Any, tests: Mapping[str, Any], now: datetime) -> bool:
    names = ("topic", "starts", "url", "seconds", "percent", "webinar_id", "webinar_name", "name")
    return all(
        passes(getattr(row, "name" if name == "webinar_name" else name), tests[name], now)
        for name in names
        if name in tests
    )


def _event_is_meant(row: Participating, node: Mapping[str, Any], now: datetime) -> bool:
    events = node.get("events", {})
    if "webinar_ids" in events and row.webinar_id not in {_digits(event) for event in events["webinar_ids"]}:
        return False
    if "event_ids" in events and row.event_id not in events["event_ids"]:
        return False
    return _tests_pass(row, events, now)


def _long_enough(row: Participating, node: Mapping[str, Any], now: datetime) -> bool:
    measured = row.seconds if node["measure"] == "seconds" else row.percent
    return row.state == "attended" and passes(measured, node, now) and _event_is_meant(row, node, now)


_ROWS: dict[str, Callable[[Participating, Mapping[str, Any], datetime], bool]] = {
    "event_registered": lambda row, node, now: (
        row.registered_at is not None and _event_is_meant(row, node, now)
    ),
    "event_cancelled": lambda row, node, now: row.state == "cancelled" and _event_is_meant(row, node, now),
    "event_attended": lambda row, node, now: row.state == "attended" and _event_is_meant(row, node, now),
    "event_no_show": lambda row, node, now: (
        row.state == "no_show" and row.role == "attendee" and _event_is_meant(row, node, now)
    ),
    "attendance_duration": _long_enough,
    "zoom_attendance": lambda row, node, now: row.state == "attended" and _tests_pass(row, node, now),
    "zoom_registration": lambda row, node, now: row.registered_at is not None and _tests_pass(row, node, now),
}


def passes(value: Any, test: Mapping[str, Any], now: datetime, *, missing_passes: bool = False) -> bool:
    """A TEST. `missing_passes`: whether a negated operator holds where there is no value."""
    operator, wanted = test["is"], test.get("value")
    is_missing = value is None or value == ""
    if operator in ("known", "unknown"):
        return is_missing == (operator == "unknown")
    if is_missing:
        return missing_passes and operator in NEGATED
    if operator in NEGATED:
        return not _compare(value, NEGATED[operator], wanted, now)
    return _compare(value, operator, wanted, now)


def _compare(value: Any, operator: str, wanted: Any, now: datetime) -> bool:
    if isinstance(value, datetime):
        return _compare_times(value, operator, wanted, now)
    if isinstance(value, list):
        return any(row in value for row in (wanted if operator == "in" else [wanted]))
    if isinstance(value, str):
        return _compare_texts(value.lower(), operator, wanted)
    wanted = [_digits(row) for row in wanted] if isinstance(wanted, list) else _digits(wanted)
    return bool(
        {
            "equals": lambda: value == wanted,
            "in": lambda: value in wanted,
            "less": lambda: value < wanted,
            "at_most": lambda: value <= wanted,
            "more": lambda: value > wanted,
            "at_least": lambda: value >= wanted,
            "between": lambda: wanted[0] <= value <= wanted[1],
            "starts_with": lambda: str(value).startswith(str(wanted)),
            "contains": lambda: str(wanted) in str(value),
        }[operator]()
    )


def _compare_texts(value: str, operator: str, wanted: Any) -> bool:
    wanted = [row.lower() for row in wanted] if isinstance(wanted, list) else wanted.lower()
    return bool(
        {
            "equals": lambda: value == wanted,
            "in": lambda: value in wanted,
            "contains": lambda: wanted in value,
            "starts_with": lambda: value.startswith(wanted),
            "ends_with": lambda: value.endswith(wanted),
        }[operator]()
    )


def _compare_times(value: datetime, operator: str, wanted: Any, now: datetime) -> bool:
    if operator == "last_days":
        return now - timedelta(hours=24 * wanted) <= value <= now
    if operator == "next_days":
        return now <= value <= now + timedelta(hours=24 * wanted)
    if operator == "between":
        return _time(wanted[0]) <= value < _time(wanted[1])
    return value < _time(wanted) if operator == "before" else value > _time(wanted)


def _time(text: str) -> datetime:
    moment = parse_datetime(text)
    assert moment is not None
    return moment


def _digits(value: Any) -> Any:
    return int(value.replace(" ", "").replace("-", "")) if isinstance(value, str) else value
