"""Transcript and caption files (WebVTT) as cues that keep every word (D10, D23).

An own parser, because the libraries lose what Zoom's files have: webvtt-py and pycaption the text after a
blank line and beside an arrow ("A --> B"), pysubs2 whatever is in angle brackets, all of them times with a
comma. Texts are plain: WebVTT's own tags are removed and entities resolved, so pages must escape them.
"""

import html
import re
from itertools import pairwise
from typing import NamedTuple

_ARROW = re.compile(r"\s*(?P<start>\S+?)\s*-->\s*(?P<end>\S+)(?P<rest>.*)")
_TIME = re.compile(r"(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)
_SETTING = re.compile(r"(?:vertical|line|position|size|align|region):\S+")
_HEADER = re.compile(r"\s*WEBVTT(?:\s|$)")
_COMMENT = re.compile(r"NOTE(?:\s|$)")
_DEFINITION = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>")
_TAG = re.compile(r"</?(?:c|i|b|u|ruby|rt|v|lang)(?:\.[^\s<>]*)?>|<lang(?:\.[^\s<>]*)?\s[^<>]*>|<[\d:.]+\d>")
_ENTITY = re.compile(r"&#?\w+;")


class NotATranscript(ValueError):  # noqa: N818 - says what the file is
    """The file is something else (a page, a video), or no cue of it can be read."""


class Cue(NamedTuple):
    speaker: str  # only from a voice tag, see `rules.speakers` for names in the text
    start_seconds: float
    end_seconds: float
    text: str


class _Timing(NamedTuple):
    line: int
    start: float
    end: float
    rest: str  # what follows on the same line, without settings


def parse(content: bytes, offset_seconds: float = 0.0) -> list[Cue]:
    """The cues with text, in order of time; none for a file without any text. Raises NotATranscript.

    `offset_seconds` is where the recorded piece begins within the call. A cue that ends before it begins ends
    where it begins.
    """
    lines = re.sub(r"\r*\n|\r", "\n", _decode(content)).lstrip("\ufeff \t\n").split("\n")
    timings = [timing for number, line in enumerate(lines) if (timing := _timing(number, line))]
    _check_beginning(lines[: timings[0].line] if timings else lines, has_cues=bool(timings))
    cues = [
        cue
        for timing, following in pairwise([*timings, None])
        if timing and (cue := _cue(timing, _body(lines, timing, following), offset_seconds)).text
    ]
    return sorted(cues, key=lambda cue: (cue.start_seconds, cue.end_seconds))


def _decode(content: bytes) -> str:
    """UTF-16 where a byte order mark says so, UTF-8 where it is valid, else Windows' Western code page."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return text.replace("\0", "")  # PostgreSQL stores no NUL


def _timing(number: int, line: str) -> _Timing | None:
    """A line with an arrow and a time on at least one side, which then serves for the other one too."""
    match = _ARROW.match(line)
    if match is None:
        return None
    start, end = _seconds(match["start"]), _seconds(match["end"])
    known = next((time for time in (start, end) if time is not None), None)
    if known is None:
        return None
    return _Timing(
        number,
        known if start is None else start,
        known if end is None else end,
        " ".join(word for word in match["rest"].split() if not _SETTING.fullmatch(word)),
    )


def _seconds(text: str) -> float | None:
    """Times have hours or a fraction; what is less ("10:30") is something that people say."""
    match = _TIME.fullmatch(text)
    if match is None or not (match[1] or match[4]):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    return hours * 3600 + minutes * 60 + seconds + float(f"0.{match[4] or 0}")


def _check_beginning(lines: list[str], *, has_cues: bool) -> None:
    """Before the first cue stands WebVTT's header, or nothing but the cue's number (as in SRT files)."""
    blocks = _blocks(lines)
    if not lines or not _HEADER.match(lines[0]):
        if not has_cues or len(blocks) > 1 or (blocks and not blocks[0].isdigit()):
            raise NotATranscript("The file is not a WebVTT transcript.")
    elif not has_cues and ("-->" in blocks[0] or not all(map(_DEFINITION.match, blocks[1:]))):
        raise NotATranscript("The file has text, but no cue that can be read.")


def _blocks(lines: list[str]) -> list[str]:
    """What stands between blank lines."""
    return [block.strip() for block in re.split(r"\n\s*\n", "\n".join(lines)) if block.strip()]


def _body(lines: list[str], timing: _Timing, following: _Timing | None) -> list[str]:
    """All text up to the next timing line, also after blank lines, without comments and the next number."""
    body = [timing.rest, *lines[timing.line + 1 : following.line if following else len(lines)]]
    if following and _ends_with_identifier(body):
        body.pop()
    first, *others = _blocks(body) or [""]
    return [first, *(block for block in others if not _COMMENT.match(block))]


def _ends_with_identifier(body: list[str]) -> bool:
    """A line by itself above the next timing line: a number, or a name if the cue has its text already."""
    *above, last = (line.strip() for line in body)
    return len(above) > 1 and not above[-1] and bool(last) and (last.isdigit() or any(above))


def _cue(timing: _Timing, body: list[str], offset_seconds: float) -> Cue:
    voices: list[str] = []

    def take_voice(tag: re.Match[str]) -> str:
        """A second speaker within the cue stays in the text."""
        voices.append(_plain(tag[1]))
        return "" if voices[-1] == voices[0] else f" {tag[1]}: "

    text = _TAG.sub("", _VOICE.sub(take_voice, " ".join(body)))
    start, end = timing.start + offset_seconds, timing.end + offset_seconds
    return Cue(voices[0] if voices else "", start, max(start, end), _plain(text))


def _plain(text: str) -> str:
    return " ".join(_ENTITY.sub(lambda entity: html.unescape(entity[0]), text).split())
