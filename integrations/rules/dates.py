"""Which date of a webinar each instance belongs to, and what a date's instances come to together (D17).

A planned date has a window. Every instance that begins in it belongs to that date: one event, whoever
restarted the webinar how often. An instance outside every window is an unplanned session. A webinar without
fixed times has no windows: each of its instances is a date of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.intervals import Interval

BEFORE = timedelta(minutes=60)
AFTER = timedelta(hours=12)

_NEVER = datetime.max.replace(tzinfo=UTC)


class PlannedDate(NamedTuple):
    """A date as Zoom plans it. `key` tells the dates of one webinar apart."""

    key: int
    starts_at: datetime | None  # None: at any time
    length: timedelta
    occurrence_id: str = ""
    is_deleted: bool = False


class Window(NamedTuple):
    """From `opens_at` on, and before `closes_at`."""

    opens_at: datetime
    closes_at: datetime

    def __contains__(self, moment: object) -> bool:
        return isinstance(moment, datetime) and self.opens_at <= moment < self.closes_at


class DatedInstance(NamedTuple):
    """An instance that was held; practice sessions are left out before."""

    uuid: str
    started_at: datetime | None
    occurrence_id: str = ""  # where Zoom says it
    kept_date: int | None = None  # the date it stays with, whatever Zoom plans now


class Place(StrEnum):
    """What an instance is of."""

    PLANNED = "planned"
    UNDATED = "undated"  # of a webinar without fixed times
    UNPLANNED = "unplanned"


class Assignment(NamedTuple):
    uuid: str
    place: Place
    date: int | None = None  # the planned date's key


def own_window(date: PlannedDate) -> Window | None:
    """The window of a date that has no other date after it."""
    if date.starts_at is None:
        return None
    return Window(date.starts_at - BEFORE, date.starts_at + date.length + AFTER)


def windows_of(dates: Iterable[PlannedDate]) -> dict[int, Window]:
    """The window of each date that has a time. One closes when the next one opens."""
    in_order = sorted((date for date in dates if date.starts_at), key=_in_order)
    windows: dict[int, Window] = {}
    following: datetime = _NEVER
    for date in reversed(in_order):
        window = own_window(date)
        assert window is not None  # noqa: S101 - those without a time were left out
        windows[date.key] = window._replace(closes_at=min(window.closes_at, following))
        following = window.opens_at
    return windows


def assign(dates: Iterable[PlannedDate], instances: Iterable[DatedInstance]) -> list[Assignment]:
    """The date of each instance. `dates` are all that the webinar has, deleted ones too.

    A deleted date only has the instances that keep it, and those that Zoom itself calls its own.
    """
    dates = list(dates)
    standing = [date for date in dates if not date.is_deleted]
    windows = windows_of(standing)
    has_plan = bool(windows)
    deleted = {date.occurrence_id: date for date in dates if date.is_deleted and date.occurrence_id}
    return [_assignment(instance, windows, deleted, has_plan=has_plan) for instance in instances]


def _assignment(
    instance: DatedInstance,
    windows: dict[int, Window],
    deleted: dict[str, PlannedDate],
    *,
    has_plan: bool,
) -> Assignment:
    if instance.kept_date is not None:
        return Assignment(instance.uuid, Place.PLANNED, instance.kept_date)
    for key, window in windows.items():
        if instance.started_at in window:
            return Assignment(instance.uuid, Place.PLANNED, key)
    named = deleted.get(instance.occurrence_id)
    named_window = own_window(named) if named else None
    if named and named_window and instance.started_at in named_window:
        return Assignment(instance.uuid, Place.PLANNED, named.key)
    return Assignment(instance.uuid, Place.UNPLANNED if has_plan or deleted else Place.UNDATED)


class HeldInstance(NamedTuple):
    """An instance of a date, as far as the date is concerned."""

    uuid: str
    started_at: datetime | None
    ended_at: datetime | None
    is_final: bool = False

    @property
    def interval(self) -> Interval | None:
        """From start to end. None while the instance goes on, or where no one knows."""
        if self.started_at is None or self.ended_at is None or self.ended_at < self.started_at:
            return None
        return Interval(self.started_at, self.ended_at)

    @property
    def length(self) -> timedelta:
        return self.interval.length if self.interval else timedelta()


class Session(NamedTuple):
    """What the instances of one date come to: the session that marketing sees."""

    uuid: str = ""  # of the longest instance; "" when nothing was held
    started_at: datetime | None = None
    ended_at: datetime | None = None  # None while an instance goes on
    length: timedelta = timedelta()  # the sum of the instances' lengths
    is_final: bool = False


def session_of(instances: Sequence[HeldInstance]) -> Session:
    """Final only when each of the instances is. Of equally long instances the earliest names the session."""
    if not instances:
        return Session()
    in_order = sorted(instances, key=lambda instance: (instance.started_at or _NEVER, instance.uuid))
    longest = max(in_order, key=lambda instance: instance.length)
    ends = [instance.ended_at for instance in instances]
    return Session(
        uuid=longest.uuid,
        started_at=in_order[0].started_at,
        ended_at=None if None in ends else max(end for end in ends if end),
        length=sum((instance.length for instance in instances), timedelta()),
        is_final=all(instance.is_final for instance in instances),
    )


def is_settled(session: Session, date: PlannedDate, now: datetime) -> bool:
    """Whether a date's attendance is final, so that there are no-shows.

    What ended before the planned start proves nothing about those who come on time: then the plan's end is
    awaited as well.
    """
    if not session.is_final or session.ended_at is None:
        return False
    return date.starts_at is None or session.ended_at > date.starts_at or now >= date.starts_at + date.length


def was_missed(date: PlannedDate, window: Window | None, now: datetime) -> bool:
    """Whether a planned date without any instance was not held: its window has closed."""
    return date.starts_at is not None and window is not None and now >= window.closes_at


def must_keep(
    date: PlannedDate, moved_to: datetime | None, length: timedelta, starts: Iterable[datetime]
) -> bool:
    """Whether a date that Zoom moves stays as it was, for what was held then and is final.

    `starts` are the starts of its final instances. A correction that still covers them moves the date.
    """
    window = own_window(date._replace(starts_at=moved_to, length=length))
    return any(window is None or start not in window for start in starts)


def _in_order(date: PlannedDate) -> tuple[datetime, int]:
    return date.starts_at or _NEVER, date.key
