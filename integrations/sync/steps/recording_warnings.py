"""What the audit log says of a session's recording: one of the causes of E2, or what is wrong with its
transcript (E6), or nothing (R36-R40, R55).

Judges by the rows alone, so that a sync which looked at no recording finds the same as one which did, and a
warning clears when its cause is gone. What follows from the switches is not judged here.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from integrations.audit import Finding
from integrations.models import WebinarInstance
from integrations.rules import recordings as rules
from integrations.rules.recordings import Cause, RecordingState
from integrations.rules.switches import SyncDecision
from marketing_events.models import Call

E2 = ("nobody_attended", "unavailable", "deleted", "not_found", "processing", "gave_up")
E6 = ("transcript_not_found", "transcript_refused", "transcript_unreadable")

State = Call.Transcript
_TRANSCRIPTS = {
    State.NONE: rules.Transcript.MISSING,
    State.PROCESSING: rules.Transcript.PROCESSING,
    State.READY: rules.Transcript.READY,
    State.REFUSED: rules.Transcript.UNUSABLE,
    State.UNREADABLE: rules.Transcript.UNUSABLE,
    State.UNAVAILABLE: rules.Transcript.UNUSABLE,
}
_CAUSES_OF_STATES = {
    RecordingState.NOT_FOUND: "not_found",
    RecordingState.TRASHED: "deleted",
    RecordingState.DELETED: "deleted",
    RecordingState.UNAVAILABLE: "unavailable",
}
_CAUSES_OF_TRANSCRIPTS = {
    State.NONE: ("E6", "transcript_not_found"),
    State.REFUSED: ("E6", "transcript_refused"),
    State.UNREADABLE: ("E6", "transcript_unreadable"),
    State.UNAVAILABLE: ("E2", "unavailable"),
}


def transcript_of(call: Call | None) -> rules.Transcript:
    """How the transcript stands, for the rules. Where there is no call, none is missed."""
    return _TRANSCRIPTS[State(call.transcript_state)] if call else rules.Transcript.READY


def warning_of(instance: WebinarInstance, call: Call | None, attendees: int, now: datetime) -> Finding | None:
    """What is missing of a session whose switches say yes. None as long as nobody asked Zoom."""
    if not instance.recording_search.state:
        return None
    recording_state = RecordingState(instance.recording_search.state)
    missing = rules.why_missing(SyncDecision(), attendees, recording_state, transcript_of(call))
    if missing is None:
        return None
    code, cause, message = _told(instance, call, missing.cause, recording_state, now)
    return Finding(code, cause, message, instance.uuid)


def _told(
    instance: WebinarInstance, call: Call | None, cause: Cause, recording_state: RecordingState, now: datetime
) -> tuple[str, str, str]:
    """Code, cause, and words where there are better ones than the registry's."""
    match cause:
        case Cause.NOBODY_ATTENDED:
            return "E2", "nobody_attended", ""
        case Cause.UNAVAILABLE:
            return "E2", _CAUSES_OF_STATES[recording_state], _state_in_words(instance, recording_state)
        case Cause.NO_TRANSCRIPT if call and call.transcript_state in _CAUSES_OF_TRANSCRIPTS:
            return *_CAUSES_OF_TRANSCRIPTS[State(call.transcript_state)], call.transcript_note
    note = call.transcript_note if call and recording_state is RecordingState.READY else ""
    return "E2", "gave_up" if _is_given_up(instance, call, recording_state, now) else "processing", note


def _state_in_words(instance: WebinarInstance, recording_state: RecordingState) -> str:
    if recording_state is RecordingState.TRASHED:
        return _("The recording is in Zoom's trash.")
    if recording_state is RecordingState.NOT_FOUND and instance.recording_search.next_check_at:
        return _(
            "Zoom shows no recording of this session. If it was recorded, Zoom may still be "
            "processing it. We'll keep checking automatically."
        )
    return instance.recording_search.note


def _is_given_up(
    instance: WebinarInstance, call: Call | None, recording_state: RecordingState, now: datetime
) -> bool:
    since = instance.recording_search.since or now
    start = rules.waits_from(recording_state, transcript_of(call), instance.ended_at or since, since)
    return now >= start + rules.GIVE_UP_AFTER
