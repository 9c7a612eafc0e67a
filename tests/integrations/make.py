"""Rows for the tests, each with all that it must have and nothing that the test has to know."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from integrations.models import (
    AttendanceReading,
    RecordingSearch,
    Webinar,
    WebinarInstance,
    WebinarOccurrence,
    ZoomConnection,
    ZoomUser,
)

_numbers = count(91_000_000_001)


def make_host(connection: ZoomConnection, email: str = "host@acme.test", **fields: Any) -> ZoomUser:
    return ZoomUser.objects.create(
        connection=connection, zoom_id=f"user-{next(_numbers)}", email=email, **fields
    )


def make_webinar(connection: ZoomConnection, host: ZoomUser | None = None, **fields: Any) -> Webinar:
    """An upcoming webinar. Its own switches are on, as they are when a webinar is first seen."""
    return Webinar.objects.create(
        **{
            "connection": connection,
            "zoom_webinar_id": next(_numbers),
            "host": host,
            "host_email": host.email if host else "host@acme.test",
            "topic": "Growing roses",
            "starts_at": timezone.now() + timedelta(days=1),
            "duration_minutes": 60,
            **fields,
        }
    )


def make_session(webinar: Webinar, uuid: str = "", **fields: Any) -> WebinarInstance:
    """An instance that was held, on a date of its own, with how far it is read and searched."""
    date = {name: fields.pop(name) for name in ("event",) if name in fields}
    reading = {name: fields.pop(name) for name in ("final_at",) if name in fields}
    search = {name: fields.pop(name) for name in ("check_count",) if name in fields}
    if not fields.get("is_practice"):
        fields["occurrence"] = make_date(webinar, instance_uuid=uuid, **date)
    instance = WebinarInstance.add(webinar, uuid, **fields)
    AttendanceReading.objects.filter(instance=instance).update(**{"final_at": None, **reading})
    RecordingSearch.objects.filter(instance=instance).update(**{"check_count": 0, **search})
    return WebinarInstance.objects.select_related("reading", "recording_search").get(pk=instance.pk)


def make_date(webinar: Webinar, **fields: Any) -> WebinarOccurrence:
    return WebinarOccurrence.objects.create(webinar=webinar, **fields)


def make_held(connection: ZoomConnection, host: ZoomUser | None = None, **fields: Any) -> Webinar:
    """A webinar that was held once."""
    webinar = make_webinar(connection, host, **{"state": Webinar.State.ENDED, **fields})
    ended_at = timezone.now() - timedelta(hours=1)
    started_at = ended_at - timedelta(hours=1)
    make_session(webinar, f"uuid-{webinar.pk}", started_at=started_at, ended_at=ended_at)
    return webinar
