"""Zoom's records, typed: one struct for each kind, with Zoom's own names for the fields.

The types say what is documented; `decoding.py` is what bears with the rest. Fields that we do not use are not
here, and neither are secrets: personal join links, start links and passwords stop at this door. Exceptions
are the join link of a person whom we registered, a recording's passcode and links, which a person needs to
play it, and the token that downloads its files, which lives as long as the record does: those are left out
where a record is printed.

Times are aware. A field without a default is one that the record is worthless without.
"""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

Time = Annotated[datetime, Meta(tz=True)]
Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]  # ids and sizes: what a BIGINT holds
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]

# "type" of a webinar, and of the recordings that come from one; other numbers are meetings.
WEBINAR_TYPES = frozenset({5, 6, 9})


class User(Struct, frozen=True, gc=False):
    """GET /users. It does not say who may host webinars: asking for a user's webinars does."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    type: Count = 0
    status: str = ""


class Account(Struct, frozen=True):
    """GET /users/me: the user whose token it is, and the account that they belong to."""

    id: str
    account_id: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""


class WebinarSummary(Struct, frozen=True):
    """An item of GET /users/{id}/webinars; registration settings are in `WebinarDetail` only."""

    id: Number
    uuid: str = ""
    host_id: str = ""
    topic: str = ""
    type: Count = 5
    start_time: Time | None = None
    duration: Count = 0  # minutes
    created_at: Time | None = None
    is_simulive: bool = False
    is_events_webinar: bool = False


class Occurrence(Struct, frozen=True):
    occurrence_id: str
    start_time: Time | None = None
    duration: Count = 0  # minutes
    status: str = "available"  # or "deleted"


class WebinarSettings(Struct, frozen=True):
    approval_type: Count = 2  # 0 automatic, 1 manual, 2 no registration
    registration_type: Count = 1  # 1 once for all, 2 for each occurrence, 3 once, occurrences chosen
    close_registration: bool = False
    registrants_restrict_number: Count = 0  # 0: no limit
    auto_recording: str = "none"
    on_demand: bool = False
    practice_session: bool = False
    email_in_attendee_report: bool = False
    alternative_hosts: str = ""  # addresses, separated by semicolons or commas
    registrants_confirmation_email: bool = True


class WebinarDetail(Struct, frozen=True):
    """GET /webinars/{id}. `start_time` is absent for type 6; `uuid` is that of the next or last instance."""

    id: Number
    uuid: str = ""
    host_id: str = ""
    host_email: str = ""
    topic: str = ""
    type: Count = 5
    start_time: Time | None = None
    duration: Count = 0  # minutes
    created_at: Time | None = None
    registration_url: str = ""
    is_simulive: bool = False
    occurrences: list[Occurrence] = []
    settings: WebinarSettings = WebinarSettings()


class Registrant(Struct, frozen=True, gc=False):
    """An item of GET /webinars/{id}/registrants."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    status: str = ""  # approved, pending, denied
    create_time: Time | None = None


class RegisteredPerson(Registrant, frozen=True, gc=False):
    """A registrant with their own join link, for whom we registered (R60)."""

    join_url: str = ""

    def __repr__(self) -> str:
        return f"RegisteredPerson(id={self.id!r}, status={self.status!r})"


class AddedRegistrant(Struct, frozen=True):
    """The answer to adding a registrant. `status` is documented since October 2026.

    Someone who waits for approval has no join link yet, or one that cannot be used.
    """

    registrant_id: str
    join_url: str = ""
    status: str = ""  # approved, pending
    occurrences: list[Occurrence] = []

    def __repr__(self) -> str:
        return f"AddedRegistrant(registrant_id={self.registrant_id!r}, status={self.status!r})"


class StandardQuestion(Struct, frozen=True):
    field_name: str = ""
    required: bool = False


class CustomQuestion(Struct, frozen=True):
    title: str = ""
    required: bool = False


class RegistrationQuestions(Struct, frozen=True):
    """GET /webinars/{id}/registrants/questions. First name and email are always asked for, and not listed."""

    questions: list[StandardQuestion] = []
    custom_questions: list[CustomQuestion] = []

    @property
    def required_fields(self) -> list[str]:
        """The names of standard fields and the titles of the host's own questions."""
        standard = [question.field_name for question in self.questions if question.required]
        return standard + [question.title for question in self.custom_questions if question.required]


class Instance(Struct, frozen=True, gc=False):
    """An item of GET /past_webinars/{id}/instances; `occurrence_id` since October 2026."""

    uuid: str
    start_time: Time | None = None
    occurrence_id: str = ""


class Participant(Struct, frozen=True, gc=False):
    """A stay of one person on one device: each rejoin is a row of its own, with a `user_id` of its own.

    `id` is "" for people who are not signed in, and for everyone outside the account. No `leave_time`: the
    person is still there, Zoom has not finished counting (its own `duration` is 0 until it has), or sent a
    time that cannot be read. It may even be before `join_time`.
    """

    CAN_SPARE: ClassVar = ("leave_time",)

    join_time: Time
    leave_time: Time | None = None
    id: str = ""
    name: str = ""
    user_id: str = ""
    registrant_id: str = ""
    user_email: str = ""
    status: str = ""  # in_meeting, in_waiting_room
    internal_user: bool = False  # the report does not have it


class SessionReport(Struct, frozen=True):
    """GET /report/webinars/{uuid}: when the session really began and ended."""

    uuid: str = ""
    id: Number = 0
    topic: str = ""
    start_time: Time | None = None
    end_time: Time | None = None
    duration: Count = 0  # minutes
    participants_count: Count = 0

    @property
    def bounds(self) -> tuple[datetime, datetime] | None:
        """Start and end, if Zoom has both and they make sense."""
        if self.start_time is None or self.end_time is None or self.end_time < self.start_time:
            return None
        return self.start_time, self.end_time


class Panelist(Struct, frozen=True, gc=False):
    id: str = ""
    email: str = ""
    name: str = ""


class RecordingFile(Struct, frozen=True, gc=False):
    """CC and TIMELINE files come without id, status, size, type and play_url."""

    file_type: str = ""
    id: str = ""
    file_extension: str = ""
    file_size: Number = 0
    recording_type: str = ""
    status: str = ""  # completed, processing
    recording_start: Time | None = None
    recording_end: Time | None = None
    play_url: str = ""
    download_url: str = ""

    def __repr__(self) -> str:
        return f"RecordingFile(id={self.id!r}, file_type={self.file_type!r})"


class Recording(Struct, frozen=True):
    """GET /meetings/{uuid}/recordings, and an item of GET /users/{id}/recordings: one recorded session."""

    uuid: str
    id: Number = 0
    host_id: str = ""
    topic: str = ""
    type: Count = 0  # comes as a string
    start_time: Time | None = None
    duration: Count = 0  # minutes
    total_size: Number = 0
    recording_count: Count = 0
    share_url: str = ""
    password: str = ""
    recording_play_passcode: str = ""
    auto_delete: bool = False
    download_access_token: str = ""
    recording_files: list[RecordingFile] = []

    def __repr__(self) -> str:
        return f"Recording(uuid={self.uuid!r}, topic={self.topic!r}, files={len(self.recording_files)})"

    @property
    def is_of_webinar(self) -> bool:
        return self.type in WEBINAR_TYPES


class TranscriptInfo(Struct, frozen=True):
    """GET /meetings/{uuid}/transcript: either a link, or why there is none (NOT_READY and others)."""

    meeting_id: str = ""
    transcript_created_time: Time | None = None
    can_download: bool = False
    download_url: str = ""
    download_restriction_reason: str = ""  # also UNSUPPORTED, NO_TRANSCRIPT_DATA

    @property
    def is_being_made(self) -> bool:
        return self.download_restriction_reason == "NOT_READY"

    @property
    def was_removed(self) -> bool:
        return self.download_restriction_reason == "DELETED_OR_TRASHED"

    def __repr__(self) -> str:
        return (
            f"TranscriptInfo(meeting_id={self.meeting_id!r}, {self.download_restriction_reason or 'a link'})"
        )


class HistoryMeeting(Struct, frozen=True, gc=False):
    """An item of GET /report/history_meetings: a held session, also of webinars that Zoom has archived."""

    meeting_uuid: str
    meeting_id: Number = 0
    type: str = ""
    topic: str = ""
    host_email: str = ""
    start_time: Time | None = None
    end_time: Time | None = None
    duration: Count = 0  # minutes
    participants: Count = 0
