"""The dates of a series, to choose from and by their names."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from integrations.models import WebinarOccurrence

MOST_SHOWN = 50  # as many as a series in Zoom can have


def coming_occurrences(zoom_webinar_id: int) -> list[tuple[str, str]]:
    """Occurrence ID and name of the dates that are still to come, of a webinar of the primary brand."""
    rows = WebinarOccurrence.objects.standing().filter(
        webinar__zoom_webinar_id=zoom_webinar_id,
        webinar__connection__brand__is_primary=True,
        starts_at__gte=timezone.now(),
    )
    columns = rows.exclude(occurrence_id="").values_list("occurrence_id", "starts_at")
    return [(key, _name(starts_at)) for key, starts_at in columns[:MOST_SHOWN] if starts_at]


def occurrence_names(ids: Collection[str]) -> Mapping[str, str]:
    """No query for none."""
    if not ids:
        return {}
    rows = WebinarOccurrence.objects.filter(occurrence_id__in=ids, starts_at__isnull=False).order_by("pk")
    columns = rows.values_list("occurrence_id", "starts_at")
    return {key: _name(starts_at) for key, starts_at in columns if starts_at}


def _name(starts_at: datetime) -> str:
    return date_format(localtime(starts_at), "D, j M Y, H:i")
