"""Downloads the transcripts of all pieces of a recording, and reads them as one. Writes nothing.

Says for each thing that can go wrong what it means for the call. A missing transcript affects nothing else.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.messages import Message
from integrations.rules import calls as rules
from integrations.rules.speakers import attribute
from integrations.zoom import records
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import (
    NeedsSettings,
    NotFound,
    Refused,
    TokenRejected,
    TooOld,
    TryLater,
    ZoomError,
)
from integrations.zoom.http.downloads import DownloadRefused
from integrations.zoom.transcripts import Cue, NotATranscript, parse
from marketing_events.models import Call
from marketing_events.recorded import SpokenLine

State = Call.Transcript
# Of several pieces the first state in this order counts for the call: what may still come, then what is bad.
_ORDER = (State.PROCESSING, State.UNAVAILABLE, State.UNREADABLE, State.REFUSED, State.NONE, State.READY)


class Problem(NamedTuple):
    state: State
    note: Message | None = None


class Source(NamedTuple):
    """Where the transcript of one piece is; no address: Zoom does not list it, but may have it."""

    url: str = ""
    offset_seconds: float = 0.0
    is_ready: bool = True
    is_captions: bool = False


@dataclass(slots=True)
class TranscriptReading:
    """What could be read, and why the rest could not."""

    lines: list[SpokenLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""

    @property
    def worst(self) -> Problem:
        return min(
            self.problems, key=lambda problem: _ORDER.index(problem.state), default=Problem(State.READY)
        )


def read_transcripts(
    zoom: ZoomClient,
    recording: records.Recording,
    call: rules.Call,
    known_among: Callable[[Collection[str]], Collection[str]],
    alive: Callable[[], None],
) -> TranscriptReading:
    """Reads all transcripts of the call.

    `known_among` says which names are someone's who was there, see `rules.speakers`. `alive` is called after
    each piece, as each may take a while.
    """
    reading = TranscriptReading()
    for source in _sources(call):
        try:
            cues = _read(zoom, source, recording)
        except _AbsentError as absent:
            reading.problems.append(absent.problem)
        else:
            reading.lines += _as_lines(cues) if source.is_captions else _attributed(cues, known_among)
        alive()
    reading.lines.sort(key=lambda line: (line.start_seconds, line.end_seconds))
    reading.digest = hashlib.sha256(repr(reading.lines).encode()).hexdigest()
    return reading


def _attributed(
    cues: Sequence[Cue], known_among: Callable[[Collection[str]], Collection[str]]
) -> list[SpokenLine]:
    """With the speakers whose names are in the text. A voice tag has named the others."""
    nameless = [cue for cue in cues if not cue.speaker]
    parts = dict(zip(nameless, attribute([cue.text for cue in nameless], known_among), strict=True))
    return _as_lines([cue._replace(**parts[cue]._asdict()) if cue in parts else cue for cue in cues])


def _as_lines(cues: Sequence[Cue]) -> list[SpokenLine]:
    """Rounds to Zoom's own milliseconds, which adding the offset has blurred."""
    return [
        SpokenLine(cue.speaker, round(cue.start_seconds, 3), round(cue.end_seconds, 3), cue.text)
        for cue in cues
    ]


class _AbsentError(Exception):
    def __init__(self, state: State, error: ZoomError | NotATranscript | None = None) -> None:
        super().__init__(state)
        self.problem = Problem(state, _reason(error))


def _reason(error: ZoomError | NotATranscript | None) -> Message | None:
    if isinstance(error, NotATranscript):
        return Message("transcript.unreadable", reason=str(error))
    return error.with_details if error else None


def _sources(call: rules.Call) -> Sequence[Source]:
    listed = [
        Source(
            file.download_url,
            call.offset_seconds(piece),
            is_ready=file.status in {"", "completed"},
            is_captions=file.file_type == "CC",
        )
        for piece in call.pieces
        if (file := rules.transcript_of(piece))
    ]
    return listed or [Source()]


def _unlisted(zoom: ZoomClient, uuid: str) -> str:
    try:
        info = zoom.transcript(uuid)
    except NotFound:
        raise _AbsentError(State.NONE) from None
    except (NeedsSettings, Refused, TooOld) as error:
        raise _AbsentError(State.UNAVAILABLE, error) from None
    except TryLater as error:
        raise _AbsentError(State.PROCESSING, error) from None
    if info.is_being_made:
        raise _AbsentError(State.PROCESSING)
    if not info.download_url:
        raise _AbsentError(State.NONE)
    return info.download_url


def _read(zoom: ZoomClient, source: Source, recording: records.Recording) -> list[Cue]:
    """The file's cues, counted from the start of the call."""
    if not source.is_ready:
        raise _AbsentError(State.PROCESSING)
    url = source.url or _unlisted(zoom, recording.uuid)
    try:
        return zoom.download(
            url, lambda content: parse(content, source.offset_seconds), recording.download_access_token
        )
    except NotFound as error:  # though it is listed: that there is none is for the list to say
        raise _AbsentError(State.UNAVAILABLE, error) from None
    except DownloadRefused as error:
        raise _AbsentError(State.REFUSED, error) from None
    except NotATranscript as error:
        raise _AbsentError(State.UNREADABLE, error) from None
    except (TokenRejected, TryLater) as error:
        raise _AbsentError(State.PROCESSING, error) from None
