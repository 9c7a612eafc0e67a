"""One call from the files of a session's recording, however often the recording was stopped (D10).

Says which files were recorded together, which link plays, and which file is the transcript.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from core.intervals import Interval

_PLAYABLE = ("MP4", "M4A")  # in this order: a picture says more
# Which picture to play, the best first: what was shown, with whoever spoke.
_VIDEOS = (
    "shared_screen_with_speaker_view(CC)",
    "shared_screen_with_speaker_view",
    "production_studio",
    "shared_screen_with_gallery_view",
    "active_speaker",
    "gallery_view",
    "shared_screen",
)
_TRANSCRIPTS = ("TRANSCRIPT", "CC")  # Zoom's own names the speakers, captions need not


class RecordingFile(NamedTuple):
    """A file as Zoom lists it. Captions and time lines have neither ID, status nor recording type."""

    file_id: str
    file_type: str  # MP4, M4A, TRANSCRIPT, CC, CHAT, ...
    recording_type: str = ""
    status: str = ""
    span: Interval | None = None  # None: Zoom's times are missing or unusable
    play_url: str = ""
    download_url: str = ""


class Piece(NamedTuple):
    """What was recorded between one press of the button and the next."""

    number: int  # from 1
    span: Interval | None
    files: tuple[RecordingFile, ...]


class Call(NamedTuple):
    starts_at: datetime | None
    duration_seconds: int  # recorded time: the pauses between pieces do not count
    play_url: str
    pieces: tuple[Piece, ...]

    def offset_seconds(self, piece: Piece) -> float:
        """How long after the call's start the piece begins, by the clock: what its transcript counts from."""
        if self.starts_at is None or piece.span is None:
            return 0.0
        return (piece.span.start - self.starts_at).total_seconds()


def call_of(
    files: Iterable[RecordingFile], started_at: datetime | None = None, minutes: int = 0, share_url: str = ""
) -> Call:
    """All files of a session's recording as one call.

    `started_at`, `minutes` and `share_url` are the recording's own: they are used where no file has them.
    """
    pieces = pieces_of(files)
    spans = [piece.span for piece in pieces if piece.span]
    recorded = sum((span.length for span in spans), timedelta()) if spans else timedelta(minutes=minutes)
    url = next((file.play_url for file in playable(pieces)), share_url)
    starts_at = spans[0].start if spans else started_at
    return Call(starts_at, round(recorded.total_seconds()), url, pieces)


def pieces_of(files: Iterable[RecordingFile]) -> tuple[Piece, ...]:
    """Files that overlap in time were recorded together; those without times belong to the first piece."""
    in_order = sorted(files, key=lambda file: (file.file_id, file.file_type, file.recording_type))
    undated = [file for file in in_order if file.span is None]
    groups: list[tuple[Interval, list[RecordingFile]]] = []
    for span, file in sorted((file.span, file) for file in in_order if file.span):
        if groups and _overlap(groups[-1][0], span):
            around, together = groups.pop()
            groups.append((Interval(around.start, max(around.end, span.end)), [*together, file]))
        else:
            groups.append((span, [file]))
    if not groups:
        return (Piece(1, None, tuple(undated)),) if undated else ()
    groups[0][1].extend(undated)
    return tuple(Piece(number, span, tuple(files)) for number, (span, files) in enumerate(groups, start=1))


def playable(pieces: Iterable[Piece]) -> list[RecordingFile]:
    """The files that a link plays, the one to offer first: video before sound, then early before late."""
    files = [
        (_PLAYABLE.index(file.file_type), piece.number, _rank(file), file)
        for piece in pieces
        for file in piece.files
        if file.play_url and file.file_type in _PLAYABLE
    ]
    return [file for *_, file in sorted(files, key=lambda ranked: ranked[:3])]


def transcript_of(piece: Piece) -> RecordingFile | None:
    """The file that holds what was said in a piece, or None."""
    transcripts = [file for file in piece.files if file.file_type in _TRANSCRIPTS]
    return min(transcripts, key=lambda file: _TRANSCRIPTS.index(file.file_type), default=None)


def is_processing(files: Sequence[RecordingFile]) -> bool:
    """Zoom has the recording, but not yet all of it. A file without a status is there.

    Transcripts are waited for by themselves: they take longer than what can be played.
    """
    media = [file for file in files if file.file_type not in _TRANSCRIPTS]
    return not files or any(file.status not in {"", "completed"} for file in media)


def _overlap(earlier: Interval, later: Interval) -> bool:
    """Pressing stop and start in the same second makes two pieces; the same start is the same piece."""
    return later.start < earlier.end or later.start == earlier.start


def _rank(file: RecordingFile) -> int:
    return _VIDEOS.index(file.recording_type) if file.recording_type in _VIDEOS else len(_VIDEOS)
