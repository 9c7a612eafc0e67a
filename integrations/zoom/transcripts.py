"""A transcript file as utterances: who spoke, from when to when, what (D10).

Parsing itself is webvtt-py's. Here is what Zoom's files need on top: odd encodings, speakers that stand in
the text ("Anna Berg: Hello"), cues out of order. Knows nothing of where a file came from. Texts leave as
plain text: markup is taken off and entities are resolved, so whoever shows them must escape them.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import webvtt
from webvtt.errors import MalformedFileError
from webvtt.models import Caption

# A name in front of what was said. Zoom puts "Name: " before each cue whose speaker it knows.
_SPEAKER = re.compile(r"(?P<speaker>[^\W\d_][^:.?!\n]{0,63}?)\s*:\s+(?P<text>.*)", re.DOTALL)
_LONGEST_NAME_IN_WORDS = 6
_LONGEST_SPEAKER = 200
# From this share of the cues on, a word before a colon is how the file marks its speakers.
_SHARE_OF_MARKED_CUES = 0.3


class NotATranscript(ValueError):  # noqa: N818 - says what the file is
    """The file is something else: a page, a video, nothing at all."""


class Spoken(NamedTuple):
    speaker: str
    start_seconds: float
    end_seconds: float
    text: str


def parse(content: bytes, offset_seconds: float = 0.0) -> list[Spoken]:
    """The utterances of a VTT file in the order in which they were spoken; none for a file without cues.

    `offset_seconds` is where the recorded piece begins within the call. Cues without text are left out; one
    that ends before it begins ends where it begins. Raises NotATranscript.
    """
    try:
        captions = webvtt.from_string(_decode(content)).captions
    except MalformedFileError as error:
        raise NotATranscript("The file is not a WebVTT transcript.") from error
    cues = [cue for caption in captions if (cue := _cue(caption, offset_seconds)).text]
    cues.sort(key=lambda cue: (cue.start_seconds, cue.end_seconds))
    return _with_speakers(cues)


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


def _cue(caption: Caption, offset_seconds: float) -> Spoken:
    start = caption.start_time.in_milliseconds() / 1000 + offset_seconds
    end = caption.end_time.in_milliseconds() / 1000 + offset_seconds
    text = " ".join(html.unescape(caption.text).split())
    return Spoken(html.unescape(caption.voice or "").strip(), start, max(start, end), text)


def _with_speakers(cues: Sequence[Spoken]) -> list[Spoken]:
    """Takes names out of the texts, unless the colons are just part of what was said."""
    marked = {index: found for index, cue in enumerate(cues) if (found := _marked_speaker(cue))}
    often = Counter(found["speaker"] for found in marked.values())
    is_habit = len(marked) >= _SHARE_OF_MARKED_CUES * len(cues)
    return [
        cue._replace(speaker=found["speaker"][:_LONGEST_SPEAKER], text=found["text"])
        if (found := marked.get(index)) and (is_habit or often[found["speaker"]] > 1)
        else cue._replace(speaker=cue.speaker[:_LONGEST_SPEAKER])
        for index, cue in enumerate(cues)
    ]


def _marked_speaker(cue: Spoken) -> re.Match[str] | None:
    found = None if cue.speaker else _SPEAKER.match(cue.text)
    return found if found and len(found["speaker"].split()) <= _LONGEST_NAME_IN_WORDS else None
