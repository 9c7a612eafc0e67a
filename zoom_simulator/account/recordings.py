"""Recordings and their transcripts: they get ready, are renamed, trashed, recovered, deleted, changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from zoom_simulator import errors, ids
from zoom_simulator.account.base import WorldBase, happening
from zoom_simulator.account.rows import Instance, Recording, RecordingFile, Webinar
from zoom_simulator.vtt import Cue, write_vtt


class Recordings(WorldBase):
    @happening
    def record(self, uuid: str, *, at: datetime | None = None) -> Recording:
        """The instance was recorded, and Zoom is still processing it."""
        webinar, instance = self.instance(uuid)
        instance.recording = Recording(
            topic=webinar.topic,
            passcode=f"{self.random.randrange(10**6):06}",
            play_passcode=ids.short_id(self.random),
            share_id=ids.short_id(self.random) + ids.short_id(self.random),
        )
        return instance.recording

    @happening
    def recording_ready(
        self, uuid: str, *, pieces: Sequence[tuple[datetime, datetime]] = (), at: datetime | None = None
    ) -> Recording:
        """Video and sound files appear, for each recorded piece (by default one: the whole session)."""
        webinar, instance = self.instance(uuid)
        recording = instance.recording or self.record(uuid, at=at)
        whole = (instance.start, instance.end or self.moment(at))
        for start, end in pieces or [whole]:
            recording.files += [self._video(start, end), self._sound(start, end)]
        recording.state = "completed"
        self._tell_recording("recording.completed", webinar, instance, at)
        return recording

    @happening
    def transcript_ready(
        self,
        uuid: str,
        cues: Sequence[Cue] = (),
        *,
        content: str = "",
        piece: int = 0,
        at: datetime | None = None,
    ) -> RecordingFile:
        """A transcript file of a piece, from cues or as the raw text of a VTT file."""
        webinar, instance = self.instance(uuid)
        recording = self._recording(uuid)
        pieces = [file for file in recording.files if file.file_type == "MP4"]
        start, end = pieces[piece].start, pieces[piece].end
        file = self._file(start, end, "TRANSCRIPT", "audio_transcript", 0)
        self._fill(file, cues, content)
        recording.files.append(file)
        recording.transcript_state = "completed"
        self._tell_recording("recording.transcript_completed", webinar, instance, at)
        return file

    @happening
    def add_file(
        self,
        uuid: str,
        file_type: str,
        recording_type: str,
        *,
        content: str = "",
        at: datetime | None = None,
    ) -> RecordingFile:
        """Another file of the whole recording: chat, captions, a time line, another view."""
        recording = self._recording(uuid)
        first = recording.files[0]
        file = self._file(first.start, first.end, file_type, recording_type, 0)
        self._fill(file, (), content or " ")
        recording.files.append(file)
        return file

    @happening
    def delete_file(self, uuid: str, file_id: str, *, at: datetime | None = None) -> Recording:
        recording = self._recording(uuid)
        left = [file for file in recording.files if file.id != file_id]
        if len(left) == len(recording.files):
            raise errors.recording_missing()
        recording.files = left
        return recording

    @happening
    def change_transcript(
        self, uuid: str, cues: Sequence[Cue] = (), *, content: str = "", at: datetime | None = None
    ) -> RecordingFile:
        """Someone corrected the transcript in Zoom: the same file, another text. Zoom sends no event for
        it."""
        file = self._recording(uuid).transcripts[0]
        self._fill(file, cues, content)
        return file

    @happening
    def rename_recording(self, uuid: str, topic: str, *, at: datetime | None = None) -> Recording:
        webinar, instance = self.instance(uuid)
        recording = self._recording(uuid)
        old, recording.topic = recording.topic, topic
        self.tell("recording.renamed", webinar, self.moment(at), instance=instance, old_topic=old)
        return recording

    @happening
    def trash_recording(self, uuid: str, *, at: datetime | None = None) -> Recording:
        recording = self._recording(uuid)
        recording.state, recording.deleted_time = "trashed", self.moment(at)
        self._tell_recording("recording.trashed", *self.instance(uuid), at)
        return recording

    @happening
    def delete_recording(self, uuid: str, *, at: datetime | None = None) -> Recording:
        webinar, instance = self.instance(uuid)
        if instance.recording is None:
            raise errors.recording_missing()
        instance.recording.state, instance.recording.deleted_time = "deleted", self.moment(at)
        self._tell_recording("recording.deleted", webinar, instance, at)
        return instance.recording

    @happening
    def recover_recording(self, uuid: str, *, at: datetime | None = None) -> Recording:
        webinar, instance = self.instance(uuid)
        if instance.recording is None or instance.recording.state != "trashed":
            raise errors.recording_missing()
        instance.recording.state, instance.recording.deleted_time = "completed", None
        self._tell_recording("recording.recovered", webinar, instance, at)
        return instance.recording

    @happening
    def delete_transcript(self, uuid: str, *, at: datetime | None = None) -> Recording:
        recording = self._recording(uuid)
        if not recording.transcripts:
            raise errors.transcript_missing()
        recording.files = [file for file in recording.files if file.file_type != "TRANSCRIPT"]
        recording.transcript_state = "deleted"
        return recording

    def _recording(self, uuid: str) -> Recording:
        """A recording that can be seen: neither processing, trashed nor deleted."""
        recording = self.instance(uuid)[1].recording
        if recording is None or recording.state != "completed":
            raise errors.recording_missing()
        return recording

    def _file(
        self, start: datetime, end: datetime, file_type: str, recording_type: str, size: int
    ) -> RecordingFile:
        return RecordingFile(
            id=str(UUID(bytes=self.random.randbytes(16), version=4)),
            start=start,
            end=end,
            file_type=file_type,
            recording_type=recording_type,
            size=size,
        )

    def _video(self, start: datetime, end: datetime) -> RecordingFile:
        size = int((end - start) / timedelta(seconds=1)) * 93_000
        return self._file(start, end, "MP4", "shared_screen_with_speaker_view", size)

    def _sound(self, start: datetime, end: datetime) -> RecordingFile:
        size = int((end - start) / timedelta(seconds=1)) * 12_000
        return self._file(start, end, "M4A", "audio_only", size)

    def _fill(self, file: RecordingFile, cues: Sequence[Cue], content: str) -> None:
        file.content = content.encode() if content else write_vtt(cues)
        file.size = len(file.content)

    def has_recording(self, some_id: str) -> bool:
        """Whether a recording's file, or the page that shares one, has this id."""
        return any(
            some_id in (recording.share_id, *(file.id for file in recording.files))
            for _, instance in list(self.by_uuid.values())
            if (recording := instance.recording)
        )

    def _tell_recording(self, name: str, webinar: Webinar, instance: Instance, at: datetime | None) -> None:
        self.tell(name, webinar, self.moment(at), instance=instance)
