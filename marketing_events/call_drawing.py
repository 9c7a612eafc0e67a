"""What is drawn along the time of a call: how many were there, and when someone spoke. Pure arithmetic.

Positions are in percent of the width, for attributes of SVG elements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from marketing_events.transcript import Line

HEIGHT = 24
# More would be narrower than a pixel.
_MOST_STEPS = 240
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many were there at once at most, and the outline of how many at which time."""

    most: int
    path: str

    @classmethod
    def between(
        cls, start: datetime, end: datetime, joined: Mapping[datetime, int], left: Mapping[datetime, int]
    ) -> "Attendance":
        """`joined` and `left` tell how many came and went in which minute, before the start too."""
        counts = _in_steps(list(_each_minute(start, end, joined, left)))
        most = max(counts, default=0)
        return cls(most, _outline(counts, most) if most else "")


def _each_minute(
    start: datetime, end: datetime, joined: Mapping[datetime, int], left: Mapping[datetime, int]
) -> Iterable[int]:
    """A person who leaves within a minute still counts in it."""
    minute = start.replace(second=0, microsecond=0)
    there = sum(count for at, count in joined.items() if at < minute)
    there -= sum(count for at, count in left.items() if at < minute)
    while minute < end:
        there += joined.get(minute, 0)
        yield there
        there -= left.get(minute, 0)
        minute += _MINUTE


def _in_steps(counts: Sequence[int]) -> list[int]:
    """No more than can be seen, each the most of its minutes."""
    size = max(1, ceil(len(counts) / _MOST_STEPS))
    return [max(counts[index : index + size]) for index in range(0, len(counts), size)]


def _outline(counts: Sequence[int], most: int) -> str:
    width = 100 / len(counts)
    path = f"M0 {HEIGHT}"
    for index, count in enumerate(counts):
        y = round(HEIGHT * (1 - count / most), 2)
        path += f"L{round(index * width, 2)} {y}L{round((index + 1) * width, 2)} {y}"
    return f"{path}L100 {HEIGHT}Z"


def spoken(lines: Iterable[Line], length: float) -> str:
    """The outline of when someone spoke, of a call of so many seconds; it is 4 high.

    Pauses too short to be seen are left out, so that it is never long.
    """
    pieces: list[tuple[float, float]] = []
    seen = length / _MOST_STEPS
    for line in lines if length > 0 else ():
        start, end = line.start, max(line.end, line.start + seen)
        if pieces and start - pieces[-1][1] < seen:
            pieces[-1] = pieces[-1][0], max(end, pieces[-1][1])
        else:
            pieces.append((start, end))
    shares = ((min(100 * at / length, 100) for at in piece) for piece in pieces)
    return "".join(f"M{start:.1f} 0V4H{end:.1f}V0Z" for start, end in shares)
