"""Where to draw what: bars of counts and of presence, in percent of their width. Pure arithmetic.

Positions are attributes of SVG elements, because the content policy allows no styles in the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

NARROWEST = 0.6  # percent: someone who looked in for seconds is still seen


@dataclass(frozen=True, slots=True)
class Piece:
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, with its place in the bar that is drawn of it."""

    key: str
    label: str
    number: int
    percent: float
    piece: Piece


def presence(stays: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> list[Piece]:
    """Each stay as a piece of the bar that stands for the time from start to end."""
    length = (end - start).total_seconds()
    if length <= 0:
        return []
    pieces = []
    for joined, left in stays:
        x = min(max((joined - start).total_seconds() / length * 100, 0), 100)
        until = min(max((left - start).total_seconds() / length * 100, 0), 100)
        width = max(until - x, NARROWEST)
        pieces.append(Piece(round(min(x, 100 - width), 2), round(width, 2)))
    return pieces


def shares(counts: Sequence[tuple[str, str, int]]) -> list[Share]:
    """(key, label, number) of each part, one after the other; nothing at all has no bar."""
    total = sum(number for _key, _label, number in counts)
    drawn, x = [], 0.0
    for key, label, number in counts:
        percent = 100 * number / total if total else 0.0
        drawn.append(Share(key, label, number, round(percent, 1), Piece(round(x, 2), round(percent, 2))))
        x += percent
    return drawn
