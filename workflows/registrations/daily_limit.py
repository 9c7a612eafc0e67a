"""Zoom's three additions a UTC day, counted in the database before each call (D15)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations.zoom.http.rate_limit_headers import next_utc_midnight
from workflows.models import DailyAdditions, RegistrationJob

ADDITIONS_PER_DAY = 3
# One statement, which changes no row once the day's are used up: Django's upsert has no condition.
_COUNT = """
INSERT INTO {table} AS known (contact_id, zoom_webinar_id, day, count) VALUES {rows}
ON CONFLICT (contact_id, zoom_webinar_id, day) DO UPDATE SET count = known.count + 1 WHERE known.count < %s
RETURNING contact_id
"""


def count_additions(jobs: Collection[RegistrationJob]) -> dict[int, datetime]:
    """Count calls that are about to be made, each for another contact.

    Those whose additions of the day are used up, by contact, with the moment when the next is allowed.

    Zoom documents the limit for a person in one webinar; some users meet it for a person in all webinars
    together (devforum 141856), which `ZOOM_ADDITIONS_LIMITED_BY=address` is for.
    """
    now = timezone.now()
    per_webinar, today = settings.ZOOM_ADDITIONS_LIMITED_BY == "webinar", now.date().isoformat()
    # In order, so that two who count the same contacts wait for each other.
    contacts = sorted(
        (job.contact_id, job.zoom_webinar_id if per_webinar else 0) for job in jobs if job.contact_id
    )
    if not contacts:
        return {}
    values = [value for contact, webinar in contacts for value in (contact, webinar, today)]
    rows = ", ".join(["(%s, %s, %s, 1)"] * len(contacts))
    with connection.cursor() as cursor:
        count = _COUNT.format(table=DailyAdditions._meta.db_table, rows=rows)
        cursor.execute(count, [*values, ADDITIONS_PER_DAY])
        counted = {contact for (contact,) in cursor.fetchall()}
    return {contact: next_utc_midnight(now) for contact, _webinar in contacts if contact not in counted}


def forget_old_counts() -> int:
    """Yesterday's stay, for workers whose clocks differ."""
    before = timezone.now().date() - timedelta(days=1)
    deleted, _rows = DailyAdditions.objects.filter(day__lt=before).delete()
    return deleted
