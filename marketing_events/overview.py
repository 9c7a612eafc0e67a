"""What a marketer's dashboard says: live and next webinars, the last ones, and how the last 90 days went.

Weeks and attendance are added up from the counts of the events, which the sync keeps. Only registrations so
far are compared with single rows: those of the few events that an upcoming one is measured by.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, F, Q, QuerySet, Value
from django.utils import timezone

from contacts.models import Contact
from marketing_events.models import MarketingEvent, Participation

SHOWN = 5
MEASURED_BY = 5
"""How many earlier events say what is usual."""
WEEKS = 13
_Status = MarketingEvent.Status


@dataclass(frozen=True, slots=True)
class Upcoming:
    event: MarketingEvent
    usual: int | None
    """The registrations that such an event usually has by now; None where there is no earlier one."""
    measured_by: int
    is_awaited: bool = False
    """Whether it was to have begun by now, and Zoom has not said that it did."""

    @property
    def registered(self) -> int:
        return self.event.registered_count

    @property
    def difference(self) -> int | None:
        """In percent of what is usual."""
        if not self.usual:
            return None
        return round(100 * (self.registered - self.usual) / self.usual)

    @property
    def size(self) -> float:
        """Both bars end within it."""
        return max(self.registered, self.usual or 0, 1)


def upcoming(now: datetime, count: int = SHOWN) -> list[Upcoming]:
    """What is live and the next events, each beside the median of earlier ones at the same time before, or
    after, their start.
    """
    coming = MarketingEvent.objects.coming(now).filter(starts_at__isnull=False).select_related("brand")
    events = list(coming.order_by("starts_at", "pk")[:count])
    measures = _measures(events, now)
    leads = [row.starts_at - now if row.starts_at else timedelta() for row in events]
    by_event = _registered_before({earlier for measure in measures.values() for earlier in measure}, leads)
    numbers = [
        [by_event[earlier][place] for earlier in measures[event.pk] if earlier in by_event]
        for place, event in enumerate(events)
    ]
    return [
        Upcoming(event, round(median(usual)) if usual else None, len(usual), event.is_awaited(now))
        for event, usual in zip(events, numbers, strict=True)
    ]


def _measures(events: Iterable[MarketingEvent], now: datetime) -> dict[int, list[int]]:
    """By upcoming event, the last ended dates of the same webinar; where there are none, of its brand."""
    rows = list(events)
    ended = MarketingEvent.objects.filter(
        status=_Status.ENDED, starts_at__lt=now, is_unplanned=False, registered_count__gt=0
    )
    own = _newest_by(ended.filter(zoom_webinar_id__in={row.zoom_webinar_id for row in rows}), _webinar)
    singles = _newest_by(ended.filter(brand__in={row.brand_id for row in rows}), _brand)
    return {row.pk: own.get(_webinar(row)) or singles.get(_brand(row), []) for row in rows}


def _newest_by(
    events: QuerySet[MarketingEvent], key: Callable[[MarketingEvent], int]
) -> dict[int, list[int]]:
    newest: dict[int, list[int]] = defaultdict(list)
    for event in events.order_by("-starts_at", "-pk")[:200]:
        if len(newest[key(event)]) < MEASURED_BY:
            newest[key(event)].append(event.pk)
    return newest


def _webinar(event: MarketingEvent) -> int:
    return event.zoom_webinar_id


def _brand(event: MarketingEvent) -> int:
    return event.brand_id


def _registered_before(events: set[int], leads: Sequence[timedelta]) -> dict[int, list[int]]:
    """By event, how many had registered so long before its start: one number for each of `leads`."""
    if not events or not leads:
        return {}
    counts = {
        f"lead_{place}": Count("pk", filter=Q(registered_at__lte=F("event__starts_at") - lead))
        for place, lead in enumerate(leads)
    }
    rows = Participation.objects.filter(event__in=events).order_by().values_list("event")
    return {event: numbers for event, *numbers in rows.annotate(**counts)}


def last_ended(now: datetime, count: int = SHOWN) -> list[MarketingEvent]:
    """The last events that were held, newest first."""
    ended = MarketingEvent.objects.filter(status=_Status.ENDED, starts_at__lte=now)
    return list(ended.select_related("brand").order_by("-starts_at", "-pk")[:count])


@dataclass(frozen=True, slots=True)
class Week:
    first_day: date
    events: int = 0
    registered: int = 0
    attended: int = 0
    no_shows: int = 0
    new_contacts: int = 0

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Trend:
    """A number of the last weeks, beside the same number of the weeks before them."""

    total: int
    before: int

    @property
    def difference(self) -> int | None:
        return round(100 * (self.total - self.before) / self.before) if self.before else None


@dataclass(frozen=True)
class Trends:
    weeks: list[Week]
    """The last ones, oldest first; the last of them is this week."""
    earlier: list[Week]

    def of(self, name: str) -> Trend:
        return Trend(
            sum(getattr(week, name) for week in self.weeks), sum(getattr(week, name) for week in self.earlier)
        )


def trends(now: datetime, first_weekday: int = 0) -> Trends:
    """The last 13 weeks and the 13 before. `first_weekday`: 0 is Monday. Two queries."""
    today = timezone.localdate(now)
    this_week = today - timedelta(days=(today.weekday() - first_weekday) % 7)
    first = this_week - timedelta(weeks=2 * WEEKS - 1)
    counts = _event_counts(first, now)
    weeks = [first + timedelta(weeks=number) for number in range(2 * WEEKS)]
    contacts = _new_contacts(weeks)
    weekly = [_week(week, counts, contacts.get(place, 0)) for place, week in enumerate(weeks)]
    return Trends(weekly[WEEKS:], weekly[:WEEKS])


def _week(first: date, counts: dict[date, list[int]], new: int) -> Week:
    days = [first + timedelta(days=number) for number in range(7)]
    events, registered, attended, no_shows = (sum(counts[day][place] for day in days) for place in range(4))
    return Week(first, events, registered, attended, no_shows, new)


def _event_counts(first: date, now: datetime) -> dict[date, list[int]]:
    """By day: held events, registered, attended, no-shows."""
    events = MarketingEvent.objects.filter(
        starts_at__gte=_start_of(first), starts_at__lte=now, status=_Status.ENDED
    )
    rows = events.values_list("starts_at", "registered_count", "attended_count", "no_show_count")
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for starts_at, *numbers in rows.iterator():
        day = counts[timezone.localdate(starts_at)]
        for place, number in enumerate((1, *numbers)):
            day[place] += number
    return counts


def _new_contacts(weeks: Sequence[date]) -> dict[int, int]:
    """By the place of the week. A range of the index for each: quicker than to work out the day of each."""
    counts = [
        Contact.objects.filter(
            created_at__gte=_start_of(week), created_at__lt=_start_of(week + timedelta(weeks=1))
        )
        .order_by()
        .values_list(Value(place))
        .annotate(number=Count("*"))  # the index alone has the answer
        for place, week in enumerate(weeks)
    ]
    return dict(counts[0].union(*counts[1:], all=True))


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
