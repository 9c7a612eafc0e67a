"""How long a person was there: the union of the stays, clipped to the session."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from tests.oracle.seen import Presence, Session


class Attended(Struct, frozen=True):
    first_joined: datetime
    last_left: datetime
    seconds: int
    percent: float


def attended(session: Session, presences: Iterable[Presence]) -> Attended | None:
    """None for somebody who was never there during the session."""
    if session.start is None or session.end is None:
        return None
    start, end = session.start, session.end
    stays = sorted(
        (max(presence.join, start), min(presence.leave, end))
        for presence in presences
        if presence.join <= end and presence.leave >= start
    )
    if not stays:
        return None
    seconds = _union(stays).total_seconds()
    length = (end - start).total_seconds()
    return Attended(
        first_joined=stays[0][0],
        last_left=max(leave for _, leave in stays),
        seconds=round(seconds),
        percent=min(100.0, round(100 * seconds / length, 2)) if length else 0.0,
    )


def _union(stays: list[tuple[datetime, datetime]]) -> timedelta:
    total, until = timedelta(), stays[0][0]
    for join, leave in stays:
        total += max(timedelta(), leave - max(join, until))
        until = max(until, leave)
    return total
