"""Zoom's three additions a UTC day, counted in the database before each call (D15)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from contacts.models import Contact
from integrations.zoom.http.rate_limit_headers import next_utc_midnight
from workflows.models import DailyAdditions

ADDITIONS_PER_DAY = 3


def count_addition(contact: Contact, zoom_webinar_id: int) -> datetime | None:
    """Count a call that is about to be made; where the day's are used up, when the next is allowed.

    Zoom documents the limit for a person in one webinar; some users meet it for a person in all webinars
    together (devforum 141856), which `ZOOM_ADDITIONS_LIMITED_BY=address` is for.
    """
    now = timezone.now()
    per_webinar = settings.ZOOM_ADDITIONS_LIMITED_BY == "webinar"
    today = DailyAdditions(
        contact=contact, zoom_webinar_id=zoom_webinar_id if per_webinar else 0, day=now.date()
    )
    DailyAdditions.objects.bulk_create([today], ignore_conflicts=True)
    row = DailyAdditions.objects.filter(contact=contact, zoom_webinar_id=today.zoom_webinar_id, day=today.day)
    counted = row.filter(count__lt=ADDITIONS_PER_DAY).update(count=F("count") + 1)
    return None if counted else next_utc_midnight(now)


def forget_old_counts() -> int:
    """Yesterday's stay, for workers whose clocks differ."""
    before = timezone.now().date() - timedelta(days=1)
    deleted, _rows = DailyAdditions.objects.filter(day__lt=before).delete()
    return deleted
