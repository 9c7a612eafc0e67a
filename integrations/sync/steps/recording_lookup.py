"""Asks Zoom once for a session's recording, and says what the answer means. Writes nothing.

Zoom gives the same answer ("there is no recording") for one that is processing, in the trash, deleted, or
never existed. Other answers, and what was there before, tell them apart.
"""

from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from core.messages import Message
from integrations.models import WebinarInstance
from integrations.rules import recordings as rules
from integrations.rules.calls import is_processing
from integrations.rules.recordings import RecordingState
from integrations.sync.context import WebinarContext
from integrations.sync.steps.call_mapping import call_of
from integrations.zoom import records
from integrations.zoom.errors import NeedsSettings, NotFound, Refused, TooOld, TryLater
from marketing_events.models import Call, MarketingEvent

# Zoom does not give it out, and says why.
_WITHHELD = (NeedsSettings, Refused, TooOld)
_SEEN_BEFORE = frozenset({RecordingState.READY, RecordingState.TRASHED, RecordingState.DELETED})


class ProbeResult(NamedTuple):
    recording_state: RecordingState
    recording: records.Recording | None = None  # when it is ready
    note: Message | None = None
    retry_at: datetime | None = None  # Zoom gave no answer, so it is as it was


def call_stored(instance: WebinarInstance) -> Call | None:
    """The instance's call, if it has one."""
    event = event_of(instance)
    return event.calls.filter(session_uuid=instance.uuid).first() if event else None


def event_of(instance: WebinarInstance) -> MarketingEvent | None:
    return instance.occurrence.event if instance.occurrence else None


class RecordingProbe:
    """Looks at the recordings of one webinar, and into the trash of its host at most once."""

    def __init__(self, ctx: WebinarContext) -> None:
        self.ctx = ctx

    def over_since(self, instance: WebinarInstance, now: datetime) -> datetime | None:
        planned = timedelta(minutes=self.ctx.webinar.duration_minutes)
        return rules.over_since(instance.ended_at, instance.started_at, planned, now)

    def look(self, instance: WebinarInstance) -> ProbeResult:
        try:
            return self._ask(instance)
        except _WITHHELD as error:
            return ProbeResult(RecordingState.UNAVAILABLE, note=error.with_details)
        except TryLater as error:
            own = rules.retry_at(timezone.now(), instance.recording_search.check_count + 1)
            recording_state = RecordingState(instance.recording_search.state or RecordingState.UNAVAILABLE)
            return ProbeResult(
                recording_state, note=error.with_details, retry_at=max(own, error.not_before or own)
            )

    def _ask(self, instance: WebinarInstance) -> ProbeResult:
        try:
            recording = self.ctx.zoom.recording(instance.uuid)
        except NotFound:
            return ProbeResult(self._hidden(instance))
        if not recording.recording_files and _was_there(instance):
            return ProbeResult(self._hidden(instance))
        files = [file for piece in call_of(recording).pieces for file in piece.files]
        return (
            ProbeResult(RecordingState.PROCESSING)
            if is_processing(files)
            else ProbeResult(RecordingState.READY, recording)
        )

    def _hidden(self, instance: WebinarInstance) -> RecordingState:
        hint = self._hint(instance.uuid)
        looks_in_trash = hint.was_removed or _was_there(instance) or self._is_first_or_last(instance)
        return rules.when_hidden(
            is_in_trash=looks_in_trash and instance.uuid in self._trash,
            is_processing=hint.is_being_made,
            is_removed=hint.was_removed,
            was_there=_was_there(instance),
        )

    def _is_first_or_last(self, instance: WebinarInstance) -> bool:
        now, looks = timezone.now(), instance.recording_search.check_count
        again = rules.look_again_at(self.over_since(instance, now) or now, now, looks)
        return not looks or again is None

    def _hint(self, uuid: str) -> records.TranscriptInfo:
        """The transcript's entry says what happened to the recording, if Zoom has one."""
        try:
            return self.ctx.zoom.transcript(uuid)
        except (NotFound, *_WITHHELD):
            return records.TranscriptInfo()

    @cached_property
    def _trash(self) -> frozenset[str]:
        """The webinar's sessions whose recordings are in its host's trash."""
        webinar = self.ctx.webinar
        if webinar.host is None:
            return frozenset()
        try:
            pages = self.ctx.zoom.trashed_recordings(webinar.host.zoom_id, webinar.zoom_webinar_id)
            return frozenset(item.uuid for page in pages for item in page.items)
        except (NotFound, *_WITHHELD) as error:
            self.ctx.log(Message("sync.trash_unreadable", reason=error.with_details))
            return frozenset()


def _was_there(instance: WebinarInstance) -> bool:
    return instance.recording_search.state in _SEEN_BEFORE or call_stored(instance) is not None
