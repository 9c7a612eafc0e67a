"""The dates of one webinar side by side (X5): who came to how many, the average, the drop-off."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Avg, Count, QuerySet

from marketing_events.models import MarketingEvent, Participation


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """One held or planned date. `returned` came to the date before as well."""

    event: MarketingEvent
    returned: int | None

    @property
    def rate(self) -> float | None:
        return self.event.attendance_rate


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """`came_to` has, for each number of dates, how many people came to exactly so many."""

    dates: list[SeriesDate]
    came_to: dict[int, int]

    @property
    def people(self) -> int:
        return sum(self.came_to.values())

    @property
    def average_dates(self) -> float | None:
        visits = sum(dates * people for dates, people in self.came_to.items())
        return visits / self.people if self.people else None

    @property
    def came_back(self) -> int:
        return sum(people for dates, people in self.came_to.items() if dates > 1)

    @property
    def held(self) -> list[SeriesDate]:
        return [row for row in self.dates if row.event.attended_count]

    @property
    def average_attendance(self) -> float | None:
        return sum(row.event.attended_count for row in self.held) / len(self.held) if self.held else None

    @property
    def drop_off(self) -> float | None:
        """How many percent fewer came to the last held date than to the first. Negative: more."""
        if len(self.held) < 2:
            return None
        first, last = self.held[0].event.attended_count, self.held[-1].event.attended_count
        return 100 * (first - last) / first


def dates_of(zoom_webinar_id: int) -> list[MarketingEvent]:
    """In their order; those without a date last."""
    rows = MarketingEvent.objects.filter(zoom_webinar_id=zoom_webinar_id).select_related("brand")
    dated = rows.filter(starts_at__isnull=False).order_by("starts_at", "pk")
    return [*dated, *rows.filter(starts_at=None).order_by("pk")]


def attendees(zoom_webinar_id: int) -> QuerySet[Any, Any]:
    """One row for each contact who came: to how many dates, and for how long on average. In no order."""
    came = Participation.objects.audience().attended().filter(event__zoom_webinar_id=zoom_webinar_id)
    return came.order_by().values("contact").annotate(dates=Count("pk"), average=Avg("attendance_percent"))


def summary_of(zoom_webinar_id: int) -> SeriesSummary:
    """Three queries, however many dates there are."""
    events = dates_of(zoom_webinar_id)
    visits = _visits(zoom_webinar_id)
    came_to: dict[int, int] = {}
    returned: dict[int, int] = {}
    with_people = [event.pk for event in events if event.attended_count]
    before = {later: earlier for earlier, later in pairwise(with_people)}
    for attended in visits.values():
        came_to[len(attended)] = came_to.get(len(attended), 0) + 1
        for event in attended:
            if before.get(event) in attended:
                returned[event] = returned.get(event, 0) + 1
    dates = [SeriesDate(event, returned.get(event.pk, 0) if event.pk in before else None) for event in events]
    return SeriesSummary(dates, dict(sorted(came_to.items())))


def _visits(zoom_webinar_id: int) -> dict[int, set[int]]:
    """By contact, the dates that they came to."""
    came = Participation.objects.audience().attended().filter(event__zoom_webinar_id=zoom_webinar_id)
    visits: dict[int, set[int]] = {}
    for contact, event in came.order_by().values_list("contact_id", "event_id").iterator():
        visits.setdefault(contact, set()).add(event)
    return visits
