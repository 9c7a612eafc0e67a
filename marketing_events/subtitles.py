"""A transcript as a file: text to read, or WebVTT for a player. Line by line, however long it is.

Texts come from outside: WebVTT gives "<", ">" and "&" a meaning, and a blank line ends a cue.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from marketing_events.transcript import Line, clock


def as_text(title: str, lines: Iterable[Line]) -> Iterator[str]:
    """What one speaker said without a break is one paragraph."""
    yield f"{_one_line(title)}\n"
    for speaker, spoken in groupby(lines, key=lambda line: line.speaker):
        together = list(spoken)
        name = f"  {_one_line(speaker)}" if speaker else ""
        yield f"\n[{clock(together[0].start)}]{name}\n"
        yield from (f"{_one_line(line.text)}\n" for line in together)


def as_vtt(title: str, lines: Iterable[Line]) -> Iterator[str]:
    """`title` stands in the header, where no arrow may stand and players ignore it."""
    yield f"WEBVTT - {_escaped(title)}\n"
    for line in lines:
        voice = f"<v {_escaped(line.speaker)}>" if line.speaker else ""
        yield f"\n{line.position}\n{_stamp(line.start)} --> {_stamp(max(line.start, line.end))}\n"
        yield f"{voice}{_escaped(line.text)}\n"


def _escaped(text: str) -> str:
    return _one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _stamp(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{milliseconds:03}"
