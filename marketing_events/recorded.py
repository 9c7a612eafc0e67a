"""A recorded session written as a call: its facts and files, who was there, what was said (D10).

Decides nothing about whether there is a call or what belongs to it; makes the rows what they should be, so
that writing them again changes nothing (D12). Everything must run inside a transaction.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from contacts.outbox import Changes, record
from core.bulk import bulk_upsert, fitted
from marketing_events.models import (
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


def write_call(event: MarketingEvent, facts: Facts, files: Collection[File]) -> tuple[Call, bool]:
    """The event's call with these facts and exactly these files, and whether it is new or back.

    Its transcript stays as it is. Whoever attended is tied to it, so that nobody sees a call without people;
    those who did not attend after all are left to `follow_attendance`.
    """
    wanted: dict[str, Any] = {
        **facts._asdict(),
        "title": _fitted(facts.title, Call._meta.get_field("title").max_length),
        "passcode": _fitted(facts.passcode),
        "is_available": True,
    }
    call, is_new = Call.objects.select_for_update().get_or_create(event=event, defaults=wanted)
    is_back = not call.is_available
    before = {name: getattr(call, name) for name in ("title", "starts_at", "recording_url")}
    _change(call, wanted)
    _write_files(call, files)
    _add_attendees(Call.objects.filter(pk=call.pk))
    if is_new or is_back or any(getattr(call, name) != value for name, value in before.items()):
        _record_attendees(call.attendees.all())
    return call, is_new or is_back


def _record_attendees(rows: QuerySet[CallAttendee]) -> None:
    record(Changes(calls=list(rows.order_by("contact_id").values_list("contact_id", flat=True))))


def _change(call: Call, wanted: dict[str, Any]) -> None:
    changed = [name for name, value in wanted.items() if getattr(call, name) != value]
    if changed:
        for name in changed:
            setattr(call, name, wanted[name])
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


def follow_attendance(events: Collection[int]) -> int:
    """Make the attendees of these events' calls those who attended; how many calls went for want of any.

    Three queries if all is right already, however many people there are.
    """
    calls = Call.objects.filter(event__in=events)
    _add_attendees(calls)
    attended = Participation.objects.attended().filter(
        event=OuterRef("call__event"), contact=OuterRef("contact")
    )
    gone = CallAttendee.objects.filter(~Exists(attended), call__in=calls)
    _record_attendees(gone)
    gone.delete()
    deserted = calls.filter(~Exists(CallAttendee.objects.filter(call=OuterRef("pk"))))
    _removed, by_model = deserted.delete()
    return by_model.get(Call._meta.label, 0)


def _add_attendees(calls: QuerySet[Call]) -> None:
    tied = CallAttendee.objects.filter(call=OuterRef("event__call"), contact=OuterRef("contact"))
    missing = (
        Participation.objects.attended()
        .filter(~Exists(tied), event__call__in=calls)
        .order_by("pk")
        .values_list("event__call", "contact_id")
    )
    while some := list(missing[:_AT_ONCE]):
        bulk_upsert(CallAttendee, ("call_id", "contact_id"), some, key=("call_id", "contact_id"))
        record(Changes(calls=[contact for _call, contact in some]))


def write_transcript(call: Call, said: Sequence[SpokenLine], digest: str) -> bool:
    """Make this the transcript, unless `digest` says that it is stored already; whether it changed."""
    if call.transcript_digest == digest:
        return False
    call.utterances.all().delete()
    bulk_upsert(
        Utterance,
        ("call_id", "position", *SpokenLine._fields),
        ((call.pk, position, *utterance) for position, utterance in enumerate(said, 1)),
        key=("call_id", "position"),
    )
    _change(call, {"transcript_digest": digest})
    return True


def mark_transcript(call: Call, state: str, note: str = "") -> None:
    """How the transcript stands, and why it is not there. What was read of it stays."""
    _change(call, {"transcript_state": state, "transcript_note": note})


def withdraw_call(event: MarketingEvent) -> bool:
    """The recording is in Zoom's trash or deleted: nothing can be played. Whether anything changed."""
    available = Call.objects.filter(event=event, is_available=True)
    is_changed = bool(available.update(is_available=False, updated_at=timezone.now()))
    if is_changed:
        _record_attendees(CallAttendee.objects.filter(call__event=event))
    return is_changed
