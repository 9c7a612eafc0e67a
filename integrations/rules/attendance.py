"""How long each person attended a session, from the rows of Zoom's participant lists (D7, R42, R43).

Says who a row belongs to, which rows can't be used, and what several rows of one person amount to. All times
carry a time zone.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from core.emails import normalise
from core.intervals import Interval, union


class Attendance(NamedTuple):
    """What one person's rows in one session amount to."""

    intervals: tuple[Interval, ...]  # apart from each other, in order, within the session (X4)
    seconds: int  # length of their union
    percent: float  # of the session's length, 0-100, two decimals

    @property
    def first_joined_at(self) -> datetime:
        return self.intervals[0].start

    @property
    def last_left_at(self) -> datetime:
        return self.intervals[-1].end


def was_present(status: str) -> bool:
    """Whether a row with this status means attendance: waiting to be let in doesn't."""
    return status != "in_waiting_room"


def email_of_row(registrant_id: str, user_email: str, registrants: Mapping[str, str]) -> str:
    """Whose row it is, as a normalised email, or "": by registrant, else by email, never by name (D7, R6).

    `registrants` has the normalised email of each registrant of this webinar by its ID.
    """
    return registrants.get(registrant_id, "") or normalise(user_email)


def key_of_unknown(participant_id: str, name: str) -> str:
    """What distinguishes, within one session, people of whom no email is known (to list them, R6, X1)."""
    return f"id:{participant_id}" if participant_id else f"name:{name.strip()}"


def stay_of(joined_at: datetime, left_at: datetime | None, instance: Interval) -> Interval:
    """One row as a stay within reach of the instance it is of: presence is proof (D18).

    Without a leave time it lasts until the instance's end; one that leaves before it joins lasts 0 s.
    """
    if left_at is not None and left_at >= joined_at:
        return Interval(joined_at, left_at)
    start = min(max(joined_at, instance.start), instance.end)
    return Interval(start, instance.end if left_at is None else start)


def attendance_of(
    stays: Iterable[tuple[Interval, Iterable[Interval]]], length: timedelta
) -> Attendance | None:
    """All rows of one person in one session: rejoins, second devices, several instances (D7, D17).

    `stays` pairs each instance, from start to end, with the person's rows in it; `length` is that of all
    instances together. None if no row touches its instance. Touching is enough, even for no time at all: a
    person who left in the second of the start attended for 0 s.
    """
    present = [stay for instance, rows in stays for stay in clipped(rows, instance)]
    intervals = union(present)
    if not intervals:
        return None
    attended = sum((interval.length for interval in intervals), timedelta())
    return Attendance(intervals, round(attended.total_seconds()), _percent(attended, length))


def clipped(rows: Iterable[Interval], session: Interval) -> list[Interval]:
    """The part of each row that lies within the session; rows that do not touch it are left out."""
    start, end = session
    return [
        Interval(max(joined, start), min(left, end))
        for joined, left in rows
        if joined <= end and left >= start
    ]


def _percent(attended: timedelta, length: timedelta) -> float:
    """No one attends more than all of a session, nor any part of one that has no length."""
    return min(100.0, round(100 * (attended / length), 2)) if length else 0.0
