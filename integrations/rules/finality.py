"""When the attendance of a session is final, and when to read it again until it is (D8).

Zoom fills its participant lists for a while after the end. They are believed once two complete reads, at
least 30 minutes apart, agree, or with the first complete read made 24 hours or more after the end. Knows
nothing of what is in the lists but a digest.
"""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

APART = timedelta(minutes=30)
LONGEST = timedelta(hours=24)

_MODULUS = 1 << 128


class RowsDigest:
    """A digest of rows that does not depend on their order, in the memory of one number.

    Rows differ by any of their fields, and are counted: the same row twice isn't the row once.
    """

    __slots__ = ("_count", "_sum")

    def __init__(self) -> None:
        self._count = 0
        self._sum = 0

    def add(self, *fields: str | int | None) -> None:
        digest = blake2b(repr(fields).encode(), digest_size=16).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % _MODULUS
        self._count += 1

    def __str__(self) -> str:
        return f"{self._count}:{self._sum:032x}"


class Reading(NamedTuple):
    """What complete reads after the end have shown so far. Kept with the session."""

    digest: str = ""
    first_read_at: datetime | None = None  # when the answer that still holds was read first
    last_read_at: datetime | None = None
    final_at: datetime | None = None  # stays once set: a later change is written, but opens nothing again


NOT_READ = Reading()


class Read(NamedTuple):
    at: datetime
    digest: str
    is_complete: bool = True  # read to its end; an interrupted read proves nothing


def after_read(before: Reading, read: Read, ended_at: datetime | None) -> Reading:
    """What is known once this read is known, too.

    Reads before the end, broken ones, and ones overtaken by a later read change nothing (D12).
    """
    if not read.is_complete or ended_at is None or read.at < ended_at:
        return before
    if before.last_read_at and read.at <= before.last_read_at:
        return before
    agrees = before.first_read_at is not None and read.digest == before.digest
    since = before.first_read_at if agrees and before.first_read_at else read.at
    settled = read.at - since >= APART or read.at - ended_at >= LONGEST
    return Reading(read.digest, since, read.at, before.final_at or (read.at if settled else None))


def next_read_at(reading: Reading, ended_at: datetime) -> datetime | None:
    """When a read would next bring the decision nearer; None once it is final.

    In the past when that read is overdue, for instance because it broke: how soon to try again is then the
    matter of whoever retries.
    """
    if reading.final_at:
        return None
    if reading.first_read_at is None:
        return ended_at
    return min(reading.first_read_at + APART, ended_at + LONGEST)
