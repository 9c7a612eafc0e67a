"""Why a session has no call or no transcript (E2, R37-R40, R55), and when to check again."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from integrations.rules.schedule import OVERRUN
from integrations.rules.switches import SyncDecision

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
# Zoom needs up to a day to process a recording, in bad times three. After that only a person looks again.
GIVE_UP_AFTER = timedelta(hours=72)
# What is there may be renamed, corrected, trashed or recovered, and a message about it may be lost (D13).
REVISITS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))


class RecordingState(StrEnum):
    """What Zoom answered when asked for a session's recording."""

    READY = "ready"
    PROCESSING = "processing"
    NOT_FOUND = "not_found"  # never recorded, or not to be seen yet: Zoom answers the same to both
    TRASHED = "trashed"
    DELETED = "deleted"
    UNAVAILABLE = "unavailable"  # refused, for instance because the app lacks the scope


class Transcript(StrEnum):
    READY = "ready"
    PROCESSING = "processing"  # or not given out yet
    MISSING = "missing"  # R55: there is none
    UNUSABLE = "unusable"  # there is one, but it cannot be had or read


class Cause(StrEnum):
    """The causes of E2, in the order in which they are looked at: each makes those after it pointless."""

    SWITCHES_OFF = "switches_off"  # R37
    NOBODY_ATTENDED = "nobody_attended"  # R38
    UNAVAILABLE = "unavailable"  # R39
    PROCESSING = "processing"  # R40
    NO_TRANSCRIPT = "no_transcript"  # R55


class Missing(NamedTuple):
    cause: Cause
    detail: str = ""  # the first switch that says no, what Zoom answered, or how the transcript stands


def why_missing(
    switch: SyncDecision,
    attendees: int,
    recording_state: RecordingState,
    transcript: Transcript = Transcript.READY,
) -> Missing | None:
    """Why a session that ended has no call, or one without a transcript; None if nothing is missing.

    `attendees` are those in the CRM: a call needs at least one (D10). Without any, only a recording that
    there is can be missed.
    """
    if switch.first:
        return Missing(Cause.SWITCHES_OFF, switch.first.switch)
    if not attendees:
        there_is_one = recording_state in {RecordingState.READY, RecordingState.PROCESSING}
        return Missing(Cause.NOBODY_ATTENDED) if there_is_one else None
    if recording_state is RecordingState.PROCESSING:
        return Missing(Cause.PROCESSING)
    if recording_state is not RecordingState.READY:
        return Missing(Cause.UNAVAILABLE, recording_state)
    return None if transcript is Transcript.READY else Missing(Cause.NO_TRANSCRIPT, transcript)


def when_hidden(
    *, is_in_trash: bool, is_processing: bool, is_removed: bool, was_there: bool
) -> RecordingState:
    """What it means that Zoom shows no recording, which it says of all of these alike.

    `is_removed` is what Zoom hints at elsewhere; `was_there`, that it was to be seen before.
    """
    if is_in_trash:
        return RecordingState.TRASHED
    if is_processing:
        return RecordingState.PROCESSING
    return RecordingState.DELETED if is_removed or was_there else RecordingState.NOT_FOUND


def over_since(
    ended_at: datetime | None, started_at: datetime | None, planned: timedelta, now: datetime
) -> datetime | None:
    """When a session that was held ended, by the clock or at least by its plan; None while it may go on."""
    if ended_at is None and started_at is not None:
        ended_at = started_at + planned + OVERRUN
    return ended_at if ended_at is not None and ended_at <= now else None


def next_look_at(
    recording_state: RecordingState,
    transcript: Transcript,
    *,
    ended_at: datetime,
    since: datetime,
    looked_at: datetime,
    looks: int,
) -> datetime | None:
    """When to look at a session's recording again, after the `looks`-th look since it is as it is.

    With growing pauses while something may still come, then 1, 7 and 30 days after `since`, when it became as
    it is. None: never by itself. What is there but was not handed out is waited for even if it is old.
    """
    if _is_waited_for(recording_state, transcript):
        start = waits_from(recording_state, transcript, ended_at, since)
        if soon := look_again_at(start, looked_at, looks):
            return soon
    if recording_state in {RecordingState.PROCESSING, RecordingState.NOT_FOUND}:
        return None
    return next((since + pause for pause in REVISITS if since + pause > looked_at), None)


def waits_from(
    recording_state: RecordingState, transcript: Transcript, ended_at: datetime, since: datetime
) -> datetime:
    """From when the time runs after which waiting is given up."""
    is_held_up = recording_state is RecordingState.UNAVAILABLE or transcript is Transcript.PROCESSING
    return max(ended_at, since) if is_held_up else ended_at


def _is_waited_for(recording_state: RecordingState, transcript: Transcript) -> bool:
    if recording_state is RecordingState.READY:
        return transcript is not Transcript.READY
    return recording_state not in {RecordingState.TRASHED, RecordingState.DELETED}


def look_again_at(ended_at: datetime, looked_at: datetime, looks: int) -> datetime | None:
    """When to ask again for a recording or transcript that was not ready at the `looks`-th look.

    After 5, 10, 20 ... minutes, at most 6 hours. None when given up: the last look is 72 hours after the end
    of the session.
    """
    last = ended_at + GIVE_UP_AFTER
    return min(retry_at(looked_at, looks), last) if looked_at < last else None


def retry_at(looked_at: datetime, looks: int) -> datetime:
    """When to ask again after Zoom gave no answer for the `looks`-th time: the same pauses, without end."""
    doublings = min(max(looks - 1, 0), 10)  # ten are far beyond the longest pause
    return looked_at + min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
