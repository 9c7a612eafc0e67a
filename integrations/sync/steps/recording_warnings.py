"""What the audit log says of a session's recording: one of the causes of E2, or what is wrong with its
transcript (E6), or nothing (R36-R40, R55).

Judges by the rows alone, so that a sync which looked at no recording finds the same as one which did, and a
warning clears when its cause is gone. What follows from the switches is not judged here.
"""

from datetime import datetime

from core.messages import Message
from integrations.audit import AuditCode, Finding
from integrations.models import WebinarInstance
from integrations.rules import recordings as rules
from integrations.rules.recordings import Cause, RecordingState
from integrations.rules.switches import SyncDecision
from marketing_events.models import Call

State = Call.Transcript
_TRANSCRIPTS = {
    State.NONE: rules.Transcript.MISSING,
    State.PROCESSING: rules.Transcript.PROCESSING,
    State.READY: rules.Transcript.READY,
    State.REFUSED: rules.Transcript.UNUSABLE,
    State.UNREADABLE: rules.Transcript.UNUSABLE,
    State.UNAVAILABLE: rules.Transcript.UNUSABLE,
}
_OF_RECORDINGS = {
    RecordingState.NOT_FOUND: AuditCode.RECORDING_MISSING,
    RecordingState.TRASHED: AuditCode.RECORDING_TRASHED,
    RecordingState.DELETED: AuditCode.RECORDING_DELETED,
    RecordingState.UNAVAILABLE: AuditCode.RECORDING_UNAVAILABLE,
}
_OF_TRANSCRIPTS = {
    State.NONE: AuditCode.TRANSCRIPT_MISSING,
    State.REFUSED: AuditCode.TRANSCRIPT_REJECTED,
    State.UNREADABLE: AuditCode.TRANSCRIPT_UNREADABLE,
    State.UNAVAILABLE: AuditCode.RECORDING_UNAVAILABLE,
}


def transcript_of(call: Call | None) -> rules.Transcript:
    """How the transcript stands, for the rules. Where there is no call, none is missed."""
    return _TRANSCRIPTS[State(call.transcript_state)] if call else rules.Transcript.READY


def warning_of(instance: WebinarInstance, call: Call | None, attendees: int, now: datetime) -> Finding | None:
    """What is missing of a session whose switches say yes. None as long as no one asked Zoom."""
    if not instance.recording_search.state:
        return None
    recording_state = RecordingState(instance.recording_search.state)
    missing = rules.why_missing(SyncDecision(), attendees, recording_state, transcript_of(call))
    if missing is None:
        return None
    code, reason = _code_and_reason(instance, call, missing.cause, recording_state, now)
    return Finding(code, instance.uuid, {"reason": reason} if reason else {})


def _code_and_reason(
    instance: WebinarInstance, call: Call | None, cause: Cause, recording_state: RecordingState, now: datetime
) -> tuple[AuditCode, Message | None]:
    """The reason is Zoom's own, where it gave one."""
    match cause:
        case Cause.NOBODY_ATTENDED:
            return AuditCode.RECORDING_WITHOUT_ATTENDEES, None
        case Cause.UNAVAILABLE if _may_come(instance, recording_state):
            return AuditCode.RECORDING_PENDING, None
        case Cause.UNAVAILABLE:
            return _OF_RECORDINGS[recording_state], instance.recording_search.note
        case Cause.NO_TRANSCRIPT if call and call.transcript_state in _OF_TRANSCRIPTS:
            return _OF_TRANSCRIPTS[State(call.transcript_state)], call.transcript_note
    note = call.transcript_note if call and recording_state is RecordingState.READY else None
    is_late = _is_given_up(instance, call, recording_state, now)
    return AuditCode.RECORDING_OVERDUE if is_late else AuditCode.RECORDING_PROCESSING, note


def _may_come(instance: WebinarInstance, recording_state: RecordingState) -> bool:
    return recording_state is RecordingState.NOT_FOUND and bool(instance.recording_search.next_check_at)


def _is_given_up(
    instance: WebinarInstance, call: Call | None, recording_state: RecordingState, now: datetime
) -> bool:
    since = instance.recording_search.since or now
    start = rules.waits_from(recording_state, transcript_of(call), instance.ended_at or since, since)
    return now >= start + rules.GIVE_UP_AFTER
