"""Which entries follow from the settings (E1, E2). Settings and sync ask the same function, so that what
opens when a setting is turned off is what clears when it is turned on.
"""

from collections.abc import Iterator

from integrations.audit.codes import AuditCode
from integrations.rules.switches import BrandSwitches, RecordingScope, Switch, SyncDecision

CODES = {
    Switch.ZOOM_EVENTS: AuditCode.ZOOM_EVENT,
    Switch.GLOBAL: AuditCode.SYNC_OFF,
    Switch.HOST_EXCLUDED: AuditCode.HOST_EXCLUDED,
    Switch.WEBINAR: AuditCode.WEBINAR_SYNC_OFF,
    Switch.RECORDINGS_NONE: AuditCode.RECORDINGS_OFF,
    Switch.RECORDINGS_USER: AuditCode.HOST_RECORDINGS_OFF,
    Switch.RECORDINGS_EXCLUDED: AuditCode.RECORDING_HOST_EXCLUDED,
    Switch.RECORDINGS_WEBINAR: AuditCode.WEBINAR_RECORDINGS_OFF,
}
# These are the account's: one entry of the brand for each, and none for each webinar (D20).
ACCOUNT_SWITCHES = frozenset({Switch.GLOBAL, Switch.RECORDINGS_NONE})
ACCOUNT_WARNINGS = frozenset(CODES[switch] for switch in ACCOUNT_SWITCHES)
# All that can follow from the settings: whoever checks those of a webinar has checked these.
SWITCH_WARNINGS = frozenset(CODES.values())
# What a search for recordings finds. None of it matters while recordings are off.
RECORDING_WARNINGS = frozenset(
    {
        AuditCode.RECORDING_WITHOUT_ATTENDEES,
        AuditCode.RECORDING_UNAVAILABLE,
        AuditCode.RECORDING_TRASHED,
        AuditCode.RECORDING_DELETED,
        AuditCode.RECORDING_MISSING,
        AuditCode.RECORDING_PENDING,
        AuditCode.RECORDING_PROCESSING,
        AuditCode.RECORDING_OVERDUE,
        AuditCode.TRANSCRIPT_MISSING,
        AuditCode.TRANSCRIPT_REJECTED,
        AuditCode.TRANSCRIPT_UNREADABLE,
    }
)


def warning_of(switch: Switch) -> AuditCode:
    """The code under which a setting that is off is explained."""
    return CODES[switch]


def switch_warnings(
    webinar: SyncDecision, recordings: SyncDecision, *, has_ended: bool
) -> Iterator[AuditCode]:
    """The codes that should be open about a webinar: one for each setting of its own that is off.

    E1: the webinar doesn't sync. E2: it does and was held, but its recordings don't. What they say is not
    said again by E4 (D20).
    """
    off = _blocking(webinar, recordings, has_ended)
    yield from (CODES[switch] for switch in off if switch not in ACCOUNT_SWITCHES)


def account_warnings(brand: BrandSwitches) -> Iterator[AuditCode]:
    """The codes that should be open about the account, which concern all its webinars."""
    if not brand.sync_webinars:
        yield AuditCode.SYNC_OFF
    elif brand.recordings is RecordingScope.NONE:
        yield AuditCode.RECORDINGS_OFF


def concerning(webinar: SyncDecision, recordings: SyncDecision, *, has_ended: bool) -> frozenset[AuditCode]:
    """Those of the account's codes that say why this webinar, or its recordings, don't sync."""
    off = _blocking(webinar, recordings, has_ended)
    return frozenset(CODES[switch] for switch in off if switch in ACCOUNT_SWITCHES)


def _blocking(webinar: SyncDecision, recordings: SyncDecision, has_ended: bool) -> list[Switch]:
    """Recordings are missed only where the webinar itself syncs and was held."""
    off = webinar.blockers or (recordings.blockers if has_ended else ())
    return [blocker.switch for blocker in off]
