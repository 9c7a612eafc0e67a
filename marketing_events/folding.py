"""The list of events with the dates of a series folded into one row that has their sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from contacts.models import Brand
from marketing_events.models import MarketingEvent


@dataclass(frozen=True)
class ListRow:
    """An event, or the dates of one webinar together: then `event` is None."""

    name: str
    zoom_webinar_id: int
    brand: Brand
    organizer: str
    registered: int
    attended: int
    no_shows: int
    cancelled: int
    starts_at: datetime | None
    dates: int = 1
    first_at: datetime | None = None
    is_final: bool = True
    event: MarketingEvent | None = None


COLUMNS = {
    "name": ("folded_name",),
    "starts": ("last_at",),
    "registered": ("registered",),
    "attended": ("attended",),
    "no_shows": ("no_shows",),
    "cancelled": ("cancelled",),
}
"""What a folded list is sorted by."""


def folded(events: QuerySet[MarketingEvent]) -> QuerySet[Any, Any]:
    """One row for each webinar. In no order."""
    return (
        events.order_by()
        .values("brand", "zoom_webinar_id")
        .annotate(
            newest=Max("id"),
            folded_name=Max("name"),
            last_at=Max("starts_at"),
            first_at=Min("starts_at"),
            dates=Count("id"),
            not_final=Count("id", filter=Q(is_final=False)),
            registered=Sum("registered_count"),
            attended=Sum("attended_count"),
            no_shows=Sum("no_show_count"),
            cancelled=Sum("cancelled_count"),
        )
    )


def folded_rows(groups: Iterable[dict[str, Any]]) -> list[ListRow]:
    """As they are shown: a webinar with one date is its event. Two queries."""
    listed = list(groups)
    keys = [group["newest"] for group in listed]
    events = {event.pk: event for event in MarketingEvent.objects.select_related("brand").filter(pk__in=keys)}
    return [
        event_row(events[group["newest"]])
        if group["dates"] == 1
        else _series_row(group, events[group["newest"]])
        for group in listed
        if group["newest"] in events
    ]


def event_row(event: MarketingEvent) -> ListRow:
    return ListRow(
        name=event.name,
        zoom_webinar_id=event.zoom_webinar_id,
        brand=event.brand,
        organizer=event.organizer,
        registered=event.registered_count,
        attended=event.attended_count,
        no_shows=event.no_show_count,
        cancelled=event.cancelled_count,
        starts_at=event.starts_at,
        first_at=event.starts_at,
        is_final=event.is_final,
        event=event,
    )


def _series_row(group: dict[str, Any], newest: MarketingEvent) -> ListRow:
    return ListRow(
        name=newest.name,
        zoom_webinar_id=group["zoom_webinar_id"],
        brand=newest.brand,
        organizer=newest.organizer,
        registered=group["registered"],
        attended=group["attended"],
        no_shows=group["no_shows"],
        cancelled=group["cancelled"],
        starts_at=group["last_at"],
        first_at=group["first_at"],
        dates=group["dates"],
        is_final=group["not_final"] < group["dates"],
    )
