"""Upcoming webinars of the primary brand to choose from, found by topic, date or ID as people type (R79)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_date

from integrations.models import Webinar
from integrations.models.webinars import WebinarQuerySet
from integrations.rules.registration_checks import normalise_webinar_id

MOST_SHOWN = 12
_OVERRUN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Choice:
    """`is_listed` is False for an ID that no listing has shown yet: Zoom is asked about it."""

    zoom_webinar_id: int
    topic: str
    starts_at: datetime | None = None
    host: str = ""
    is_series: bool = False
    is_listed: bool = True


def upcoming_webinars(text: str = "") -> list[Choice]:
    """The next ones first; those without a fixed time last."""
    rows = _search(_upcoming(), text.strip()).order_by(F("next_start").asc(nulls_last=True), "topic", "pk")
    choices = [_choice(webinar) for webinar in rows[:MOST_SHOWN]]
    number = normalise_webinar_id(text)
    if number and len(str(number)) > 8 and number not in {choice.zoom_webinar_id for choice in choices}:
        choices.append(Choice(number, "", is_listed=False))
    return choices


def choice_of(zoom_webinar_id: int) -> Choice:
    """The webinar that was chosen, listed or not."""
    rows = Webinar.objects.filter(connection__brand__is_primary=True, zoom_webinar_id=zoom_webinar_id)
    webinar = rows.annotate(next_start=F("starts_at")).first()
    return _choice(webinar) if webinar else Choice(zoom_webinar_id, "", is_listed=False)


def _upcoming() -> WebinarQuerySet:
    now = timezone.now()
    coming = Q(occurrences__is_deleted=False, occurrences__starts_at__gte=now)
    rows = Webinar.objects.filter(connection__brand__is_primary=True, is_zoom_event=False)
    rows = rows.exclude(state=Webinar.State.GONE)
    rows = rows.annotate(next_start=Coalesce(Min("occurrences__starts_at", filter=coming), "starts_at"))
    is_live = Q(state=Webinar.State.LIVE)
    without_time = Q(kind=Webinar.Kind.RECURRING_NO_TIME)
    return rows.filter(Q(next_start__gte=now) | (is_live & Q(next_start__gte=now - _OVERRUN)) | without_time)


def _search(rows: WebinarQuerySet, text: str) -> WebinarQuerySet:
    day = _day(text)
    if day:
        return rows.filter(Q(next_start__date=day) | Q(occurrences__starts_at__date=day))
    number = normalise_webinar_id(text)
    return rows.filter(zoom_webinar_id=number) if number and len(str(number)) > 8 else rows.search(text)


def _day(text: str) -> date | None:
    """A date as 2026-12-03 or 3.12.2026."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.strip().isdecimal() for part in parts):
        text = f"{parts[2].strip():0>4}-{parts[1].strip():0>2}-{parts[0].strip():0>2}"
    try:
        return parse_date(text)
    except ValueError:
        return None


def _choice(webinar: Webinar) -> Choice:
    return Choice(
        webinar.zoom_webinar_id,
        str(webinar),
        getattr(webinar, "next_start", webinar.starts_at),
        webinar.host_email,
        is_series=webinar.kind == Webinar.Kind.RECURRING,
    )
