"""What an entry of the audit log is called and how it is explained: the shape of a code, and nothing else.

The words are in `switches.py`, `recordings.py`, `people.py`, `errors.py` and `events.py`, one definition for
each code and cause; `registry.py` finds them. Nothing here knows when a code applies.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from integrations.models import AuditEntry

Severity = AuditEntry.Severity


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
    """A code with one of its causes. `title` is the same for all causes of a code."""

    code: str
    cause: str
    severity: Severity
    title: Promise
    meaning: Promise
    remedy: Promise
    actions: tuple[Action, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return (self.code, self.cause)
