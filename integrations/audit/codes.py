"""The codes of the audit log, and the shape of what explains one.

The words are in `switches.py`, `recordings.py`, `people.py`, `errors.py` and `events.py`, one definition for
each code; `registry.py` finds them.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.messages import Text
from integrations.models import AuditEntry

Severity = AuditEntry.Severity


class AuditCode(StrEnum):
    """What an entry says. A warning has one code for each of its causes."""

    # E1: the webinar doesn't sync, because of a setting.
    SYNC_OFF = "sync_off"
    WEBINAR_SYNC_OFF = "webinar_sync_off"
    HOST_EXCLUDED = "host_excluded"
    ZOOM_EVENT = "zoom_event"
    # E2: no recording or transcript.
    RECORDINGS_OFF = "recordings_off"
    HOST_RECORDINGS_OFF = "host_recordings_off"
    WEBINAR_RECORDINGS_OFF = "webinar_recordings_off"
    RECORDING_HOST_EXCLUDED = "recording_host_excluded"
    RECORDING_WITHOUT_ATTENDEES = "recording_without_attendees"
    RECORDING_UNAVAILABLE = "recording_unavailable"
    RECORDING_TRASHED = "recording_trashed"
    RECORDING_DELETED = "recording_deleted"
    RECORDING_MISSING = "recording_missing"
    RECORDING_PENDING = "recording_pending"
    RECORDING_PROCESSING = "recording_processing"
    RECORDING_OVERDUE = "recording_overdue"
    # E3: attendees that Zoom doesn't tell.
    NO_PARTICIPANTS = "no_participants"
    PARTICIPANTS_INVALID = "participants_invalid"
    # E4: other data that Zoom doesn't provide.
    DATA_UNAVAILABLE = "data_unavailable"
    DATA_TOO_OLD = "data_too_old"
    PLAN_REQUIRED = "plan_required"
    REGISTRANTS_REJECTED = "registrants_rejected"
    INSTANCES_REJECTED = "instances_rejected"
    ATTENDANCE_REJECTED = "attendance_rejected"
    LIST_INCOMPLETE = "list_incomplete"
    # E5: people whom a rule keeps out: "skipped_" and the reason.
    SKIPPED_ACCOUNT_USER = "skipped_account_user"
    SKIPPED_EXCLUDED_DOMAIN = "skipped_excluded_domain"
    SKIPPED_INVALID_EMAIL = "skipped_invalid_email"
    SKIPPED_SECONDARY_EMAIL = "skipped_secondary_email"
    SKIPPED_DELETED_CONTACT = "skipped_deleted_contact"
    SKIPPED_NO_EMAIL = "skipped_no_email"
    SKIPPED_NO_REGISTRATION = "skipped_no_registration"
    SKIPPED_CREATION_OFF = "skipped_creation_off"
    SKIPPED_STAFF = "skipped_staff"
    # E6: errors.
    TRANSCRIPT_MISSING = "transcript_missing"
    TRANSCRIPT_REJECTED = "transcript_rejected"
    TRANSCRIPT_UNREADABLE = "transcript_unreadable"
    TIMELINE_NOT_WRITTEN = "timeline_not_written"
    PROPERTIES_NOT_WRITTEN = "properties_not_written"
    WEBINAR_NOT_FOUND = "webinar_not_found"
    BAD_ANSWER = "bad_answer"
    ZOOM_UNREACHABLE = "zoom_unreachable"
    RATE_LIMITED = "rate_limited"
    SCOPE_MISSING = "scope_missing"
    PERMISSION_DENIED = "permission_denied"
    CREDENTIALS_REJECTED = "credentials_rejected"
    REQUEST_REJECTED = "request_rejected"
    INTERNAL_ERROR = "internal_error"
    # The connection.
    ACCOUNT_CREDENTIALS_REJECTED = "account_credentials_rejected"
    ACCOUNT_SCOPES_MISSING = "account_scopes_missing"
    APP_REMOVED = "app_removed"
    LISTING_FAILED = "listing_failed"
    # What happened.
    SYNC_COMPLETED = "sync_completed"
    SYNC_FAILED = "sync_failed"
    WEBINAR_DISCOVERED = "webinar_discovered"
    WEBINAR_GONE = "webinar_gone"
    SETTINGS_CHANGED = "settings_changed"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    CALL_CREATED = "call_created"
    CALL_REMOVED = "call_removed"


class Action(StrEnum):
    """What a person can do about an entry. A page draws the button, if that person may press it."""

    SWITCH_ON_GLOBAL = "switch_on_global"
    SWITCH_ON_WEBINAR = "switch_on_webinar"
    SWITCH_ON_RECORDINGS = "switch_on_recordings"
    SWITCH_ON_USER_RECORDINGS = "switch_on_user_recordings"
    SWITCH_ON_WEBINAR_RECORDINGS = "switch_on_webinar_recordings"
    SWITCH_ON_CREATION = "switch_on_creation"
    EDIT_EXCLUSIONS = "edit_exclusions"
    SYNC_NOW = "sync_now"
    SHOW_SKIPPED = "show_skipped"
    SHOW_RUN = "show_run"
    OPEN_IN_ZOOM = "open_in_zoom"
    CONNECT = "connect"


@dataclass(frozen=True, slots=True)
class Definition:
    """How a code is explained.

    `label` is what people know a warning by ("E1" to "E6", or "connection"); blank: something that happened.
    `title` is the same for all codes of a label. `message` takes the entry's values; without one, or without
    values, the meaning stands in its place.
    """

    code: str
    label: str
    severity: Severity
    title: Text
    meaning: Text
    remedy: Text
    actions: tuple[Action, ...] = ()
    message: Text = ""

    @property
    def is_warning(self) -> bool:
        return bool(self.label)
