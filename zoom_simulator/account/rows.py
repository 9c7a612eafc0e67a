"""What the world consists of: users, webinars, registrants, held instances, attendance rows, recordings.

Plain data. Times of webinars are datetimes; times of rows that are listed by the thousand are kept as the
text that Zoom sends, so that a page of them costs nothing to write. `wire` overlays a row's body in an
answer: that is how a scenario sends a field wrongly (`GONE` leaves it out).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field

from zoom_simulator.clock import iso

GONE = object()
Wire = dict[str, Any]


class User(Struct, kw_only=True):
    id: str
    email: str
    first_name: str
    last_name: str
    type: int = 2
    status: str = "active"
    timezone: str = "Europe/Berlin"
    created_at: str = "2021-03-01T09:00:00Z"
    webinar_plan: bool = True
    role_name: str = "Member"

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Occurrence(Struct, kw_only=True):
    id: str
    start: datetime
    duration: int
    status: str = "available"

    def wire(self) -> Wire:
        return {
            "occurrence_id": self.id,
            "start_time": iso(self.start),
            "duration": self.duration,
            "status": self.status,
        }


class Registrant(Struct, kw_only=True):
    id: str
    email: str
    first_name: str
    last_name: str
    status: str
    create_time: str
    occurrences: dict[str, str] | None = None
    """Only with registration per occurrence: the status by occurrence id."""
    fields: dict[str, str] | None = None
    custom_questions: list[dict[str, str]] | None = None
    source_id: str = ""
    wire: Wire | None = None

    def status_for(self, occurrence_id: str) -> str:
        if self.occurrences is None:
            return self.status
        return self.occurrences.get(occurrence_id, "")


class Attendance(Struct, kw_only=True):
    """One row of a participants list: one join of one device."""

    user_id: str
    name: str
    join_time: str
    leave_time: str = ""
    duration: int = 0
    id: str = ""
    user_email: str = ""
    registrant_id: str = ""
    status: str = "in_meeting"
    internal_user: bool = False
    role: str = "attendee"
    wire: Wire | None = None


class RecordingFile(Struct, kw_only=True):
    id: str
    start: datetime
    end: datetime
    file_type: str
    recording_type: str
    size: int
    status: str = "completed"
    content: bytes = b""
    behaviour: str = "ok"
    """How its download goes: ok, or one of the misbehaviours of `files`."""
    listed: bool = True
    """Whether it is among the recording's files; Zoom may tell of a transcript elsewhere only."""


class Recording(Struct, kw_only=True):
    topic: str
    passcode: str
    play_passcode: str
    share_id: str
    files: list[RecordingFile] = field(default_factory=list)
    state: str = "processing"
    """processing, completed, trashed or deleted"""
    transcript_state: str = "none"
    """none, processing, completed, deleted or unsupported"""
    has_share_url: bool = True
    deleted_time: datetime | None = None

    @property
    def transcripts(self) -> list[RecordingFile]:
        return [file for file in self.files if file.file_type == "TRANSCRIPT"]


class Instance(Struct, kw_only=True):
    uuid: str
    start: datetime
    end: datetime | None = None
    occurrence_id: str = ""
    practice: bool = False
    rows: list[Attendance] = field(default_factory=list)
    strays: list[Any] = field(default_factory=list)
    """Things in the participants list that are no rows at all."""
    recording: Recording | None = None
    report: bool = True
    """Whether /report knows it (it may be late, or never)."""
    repeats_rows: bool = False
    """Every page of its participants starts with the last row of the one before."""


class Webinar(Struct, kw_only=True):
    id: int
    uuid: str
    host_id: str
    topic: str
    type: int = 5
    start: datetime | None = None
    duration: int = 60
    timezone: str = "Europe/Berlin"
    agenda: str = ""
    created: datetime
    passcode: str = "123456"
    approval_type: int = 0
    """0 approves by itself, 1 by hand, 2 asks for no registration."""
    registration_type: int = 1
    """1 once for all occurrences, 2 for each occurrence, 3 once for chosen ones."""
    occurrences: list[Occurrence] = field(default_factory=list)
    registrants: dict[str, Registrant] = field(default_factory=dict)
    strays: list[Any] = field(default_factory=list)
    """Things in the list of approved registrants that are no registrants at all."""
    instances: list[Instance] = field(default_factory=list)
    panelists: list[tuple[str, str]] = field(default_factory=list)
    """Name and email."""
    questions: list[dict[str, Any]] = field(default_factory=list)
    custom_questions: list[dict[str, Any]] = field(default_factory=list)
    tracking_sources: list[tuple[str, str]] = field(default_factory=list)
    """Id and name."""
    alternative_hosts: list[str] = field(default_factory=list)
    capacity: int = 10_000
    restrict_number: int = 0
    paid: bool = False
    work_email_only: bool = False
    closed: bool = False
    is_events_webinar: bool = False
    is_simulive: bool = False
    auto_recording: str = "none"
    deleted: bool = False
    blocked: set[str] = field(default_factory=set)
    """Addresses that stay denied though their registrant was deleted (`Unconfirmed.delete_lifts_denial`)."""
    detail_missing: bool = False
    """Still listed, but Zoom says 3001 when asked for it."""
    forbidden: str = ""
    """A path ending (`/registrants`) that answers "No permission."."""
    wire: Wire | None = None
    settings_wire: Wire | None = None

    @property
    def needs_registration(self) -> bool:
        return self.approval_type != 2

    @property
    def scheduled_end(self) -> datetime | None:
        starts = [occurrence.start for occurrence in self.occurrences] or ([self.start] if self.start else [])
        return max(starts) + timedelta(minutes=self.duration) if starts else None

    @property
    def is_per_date(self) -> bool:
        """Whether people register for dates, and not for the series as a whole."""
        return bool(self.occurrences) and self.registration_type != 1

    def end_of(self, dates: Iterable[str]) -> datetime | None:
        """When the last of these dates ends; of no date that is known, the webinar."""
        chosen = [occurrence.start for occurrence in self.occurrences if occurrence.id in dates]
        return max(chosen) + timedelta(minutes=self.duration) if chosen else self.scheduled_end

    def next_start(self, now: datetime) -> datetime | None:
        """Of a series the date that is on or comes next; when all are over, the last one."""
        dates = sorted(occurrence.start for occurrence in self.occurrences if occurrence.status != "deleted")
        length = timedelta(minutes=self.duration)
        return next((date for date in dates if date + length > now), dates[-1] if dates else self.start)

    @property
    def live(self) -> Instance | None:
        return next((instance for instance in self.instances if instance.end is None), None)

    @property
    def held(self) -> list[Instance]:
        return [instance for instance in self.instances if instance.end is not None]


def overlay(body: Wire, changes: Wire | None) -> Wire:
    """The body as this row is really sent."""
    if changes is None:
        return body
    return {key: value for key, value in (body | changes).items() if value is not GONE}
