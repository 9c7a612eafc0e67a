"""What an instance of a webinar was: practice or not, and from when to when (D7, D17).

Which date it belongs to is in `dates`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from core.intervals import Interval
from integrations.rules.dates import PlannedDate, windows_of

# How long before a planned start the speakers may practice, beyond the hour that belongs to the date itself.
PRACTICE_REACH = timedelta(hours=24)


class Kind(IntEnum):
    """Zoom's types of webinars."""

    SINGLE = 5
    RECURRING_NO_TIME = 6
    RECURRING = 9


class Bounds(NamedTuple):
    interval: Interval
    is_zooms: bool  # Zoom's own start and end, not derived from the participants


def is_practice(
    said_by_zoom: bool | None,
    instance: Interval | None,
    dates: Iterable[PlannedDate],
    *,
    only_staff: bool,
) -> bool:
    """Whether an instance was a practice session, which does not count (D7, D17).

    Zoom says so in a webhook alone. Where none came (`said_by_zoom` is None), an instance was one if it is
    over, only host, co-hosts and panelists were there (and someone was), and it was over before the start of
    the date that it belongs to, or of one on the following day. A webinar without fixed times has no start to
    compare with: there, people decide.
    """
    if said_by_zoom is not None:
        return said_by_zoom
    if not only_staff or instance is None:
        return False
    dated = [date for date in dates if date.starts_at and not date.is_deleted]
    return not dated or _is_before_a_start(instance, dated)


def _is_before_a_start(instance: Interval, dates: list[PlannedDate]) -> bool:
    starts = {date.key: date.starts_at for date in dates if date.starts_at}
    for key, window in windows_of(dates).items():
        if instance.start in window:
            return instance.end <= starts[key]
    return any(instance.end <= start <= instance.end + PRACTICE_REACH for start in starts.values())


def bounds_of(
    started_at: datetime | None,
    reported: tuple[datetime | None, datetime | None] = (None, None),
    webhook_ended_at: datetime | None = None,
    rows: Iterable[Interval] = (),
) -> Bounds | None:
    """When a session began and ended: as Zoom reports it, else as webhook and instance say, else by its rows.

    For a session that was held: if nothing says when it ended and no one came, it has no length. None
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
