"""Transcripts as Zoom writes them: WebVTT, the speaker's name in front of the words."""

from collections.abc import Iterable

from msgspec import Struct


class Cue(Struct, frozen=True):
    start: float
    """Seconds from the beginning of the recording."""
    end: float
    text: str
    speaker: str = ""


def write_vtt(cues: Iterable[Cue]) -> bytes:
    blocks = [
        f"{number}\r\n{_stamp(cue.start)} --> {_stamp(cue.end)}\r\n"
        f"{cue.speaker}{': ' if cue.speaker else ''}{cue.text}\r\n"
        for number, cue in enumerate(cues, 1)
    ]
    return ("WEBVTT\r\n\r\n" + "\r\n".join(blocks)).encode()


def _stamp(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
