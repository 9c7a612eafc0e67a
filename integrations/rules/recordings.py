"""Why a session has no call or no transcript (E2, R37-R40, R55), and when to look for them again.

Decides from what Zoom answered. Knows nothing of files (see `calls`), nor of downloads.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from integrations.rules.switches import Verdict

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
# Zoom needs up to a day to process a recording, in bad times three. After that only a person looks again.
GIVE_UP_AFTER = timedelta(hours=72)


class AtZoom(StrEnum):
    """What Zoom answered when asked for a session's recording."""

    READY = "ready"
    PROCESSING = "processing"
    NOT_FOUND = "not_found"  # never recorded, or not to be seen yet: Zoom answers the same to both
    TRASHED = "trashed"
    DELETED = "deleted"
    UNAVAILABLE = "unavailable"  # refused, for instance because the app lacks the scope


class Transcript(StrEnum):
    READY = "ready"
    PROCESSING = "processing"
    MISSING = "missing"  # R55: there is none, or it cannot be had


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
    switch: Verdict, attendees: int, at_zoom: AtZoom, transcript: Transcript = Transcript.READY
) -> Missing | None:
    """Why a session that ended has no call, or one without a transcript; None if nothing is missing.

    `attendees` are those in the CRM: a call needs at least one (D10).
    """
    if switch.first:
        return Missing(Cause.SWITCHES_OFF, switch.first.switch)
    if not attendees:
        return Missing(Cause.NOBODY_ATTENDED)
    if at_zoom is AtZoom.PROCESSING:
        return Missing(Cause.PROCESSING)
    if at_zoom is not AtZoom.READY:
        return Missing(Cause.UNAVAILABLE, at_zoom)
    return None if transcript is Transcript.READY else Missing(Cause.NO_TRANSCRIPT, transcript)


def look_again_at(ended_at: datetime, looked_at: datetime, looks: int) -> datetime | None:
    """When to ask again for a recording or transcript that was not ready at the `looks`-th look.

    After 5, 10, 20 ... minutes, at most 6 hours. None when given up: the last look is 72 hours after the end
    of the session.
    """
    doublings = min(max(looks - 1, 0), 10)  # ten are far beyond the longest pause
    last = ended_at + GIVE_UP_AFTER
    if looked_at >= last:
        return None
    return min(looked_at + min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE), last)
