"""When a webinar syncs next without a request (D13).

Often around its sessions, rarely long after them, and never again once everything is final: each sync costs
calls of a quota that the whole account shares.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# A session may last this much longer than planned before it is taken to be over, or never to have been held.
OVERRUN = 3 * HOUR
# Until then a session that should be settled is read when D8 wants it; after it something is wrong in Zoom.
SETTLING = 2 * DAY
# Zoom deletes a webinar 90 days after its planned end: a session that was not held by then never will be.
WAITING = 90 * DAY
# Zoom keeps participants for 12 months at most.
TELLING = 366 * DAY


class Phase(StrEnum):
    """Where a session stands in its life, as far as reading it is concerned."""

    UNDATED = "undated"  # may be held at any time
    FAR = "far"  # more than a week ahead
    NEAR = "near"  # within a week
    TODAY = "today"  # within a day
    LIVE = "live"
    OVERDUE = "overdue"  # should be over, and Zoom says neither that it was held nor when it ended
    MISSED = "missed"  # the same for longer than a day
    JUST_ENDED = "just_ended"  # read until it is final
    UNSETTLED = "unsettled"  # should be final long since
    OVER = "over"  # nothing to be learned any more


PAUSES = {
    Phase.UNDATED: HOUR,
    Phase.FAR: 6 * HOUR,
    Phase.NEAR: HOUR,
    Phase.TODAY: 15 * MINUTE,
    Phase.LIVE: 10 * MINUTE,
    Phase.OVERDUE: HOUR,
    Phase.MISSED: DAY,
    Phase.JUST_ENDED: 10 * MINUTE,
    Phase.UNSETTLED: DAY,
}


class SessionTimes(NamedTuple):
    starts_at: datetime | None  # as held, else as planned
    planned_end: datetime | None = None
    ended_at: datetime | None = None
    next_read_at: datetime | None = None  # of a session that ended: what D8 asks for
    is_final: bool = False


def phase_of(session: SessionTimes, now: datetime) -> Phase:
    if session.is_final:
        return Phase.OVER
    if session.ended_at:
        return _phase_after(now - session.ended_at)
    if session.starts_at is None:
        return Phase.UNDATED
    if now < session.starts_at:
        return _phase_before(session.starts_at - now)
    return _phase_while_not_ended(now - max(session.starts_at, session.planned_end or session.starts_at))


def next_sync_at(sessions: Iterable[SessionTimes], now: datetime) -> datetime | None:
    """When a webinar that was just read is due again: with the first of its sessions. None: never again.

    A series without fixed times has always one more session to come: `SessionTimes(None)` among the others.
    """
    due = (_due_at(session, now) for session in sessions)
    return min((moment for moment in due if moment), default=None)


def _due_at(session: SessionTimes, now: datetime) -> datetime | None:
    phase = phase_of(session, now)
    if phase is Phase.OVER:
        return None
    soonest = now + PAUSES[phase]
    if phase is Phase.JUST_ENDED and session.next_read_at:
        return session.next_read_at if session.next_read_at > now else soonest
    return soonest


def _phase_before(ahead: timedelta) -> Phase:
    if ahead > 7 * DAY:
        return Phase.FAR
    return Phase.NEAR if ahead > DAY else Phase.TODAY


def _phase_while_not_ended(late: timedelta) -> Phase:
    """`late` counts from the planned end, and is negative before it."""
    if late <= OVERRUN:
        return Phase.LIVE
    if late <= DAY:
        return Phase.OVERDUE
    return Phase.MISSED if late <= WAITING else Phase.OVER


def _phase_after(since_end: timedelta) -> Phase:
    if since_end <= SETTLING:
        return Phase.JUST_ENDED
    return Phase.UNSETTLED if since_end <= TELLING else Phase.OVER
