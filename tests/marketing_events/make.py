"""Events and what contacts had to do with them, for the tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from contacts.models import Contact
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation

START = datetime(2026, 3, 2, 10, tzinfo=UTC)

_numbers = count(81_000_000_001)


def make_event(name: str = "Growing roses", **fields: Any) -> MarketingEvent:
    """A session of an hour that was held and is settled."""
    number = next(_numbers)
    return MarketingEvent.objects.create(
        **{
            "name": name,
            "external_id": f"session-{number}",
            "webinar_id": number,
            "session_uuid": f"uuid-{number}",
            "status": MarketingEvent.Status.ENDED,
            "starts_at": START,
            "ended_at": START + timedelta(hours=1),
            "is_final": True,
            **fields,
        }
    )


def make_registered(event: MarketingEvent, contact: Contact, **fields: Any) -> Participation:
    return Participation.objects.create(
        **{
            "event": event,
            "contact": contact,
            "state": Participation.State.REGISTERED,
            "registered_at": START - timedelta(days=7),
            **fields,
        }
    )


def make_attended(event: MarketingEvent, contact: Contact, *stays: tuple[int, int]) -> Participation:
    """Somebody who was there, from minute to minute of the event: by default from 5 to 35."""
    times = [
        (START + timedelta(minutes=joined), START + timedelta(minutes=left))
        for joined, left in stays or [(5, 35)]
    ]
    seconds = int(sum((left - joined).total_seconds() for joined, left in times))
    participation = make_registered(
        event,
        contact,
        state=Participation.State.ATTENDED,
        first_joined_at=min(joined for joined, _ in times),
        last_left_at=max(left for _, left in times),
        duration_seconds=seconds,
        attendance_percent=round(100 * seconds / 3600, 2),
    )
    AttendanceInterval.objects.bulk_create(
        AttendanceInterval(participation=participation, joined_at=joined, left_at=left)
        for joined, left in times
    )
    return participation
