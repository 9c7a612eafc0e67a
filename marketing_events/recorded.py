"""Writes a recorded session as a call: its facts and files, who attended, what was said (D10).

Writing the same again changes nothing (D12). Everything must run inside a transaction.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from contacts.outbox import Changes, record
from core.bulk import bulk_upsert, fitted
from core.messages import Message
from marketing_events.models import (
    AttendanceInterval,
    Call,
    CallAttendee,
    MarketingEvent,
    Participation,
    RecordingFile,
    Utterance,
)

_AT_ONCE = 5_000


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


class SpokenLine(NamedTuple):
    speaker: str
    start_seconds: float
    end_seconds: float
    text: str


type Present = tuple[datetime | None, datetime | None]  # from when to when; None: no limit


def write_call(
    event: MarketingEvent,
    session_uuid: str,
    facts: Facts,
    files: Collection[File],
    during: Present = (None, None),
) -> tuple[Call, bool]:
    """The instance's call with these facts and exactly these files, and whether it is new or back.

    Its transcript stays as it is. Whoever attended is tied to it, so that no one sees a call without people;
    those who did not attend after all are left to `follow_attendance`.
    """
    values: dict[str, Any] = {
        **facts._asdict(),
        "title": _fitted(facts.title, Call._meta.get_field("title").max_length),
        "passcode": _fitted(facts.passcode),
        "is_available": True,
    }
    call, is_new = Call.objects.select_for_update().get_or_create(
        event=event, session_uuid=session_uuid, defaults=values
    )
    is_back = not call.is_available
    before = {name: getattr(call, name) for name in ("title", "starts_at", "recording_url")}
    _change(call, values)
    _write_files(call, files)
    _add_attendees(call, during)
    if is_new or is_back or any(getattr(call, name) != value for name, value in before.items()):
        _record_attendees(call.attendees.all())
    if is_new or is_back:
        record(Changes(recordings=[call.pk]))
    return call, is_new or is_back


def _record_attendees(rows: QuerySet[CallAttendee]) -> None:
    record(Changes(calls=list(rows.order_by("contact_id").values_list("contact_id", flat=True))))


def _change(call: Call, values: dict[str, Any]) -> None:
    changed = [name for name, value in values.items() if getattr(call, name) != value]
    if changed:
        for name in changed:
            setattr(call, name, values[name])
        call.updated_at = timezone.now()
        call.save(update_fields=[*changed, "updated_at"])


def _write_files(call: Call, files: Collection[File]) -> None:
    bulk_upsert(
        RecordingFile,
        ("call_id", *File._fields),
        ((call.pk, *file) for file in files),
        key=("call_id", "external_id"),
    )
    call.files.exclude(external_id__in=[file.external_id for file in files]).delete()


def _fitted(text: str, length: int | None = None) -> str:
    (fit,) = fitted([text], length)
    return fit or ""


def follow_attendance(call: Call, during: Present) -> int:
    """Make the call's attendees those who attended while it was recorded; 1 if it went for want of any."""
    _add_attendees(call, during)
    present = _present(call, during).filter(contact=OuterRef("contact"))
    gone = call.attendees.exclude(Exists(present))
    _record_attendees(gone)
    gone.delete()
    if call.attendees.exists():
        return 0
    call.delete()
    return 1


def attendees_during(event: MarketingEvent, during: Present) -> int:
    return _attended(event.pk, during).count()


def _present(call: Call, during: Present) -> QuerySet[Participation]:
    return _attended(call.event_id, during)


def _attended(event: int, during: Present) -> QuerySet[Participation]:
    """Who attended the event in a span of time: of several instances, one."""
    started_at, ended_at = during
    intervals = AttendanceInterval.objects.filter(participation=OuterRef("pk"))
    if started_at:
        intervals = intervals.filter(left_at__gte=started_at)
    if ended_at:
        intervals = intervals.filter(joined_at__lte=ended_at)
    return Participation.objects.attended().filter(Exists(intervals), event=event)


def _add_attendees(call: Call, during: Present) -> None:
    tied = CallAttendee.objects.filter(call=call, contact=OuterRef("contact"))
    missing = _present(call, during).exclude(Exists(tied)).order_by("pk").values_list("contact_id", flat=True)
    while some := list(missing[:_AT_ONCE]):
        rows = [(call.pk, contact) for contact in some]
        bulk_upsert(CallAttendee, ("call_id", "contact_id"), rows, key=("call_id", "contact_id"))
        is_ready = call.transcript_state == Call.Transcript.READY
        record(Changes(calls=some, recordings=[call.pk], transcripts=[call.pk] if is_ready else []))


def write_transcript(call: Call, lines: Sequence[SpokenLine], digest: str) -> bool:
    """Make this the transcript, unless `digest` says that it is stored already; whether it changed."""
    if call.transcript_digest == digest:
        return False
    call.utterances.all().delete()
    bulk_upsert(
        Utterance,
        ("call_id", "position", *SpokenLine._fields),
        ((call.pk, position, *utterance) for position, utterance in enumerate(lines, 1)),
        key=("call_id", "position"),
    )
    _change(call, {"transcript_digest": digest})
    return True


def mark_transcript(call: Call, state: str, note: Message | None = None) -> None:
    """How the transcript stands, and why it is not there. What was read of it stays."""
    is_new = state == Call.Transcript.READY and call.transcript_state != state
    _change(call, {"transcript_state": state, "transcript_note": note})
    if is_new:
        record(Changes(transcripts=[call.pk]))


def withdraw_call(call: Call) -> bool:
    """The recording is in Zoom's trash or deleted: nothing can be played. Whether anything changed."""
    available = Call.objects.filter(pk=call.pk, is_available=True)
    is_changed = bool(available.update(is_available=False, updated_at=timezone.now()))
    if is_changed:
        _record_attendees(call.attendees.all())
    return is_changed
