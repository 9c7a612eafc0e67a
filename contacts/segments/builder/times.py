"""Times as the browser's fields have them, by the viewer's clock, and as definitions have them, in UTC."""

from datetime import UTC, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format

from contacts.segments.value_tests import parsed_time
from core.viewing import clock_format


def to_field(text: str) -> str:
    """2026-03-02T10:00:00Z as a day where it is a midnight here, else as a day and a time."""
    moment = parsed_time(text)
    if moment is None:
        return text
    local = timezone.localtime(moment)
    return local.date().isoformat() if local.time() == time.min else local.strftime("%Y-%m-%dT%H:%M:%S")


def from_field(text: str) -> str:
    """A day or a time of the viewer's clock in UTC. What is neither stays as it was typed."""
    moment = local_time(text)
    if moment is None:
        return text
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def local_time(text: str) -> datetime | None:
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time.min) if day else parse_datetime(text)
        if moment is None or moment.tzinfo:
            return moment
        moment = timezone.make_aware(moment)
    except (ValueError, OverflowError):
        return None
    return moment if 1900 <= moment.year <= 9000 else None


def shown(text: str) -> str:
    moment = local_time(text)
    if moment is None:
        return text
    return date_format(timezone.localtime(moment), "j M Y" if len(text) == 10 else clock_format("j M Y, H:i"))
