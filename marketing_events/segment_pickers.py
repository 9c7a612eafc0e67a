"""Events and webinars as the segment builder lets people pick them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from contacts.segments.registry import Picker
from marketing_events.models import MarketingEvent

MATCHES = 20


def _search_events(text: str) -> Sequence[tuple[int, str]]:
    rows = MarketingEvent.objects.search(text).order_by("-starts_at", "-pk")
    shown = rows.values_list("pk", "name", "starts_at")[:MATCHES]
    return [(key, _event_name(name, starts_at)) for key, name, starts_at in shown]


def _event_names(keys: Sequence[int]) -> Mapping[int, str]:
    rows = MarketingEvent.objects.filter(pk__in=keys).values_list("pk", "name", "starts_at")
    return {key: _event_name(name, starts_at) for key, name, starts_at in rows}


def _event_name(name: str, starts_at: datetime | None) -> str:
    return f"{name}, {date_format(localtime(starts_at), 'j M Y')}" if starts_at else name


def _search_webinars(text: str) -> Sequence[tuple[int, str]]:
    """Each webinar once, however many dates it has."""
    rows = MarketingEvent.objects.search(text).values("zoom_webinar_id").annotate(last=Max("starts_at"))
    keys = [row["zoom_webinar_id"] for row in rows.order_by("-last", "-zoom_webinar_id")[:MATCHES]]
    names = _webinar_names(keys)
    return [(key, names[key]) for key in keys]


def _webinar_names(keys: Sequence[int]) -> Mapping[int, str]:
    rows = MarketingEvent.objects.filter(zoom_webinar_id__in=keys).order_by("starts_at", "pk")
    return dict(rows.values_list("zoom_webinar_id", "name"))


EVENTS = Picker("event_ids", _("Events"), "%s", _search_events, _event_names)
WEBINARS = Picker("webinar_ids", _("Webinars"), _("a date of %s"), _search_webinars, _webinar_names)
