"""How many members a segment had on each of the last days, from who entered and left."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from contacts.models import Segment, SegmentTransition

DAYS = 30


@dataclass(frozen=True)
class Day:
    day: date
    entered: int
    left: int
    members: int
    """At the end of the day."""


def growth(segment: Segment, members: int) -> list[Day]:
    """The last days until today, or since the segment exists. One query."""
    today = timezone.localdate()
    since = max(today - timedelta(days=DAYS - 1), timezone.localdate(segment.created_at))
    kinds = SegmentTransition.Kind
    rows = (
        SegmentTransition.objects.filter(segment=segment, occurred_at__date__gte=since)
        .order_by()
        .annotate(day=TruncDate("occurred_at"))
        .values_list("day")
        .annotate(
            entered=Count("pk", filter=Q(kind=kinds.ENTERED)), left=Count("pk", filter=Q(kind=kinds.LEFT))
        )
    )
    moves = {day: (entered, left) for day, entered, left in rows}
    days: list[Day] = []
    for back in range((today - since).days + 1):
        day = today - timedelta(days=back)
        entered, left = moves.get(day, (0, 0))
        days.insert(0, Day(day, entered, left, members))
        members = max(0, members - entered + left)
    return days
