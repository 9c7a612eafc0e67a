"""One look at what Zoom has of a session's recording.

Decides what an answer means where Zoom says the same ("there is no recording") of one that is processing, in
the trash, deleted, or never was: by what it hints at elsewhere, and by what was there before. Writes nothing.
"""

from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.models import WebinarSession
from integrations.rules import recordings as rules
from integrations.rules.calls import is_processing
from integrations.rules.recordings import RecordingState
from integrations.sync.context import WebinarContext
from integrations.sync.steps.call_mapping import call_of
from integrations.zoom import records
from integrations.zoom.errors import NeedsSettings, NotFound, Refused, TooOld, TryLater
from marketing_events.models import Call

# Zoom does not give it out, and says why.
_WITHHELD = (NeedsSettings, Refused, TooOld)
_SEEN_BEFORE = frozenset({RecordingState.READY, RecordingState.TRASHED, RecordingState.DELETED})


class ProbeResult(NamedTuple):
    recording_state: RecordingState
    recording: records.Recording | None = None  # when it is ready
    note: str = ""
    retry_at: datetime | None = None  # Zoom gave no answer, so it is as it was


def call_stored(session: WebinarSession) -> Call | None:
    """The session's call, if it has one. No query when `event__call` was selected along."""
    return getattr(session.event, "call", None) if session.event else None


class RecordingProbe:
    """Looks at the recordings of one webinar, and into the trash of its host at most once."""

    def __init__(self, ctx: WebinarContext) -> None:
        self.ctx = ctx

    def over_since(self, session: WebinarSession, now: datetime) -> datetime | None:
        planned = timedelta(minutes=self.ctx.webinar.duration_minutes)
        return rules.over_since(session.ended_at, session.started_at, planned, now)

    def look(self, session: WebinarSession) -> ProbeResult:
        try:
            return self._ask(session)
        except _WITHHELD as error:
            return ProbeResult(RecordingState.UNAVAILABLE, note=str(error))
        except TryLater as error:
            own = rules.retry_at(timezone.now(), session.recording_looks + 1)
            recording_state = RecordingState(session.recording_state or RecordingState.UNAVAILABLE)
            return ProbeResult(recording_state, note=str(error), retry_at=max(own, error.not_before or own))

    def _ask(self, session: WebinarSession) -> ProbeResult:
        try:
            recording = self.ctx.zoom.recording(session.uuid)
        except NotFound:
            return ProbeResult(self._hidden(session))
        if not recording.recording_files and _was_there(session):
            return ProbeResult(self._hidden(session))
        files = [file for piece in call_of(recording).pieces for file in piece.files]
        return (
            ProbeResult(RecordingState.PROCESSING)
            if is_processing(files)
            else ProbeResult(RecordingState.READY, recording)
        )

    def _hidden(self, session: WebinarSession) -> RecordingState:
        hint = self._hint(session.uuid)
        looks_in_trash = hint.was_removed or _was_there(session) or self._is_first_or_last(session)
        return rules.when_hidden(
            is_in_trash=looks_in_trash and session.uuid in self._trash,
            is_processing=hint.is_being_made,
            is_removed=hint.was_removed,
            was_there=_was_there(session),
        )

    def _is_first_or_last(self, session: WebinarSession) -> bool:
        now, looks = timezone.now(), session.recording_looks
        again = rules.look_again_at(self.over_since(session, now) or now, now, looks)
        return not looks or again is None

    def _hint(self, uuid: str) -> records.TranscriptInfo:
        """The transcript's entry tells what has become of the recording, where Zoom has one."""
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
            pages = self.ctx.zoom.trashed_recordings(webinar.host.zoom_id, webinar.zoom_id)
            return frozenset(item.uuid for page in pages for item in page.items)
        except (NotFound, *_WITHHELD) as error:
            self.ctx.log(_("The host's trash in Zoom couldn't be read: %s") % error)
            return frozenset()


def _was_there(session: WebinarSession) -> bool:
    return session.recording_state in _SEEN_BEFORE or call_stored(session) is not None
