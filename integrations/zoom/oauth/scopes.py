"""Which permissions ("scopes") each feature needs, and which of them an app in Zoom lacks. Pure.

New apps get granular scopes only, old ones have the classic ones: either set will do. Each entry is an
endpoint's row in Zoom's documentation; scopes of reports and dashboards exist only in their `:admin` form.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Feature(StrEnum):
    """What the app does with Zoom, in the parts that an admin may grant or not."""

    USERS = "users"
    WEBINARS = "webinars"
    REGISTRANTS = "registrants"
    ATTENDANCE = "attendance"
    PANELISTS = "panelists"
    REPORTS = "reports"
    RECORDINGS = "recordings"
    TRANSCRIPTS = "transcripts"
    REGISTER = "register"
    UNREGISTER = "unregister"


@dataclass(frozen=True, slots=True)
class Scope:
    """One endpoint's permission: its granular name without `:admin`, and the classic names that do too."""

    granular: str
    classic: tuple[str, ...]
    admin_only: bool = False

    @property
    def admin(self) -> str:
        return f"{self.granular}:admin"

    def is_in(self, granted: frozenset[str]) -> bool:
        accepted = {self.admin, *self.classic} | (set() if self.admin_only else {self.granular})
        return not accepted.isdisjoint(granted)


_USER = ("user:read:admin", "user:read", "user:write:admin", "user:write")
_WEBINAR = ("webinar:read:admin", "webinar:read", "webinar:write:admin", "webinar:write")
_WRITE = ("webinar:write:admin", "webinar:write")
_REPORT = ("report:read:admin",)
# The specification prints `phone_recording:read:admin` for some of these: a mistake, as clients show.
_RECORDING = ("recording:read:admin", "recording:read", "recording:write:admin", "recording:write")

NEEDED: dict[Feature, tuple[Scope, ...]] = {
    Feature.USERS: (Scope("user:read:list_users", _USER),),
    Feature.WEBINARS: (
        Scope("webinar:read:list_webinars", _WEBINAR),
        Scope("webinar:read:webinar", _WEBINAR),
    ),
    Feature.REGISTRANTS: (Scope("webinar:read:list_registrants", _WEBINAR),),
    Feature.ATTENDANCE: (
        Scope("webinar:read:list_past_instances", _WEBINAR),
        Scope("webinar:read:list_past_participants", _WEBINAR),
    ),
    Feature.PANELISTS: (Scope("webinar:read:list_panelists", _WEBINAR),),
    Feature.REPORTS: (
        Scope("report:read:webinar", _REPORT, admin_only=True),
        Scope("report:read:list_webinar_participants", _REPORT, admin_only=True),
        Scope("report:read:list_history_meetings", _REPORT, admin_only=True),
    ),
    Feature.RECORDINGS: (
        Scope("cloud_recording:read:list_recording_files", _RECORDING),
        Scope("cloud_recording:read:list_user_recordings", _RECORDING),
    ),
    Feature.TRANSCRIPTS: (Scope("cloud_recording:read:meeting_transcript", _RECORDING),),
    Feature.REGISTER: (
        Scope("webinar:write:registrant", _WRITE),
        Scope("webinar:read:list_registration_questions", _WEBINAR),
    ),
    Feature.UNREGISTER: (Scope("webinar:update:registrant_status", _WRITE),),
}
_CLASSIC = frozenset(name for scopes in NEEDED.values() for scope in scopes for name in scope.classic)


def missing_scopes(granted: str, features: Iterable[Feature]) -> dict[Feature, list[str]]:
    """Per feature the scopes that the app lacks, in the style (classic or granular) that it uses.

    `granted` is the token's space-separated list. An empty one tells nothing, so nothing counts as missing:
    Zoom itself names the scope when the call is made.
    """
    have = frozenset(granted.replace(",", " ").split())
    if not have:
        return {}
    lacking = {feature: [scope for scope in NEEDED[feature] if not scope.is_in(have)] for feature in features}
    is_classic = not have.isdisjoint(_CLASSIC)
    return {
        feature: sorted({scope.classic[0] if is_classic else scope.admin for scope in scopes})
        for feature, scopes in lacking.items()
        if scopes
    }
