"""Which sessions a webinar has, from what is planned and which instances were held, and how long each lasted.

Decides which instance takes over which planned session, what a practice session is, and a session's bounds
(D7, X5). Knows nothing of people beyond the times of their rows.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from integrations.rules.attendance import Interval

# How far from its plan an instance may start and still be that occurrence, if Zoom does not say which it is.
REACH = timedelta(hours=12)

_NEVER = datetime.max.replace(tzinfo=UTC)


class Kind(IntEnum):
    """Zoom's types of webinars."""

    SINGLE = 5
    RECURRING_NO_TIME = 6
    RECURRING = 9


class Occurrence(NamedTuple):
    """A planned date of a recurring webinar that was not deleted at Zoom."""

    occurrence_id: str
    starts_at: datetime | None


class Instance(NamedTuple):
    """A run of the webinar that was held. Practice sessions are left out before."""

    uuid: str
    started_at: datetime | None
    occurrence_id: str = ""  # where Zoom says it


class Session(NamedTuple):
    """A planned session (no uuid), or a held one.

    `key` names it within its webinar, and stays when the first instance takes the planned session over.
    """

    key: str
    uuid: str
    occurrence_id: str
    planned_start: datetime | None
    started_at: datetime | None


class Bounds(NamedTuple):
    interval: Interval
    is_zooms: bool  # Zoom's own start and end, not derived from the participants


def sessions_of(
    kind: int,
    planned_start: datetime | None,
    occurrences: Iterable[Occurrence],
    instances: Iterable[Instance],
) -> tuple[Session, ...]:
    """Every session of a webinar, in the order of their starts.

    A recurring webinar with fixed times has one session planned for each occurrence, all others have one, and
    so has a series of which Zoom lists no occurrence. The first instance of an occurrence takes its planned
    session over; later ones (a restart, a host whose line dropped) and those that belong to none are sessions
    of their own.
    """
    planned = list(occurrences) if kind == Kind.RECURRING else []
    starts = {occurrence.occurrence_id: occurrence.starts_at for occurrence in planned} or {"": planned_start}
    sessions: dict[str, Session] = {}
    for instance in sorted(instances, key=lambda instance: (instance.started_at or _NEVER, instance.uuid)):
        occurrence_id = occurrence_of(instance, planned) if kind == Kind.RECURRING else ""
        key = f"planned:{occurrence_id if planned else ''}"
        if key in sessions or (planned and occurrence_id not in starts):
            key = f"uuid:{instance.uuid}"
        start = starts.get(occurrence_id if planned else "")
        sessions[key] = Session(key, instance.uuid, occurrence_id, start, instance.started_at)
    for occurrence_id, starts_at in starts.items():
        key = f"planned:{occurrence_id}"
        sessions.setdefault(key, Session(key, "", occurrence_id, starts_at, None))
    return tuple(sorted(sessions.values(), key=lambda s: (s.started_at or s.planned_start or _NEVER, s.key)))


def occurrence_of(instance: Instance, planned: Sequence[Occurrence]) -> str:
    """The occurrence that an instance is of, or "": the one that Zoom names, else the nearest planned start.

    Between two occurrences the nearer one wins (of two equally near ones the earlier), none beyond `REACH`.
    """
    if instance.occurrence_id or instance.started_at is None:
        return instance.occurrence_id
    distances = [
        (abs(instance.started_at - occurrence.starts_at), occurrence.starts_at, occurrence.occurrence_id)
        for occurrence in planned
        if occurrence.starts_at
    ]
    distance, _, occurrence_id = min(distances, default=(REACH, _NEVER, ""))
    return occurrence_id if distance <= REACH else ""


def is_practice(
    told_by_zoom: bool | None,
    ended_at: datetime | None,
    planned_start: datetime | None,
    *,
    only_staff: bool,
    is_only_instance: bool,
) -> bool:
    """Whether an instance was a practice session, which does not count (D7).

    Zoom says so in a webhook alone. Where none came (`told_by_zoom` is None), an instance was one if it was
    over when the webinar was planned to start, only host, panelists and internal users were there (and
    somebody was), and the webinar was held another time as well.
    """
    if told_by_zoom is not None:
        return told_by_zoom
    if is_only_instance or not only_staff or ended_at is None or planned_start is None:
        return False
    return ended_at <= planned_start


def bounds_of(
    started_at: datetime | None,
    reported: tuple[datetime | None, datetime | None] = (None, None),
    webhook_ended_at: datetime | None = None,
    rows: Iterable[Interval] = (),
) -> Bounds | None:
    """When a session began and ended: as Zoom reports it, else as webhook and instance say, else by its rows.

    For a session that was held: where nothing tells when it ended, and nobody came, it has no length. None
    when not even a start is known.
    """
    if reported[0] and reported[1] and reported[0] <= reported[1]:
        return Bounds(Interval(reported[0], reported[1]), is_zooms=True)
    rows = list(rows)
    start = started_at or min((row.start for row in rows), default=None)
    if start is None:
        return None
    if webhook_ended_at and webhook_ended_at >= start:
        return Bounds(Interval(start, webhook_ended_at), is_zooms=started_at is not None)
    last_left = max((row.end for row in rows), default=start)
    return Bounds(Interval(start, max(start, last_left)), is_zooms=False)
