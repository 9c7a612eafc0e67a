"""A transcript as a page shows it: who spoke how long, where to jump to, what was found, what was heard.

Pure: lines in, lines out. Texts leave as they came, cut into pieces at most, so that the template escapes
each of them; no markup is made here.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# A jump every so many seconds: the first of these that leaves no more jumps than one takes in at a glance.
_STEPS = (60, 120, 300, 600, 900, 1800, 3600)
_MOST_JUMPS = 24

type Span = tuple[float, float]  # seconds from the start of the call


class Line(NamedTuple):
    """An utterance. `position` counts from 1 and stays the same whatever is filtered."""

    position: int
    speaker: str
    start: float
    end: float
    text: str


class Speaker(NamedTuple):
    name: str
    seconds: float
    percent: float  # of all that was said
    lines: int


class Jump(NamedTuple):
    seconds: int
    position: int  # of the first line from there on


def speakers_of(lines: Iterable[Line]) -> list[Speaker]:
    """Everyone who spoke, the longest first. Lines without a known speaker count as one speaker: ""."""
    seconds: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for line in lines:
        seconds[line.speaker] += line.end - line.start
        count[line.speaker] += 1
    whole = sum(seconds.values())
    speakers = [
        Speaker(name, spoken, 100 * spoken / whole if whole else 0.0, count[name])
        for name, spoken in seconds.items()
    ]
    return sorted(speakers, key=lambda speaker: (-speaker.seconds, -speaker.lines, speaker.name))


def jumps_in(lines: Sequence[Line]) -> list[Jump]:
    """Links to the first line of every so many minutes; minutes without speech are left out."""
    if not lines:
        return []
    last = lines[-1].start
    step = next((step for step in _STEPS if last / step < _MOST_JUMPS), _STEPS[-1])
    jumps: dict[int, int] = {}
    for line in lines:
        jumps.setdefault(int(line.start // step) * step, line.position)
    return [Jump(seconds, position) for seconds, position in jumps.items()]


class Search:
    """Looks for lines that hold every word, in whatever case; nothing searched finds nothing."""

    def __init__(self, text: str) -> None:
        self.words = sorted({word.casefold() for word in text.split()}, key=lambda word: (-len(word), word))
        self._any = re.compile("|".join(map(re.escape, self.words)), re.IGNORECASE)

    def finds(self, line: Line) -> bool:
        text = line.text.casefold()
        return bool(self.words) and all(word in text for word in self.words)

    def pieces(self, text: str) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is one of the words."""
        if not self.words:
            return [(text, False)]
        parts, done = [], 0
        for match in self._any.finditer(text):
            parts += [(text[done : match.start()], False), (match[0], True)]
            done = match.end()
        return [(piece, hit) for piece, hit in [*parts, (text[done:], False)] if piece]


def heard_in(lines: Iterable[Line], presence: Sequence[Span]) -> set[int]:
    """The positions of the lines of which someone heard something, who was there in these spans.

    `presence` is in order and does not overlap.
    """
    starts, ends = [start for start, _end in presence], [end for _start, end in presence]
    return {line.position for line in lines if _meets(line, starts, ends)}


def _meets(line: Line, starts: Sequence[float], ends: Sequence[float]) -> bool:
    """Whether any span touches it: of those that began before its end, the last ends after its start."""
    began = bisect_right(starts, line.end)
    return bisect_left(ends, line.start, hi=began) < began


def clock(seconds: float) -> str:
    """As players show it: 0:09, 12:34, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
