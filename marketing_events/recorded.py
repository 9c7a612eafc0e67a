"""A recorded session written as a call: its facts and files, who was there, what was said (D10).

Decides nothing about whether there is a call or what belongs to it; makes the rows what they should be, so
that writing them again changes nothing (D12). Everything must run inside a transaction.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from marketing_events.models import (
    Call,
    CallAttendee,
    MarketingEvent,
    Participation,
    RecordingFile,
    Utterance,
)
from zoomsync.lib.bulk import bulk_upsert


class Facts(NamedTuple):
    title: str
    starts_at: datetime
    duration_seconds: int
    recording_url: str
    passcode: str


class File(NamedTuple):
    external_id: str
    piece: int
    kind: str
    extension: str
    size_bytes: int | None
    play_url: str
    starts_at: datetime | None
    ends_at: datetime | None


class Said(NamedTuple):
    speaker: str
    start_seconds: float
    end_seconds: float
    text: str


def write_call(event: MarketingEvent, facts: Facts, files: Collection[File]) -> Call:
    """The event's call with these facts and exactly these files; its transcript stays as it is."""
    call, created = Call.objects.select_for_update().get_or_create(
        event=event, defaults={**facts._asdict(), "is_available": True}
    )
    wanted = {**facts._asdict(), "is_available": True}
    changed = [name for name, value in wanted.items() if getattr(call, name) != value]
    if changed and not created:
        for name in changed:
            setattr(call, name, wanted[name])
        call.updated_at = timezone.now()
        call.save(update_fields=[*changed, "updated_at"])
    bulk_upsert(
        RecordingFile,
        ("call_id", *File._fields),
        ((call.pk, *file) for file in files),
        key=("call_id", "external_id"),
    )
    call.files.exclude(external_id__in=[file.external_id for file in files]).delete()
    return call


def write_attendees(call: Call) -> int:
    """Make the call's attendees those who attended its event; how many they are."""
    attended = Participation.objects.filter(event=call.event_id, state=Participation.State.ATTENDED)
    contacts = list(attended.order_by("contact_id").values_list("contact_id", flat=True))
    bulk_upsert(
        CallAttendee,
        ("call_id", "contact_id"),
        ((call.pk, contact) for contact in contacts),
        key=("call_id", "contact_id"),
    )
    call.attendees.exclude(contact__in=attended.values("contact_id")).delete()
    return len(contacts)


def write_transcript(call: Call, said: Sequence[Said], digest: str) -> bool:
    """Replace the transcript, unless `digest` says that it is the one that is stored; whether it changed."""
    if call.transcript_state == Call.Transcript.READY and call.transcript_digest == digest:
        return False
    call.utterances.all().delete()
    bulk_upsert(
        Utterance,
        ("call_id", "position", *Said._fields),
        ((call.pk, position, *utterance) for position, utterance in enumerate(said, 1)),
        key=("call_id", "position"),
    )
    mark_transcript(call, Call.Transcript.READY, digest)
    return True


def mark_transcript(call: Call, state: str, digest: str = "") -> None:
    """How the transcript stands. One that was read stays while Zoom has no other to offer."""
    call.transcript_state, call.transcript_digest = state, digest
    call.save(update_fields=["transcript_state", "transcript_digest"])


def withdraw_call(event: MarketingEvent) -> bool:
    """The recording is in Zoom's trash or deleted: nothing can be played. Whether anything changed."""
    return bool(
        Call.objects.filter(event=event, is_available=True).update(
            is_available=False, updated_at=timezone.now()
        )
    )
