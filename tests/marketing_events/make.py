"""Events and what contacts had to do with them, for the tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.text import slugify

from contacts.models import Brand, Contact
from marketing_events.models import (
    AttendanceInterval,
    Call,
    CallAttendee,
    MarketingEvent,
    Participation,
    RecordingFile,
    Utterance,
)

START = datetime(2026, 3, 2, 10, tzinfo=UTC)

_numbers = count(81_000_000_001)


def make_brand(name: str = "Acme") -> Brand:
    """The brand of this name: made where there is none yet."""
    brand, _ = Brand.objects.get_or_create(name=name, defaults={"slug": slugify(name)})
    return brand


def make_event(name: str = "Growing roses", **fields: Any) -> MarketingEvent:
    """A session of an hour that was held and is settled."""
    number = next(_numbers)
    return MarketingEvent.objects.create(
        **{
            "name": name,
            "brand": fields.pop("brand", None) or make_brand(),
            "external_id": f"session-{number}",
            "zoom_webinar_id": number,
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
    """Someone who was there, from minute to minute of the event: by default from 5 to 35."""
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


def make_call(event: MarketingEvent, *lines: tuple[str, float, str], **fields: Any) -> Call:
    """The event's recording, with the contacts who attended it. `lines` are (speaker, second, text)."""
    call = Call.objects.create(
        **{
            "event": event,
            "session_uuid": event.session_uuid,
            "title": event.name,
            "starts_at": START,
            "duration_seconds": 3600,
            "recording_url": "https://zoom.us/rec/play/1",
            "passcode": "123456",
            "transcript_state": Call.Transcript.READY if lines else Call.Transcript.NONE,
            **fields,
        }
    )
    RecordingFile.objects.create(
        call=call,
        external_id="v",
        kind="shared_screen_with_speaker_view",
        extension="MP4",
        size_bytes=93_000_000,
        play_url="https://zoom.us/rec/play/1",
        starts_at=START,
        ends_at=START + timedelta(hours=1),
    )
    Utterance.objects.bulk_create(
        Utterance(
            call=call,
            position=number,
            speaker=speaker,
            start_seconds=second,
            end_seconds=second + 4,
            text=text,
        )
        for number, (speaker, second, text) in enumerate(lines, 1)
    )
    attended = Participation.objects.attended().filter(event=event)
    CallAttendee.objects.bulk_create(
        CallAttendee(call=call, contact_id=contact) for contact in attended.values_list("contact", flat=True)
    )
    return call
