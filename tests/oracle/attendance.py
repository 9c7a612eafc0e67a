"""How long a person was there: the union of the stays, clipped to the session."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from tests.oracle.seen import Presence, Session


class Attended(Struct, frozen=True):
    first_joined: datetime
    last_left: datetime
    seconds: int
    percent: float


def attended(session: Session, presences: Mapping[str, Iterable[Presence]]) -> Attended | None:
    """None for someone who was never there during the session. `presences` are by instance."""
    stays = []
    for part in session.parts:
        stays += [
            (max(row.join, part.start), min(row.leave, part.end))
            for row in presences.get(part.instance.uuid, ())
            if row.join <= part.end and row.leave >= part.start
        ]
    stays.sort()
    if not stays:
        return None
    seconds = _union(stays).total_seconds()
    length = sum((part.end - part.start).total_seconds() for part in session.parts)
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
