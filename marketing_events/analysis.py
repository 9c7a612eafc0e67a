"""Numbers of one event for its charts: when people registered, who was there when, how long they stayed.

The database counts; what comes back is a row for each day, minute or part, however many people there are.
Hosts and panelists are not counted.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, Q
from django.db.models.functions import Cast, Floor, TruncDate, TruncMinute
from django.utils import timezone

from marketing_events.models import AttendanceInterval, MarketingEvent, Participation

LONGEST_BY_DAY = 60
"""Days; a longer time is shown by week."""
PARTS = 10


def _people(event: MarketingEvent) -> Any:
    return Participation.objects.filter(event=event, role=Participation.Role.ATTENDEE).order_by()


def registrations_by_day(event: MarketingEvent) -> dict[date, int]:
    """How many registered on each day, without gaps; empty if no one did."""
    rows = _people(event).filter(registered_at__isnull=False).annotate(day=TruncDate("registered_at"))
    counts = dict(rows.values_list("day").annotate(number=Count("pk")))
    if not counts:
        return {}
    first, last = min(counts), max(counts)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {day: counts.get(day, 0) for day in days}


def by_week(days: dict[date, int]) -> dict[date, int]:
    """The same by weeks that begin on the weekday of the first day."""
    first = min(days)
    weeks: dict[date, int] = {}
    for day, number in days.items():
        week = day - timedelta(days=(day - first).days % 7)
        weeks[week] = weeks.get(week, 0) + number
    return weeks


def registered_by_lead(event: MarketingEvent) -> dict[int, int]:
    """By days before the start: how many had registered until then. Without gaps, from the first day on."""
    days = registrations_by_day(event)
    if not days or event.starts_at is None:
        return {}
    start = timezone.localdate(event.starts_at)
    return {(start - day).days: number for day, number in zip(days, accumulate(days.values()), strict=True)}


def present_by_minute(event: MarketingEvent) -> list[int]:
    """How many were there in each minute of the event."""
    if event.starts_at is None or event.ended_at is None:
        return []
    minutes = max(1, round((event.ended_at - event.starts_at) / timedelta(minutes=1)))
    joined, left = [0] * minutes, [0] * minutes
    for joined_at, left_at, number in _stays(event):
        joined[_place(joined_at, event, minutes)] += number
        left[_place(left_at, event, minutes)] += number
    # Who leaves within a minute was still there in it.
    changes = [joined[minute] - (left[minute - 1] if minute else 0) for minute in range(minutes)]
    return list(accumulate(changes))


def _stays(event: MarketingEvent) -> Any:
    """By the minutes of joining and leaving, how many. One query: each of them looks all stays up."""
    rows = AttendanceInterval.objects.filter(
        participation__event=event, participation__role=Participation.Role.ATTENDEE
    )
    minutes = rows.order_by().annotate(joined=TruncMinute("joined_at"), left=TruncMinute("left_at"))
    return minutes.values_list("joined", "left").annotate(number=Count("pk"))


def _place(moment: datetime, event: MarketingEvent, minutes: int) -> int:
    """The nearest minute of the event, for those that are outside."""
    return min(max(_minute_of(moment, event), 0), minutes - 1)


def _minute_of(moment: datetime, event: MarketingEvent) -> int:
    start = event.starts_at or moment
    return (moment - start.replace(second=0, microsecond=0)) // timedelta(minutes=1)


def stays_by_part(event: MarketingEvent) -> list[int]:
    """How many attended 0 to 10 percent of the event, 10 to 20, and so on. The last part includes 100."""
    part = Cast(Floor(F("attendance_percent") / (100.0 / PARTS)), IntegerField())
    rows = _people(event).attended().filter(attendance_percent__isnull=False).annotate(part=part)
    counts = [0] * PARTS
    for number_of_part, number in rows.values_list("part").annotate(number=Count("pk")):
        counts[min(max(number_of_part, 0), PARTS - 1)] += number
    return counts


@dataclass(frozen=True, slots=True)
class Facts:
    """An event in a few numbers, for the comparison of two."""

    registered: int
    attended: int
    no_shows: int | None
    cancelled: int
    average_percent: float | None
    average_seconds: float | None
    most_at_once: int
    rate: float | None


def facts_of(event: MarketingEvent) -> Facts:
    averages = (
        _people(event).attended().aggregate(percent=Avg("attendance_percent"), s=Avg("duration_seconds"))
    )
    return Facts(
        registered=event.registered_count,
        attended=event.attended_count,
        no_shows=event.no_show_count if event.is_final else None,
        cancelled=event.cancelled_count,
        average_percent=averages["percent"],
        average_seconds=averages["s"],
        most_at_once=max(present_by_minute(event), default=0),
        rate=event.attendance_rate,
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """People whom two events have in common."""

    registered: int
    attended: int


def overlap(first: MarketingEvent, second: MarketingEvent) -> Overlap:
    def count(condition: Q) -> int:
        others = _people(second).filter(condition).values("contact")
        return int(_people(first).filter(condition, contact__in=others).count())

    return Overlap(
        registered=count(Q(registered_at__isnull=False)),
        attended=count(Q(state=Participation.State.ATTENDED)),
    )
