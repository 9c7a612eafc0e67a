"""Zoom's three additions a UTC day, counted in the database before each call (D15)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from contacts.models import Contact
from integrations.zoom.http.rate_limit_headers import next_utc_midnight
from workflows.models import DailyAdditions

ADDITIONS_PER_DAY = 3
# One statement, which changes no row once the day's are used up: Django's upsert has no condition.
_COUNT = """
INSERT INTO {table} AS known (contact_id, zoom_webinar_id, day, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (contact_id, zoom_webinar_id, day) DO UPDATE SET count = known.count + 1 WHERE known.count < %s
"""


def count_addition(contact: Contact, zoom_webinar_id: int) -> datetime | None:
    """Count a call that is about to be made; where the day's are used up, when the next is allowed.

    Zoom documents the limit for a person in one webinar; some users meet it for a person in all webinars
    together (devforum 141856), which `ZOOM_ADDITIONS_LIMITED_BY=address` is for.
    """
    now = timezone.now()
    per_webinar = settings.ZOOM_ADDITIONS_LIMITED_BY == "webinar"
    webinar, today = zoom_webinar_id if per_webinar else 0, now.date().isoformat()
    with connection.cursor() as cursor:
        count = _COUNT.format(table=DailyAdditions._meta.db_table)
        cursor.execute(count, [contact.pk, webinar, today, ADDITIONS_PER_DAY])
        return None if cursor.rowcount else next_utc_midnight(now)


def forget_old_counts() -> int:
    """Yesterday's stay, for workers whose clocks differ."""
    before = timezone.now().date() - timedelta(days=1)
    deleted, _rows = DailyAdditions.objects.filter(day__lt=before).delete()
    return deleted
