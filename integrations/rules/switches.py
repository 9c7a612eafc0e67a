"""Whether a webinar and its recordings may sync, and if not, which settings block them (D3, R16).

Pages, sync and audit log all use this one answer.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from core.domains import NO_DOMAINS, DomainList


class RecordingScope(StrEnum):
    """R12: whose recordings and transcripts sync."""

    NONE = "none"
    SELECTED = "selected"
    ALL = "all"


class Switch(StrEnum):
    """What can say no, from the farthest above to the nearest."""

    ZOOM_EVENTS = "zoom_events"  # R5: no switch, but nothing can be done about it
    GLOBAL = "global"  # R10
    HOST_EXCLUDED = "host_excluded"  # R13
    WEBINAR = "webinar"  # R21
    RECORDINGS_NONE = "recordings_none"  # R12
    RECORDINGS_USER = "recordings_user"  # R20, asked only when R12 is "selected"
    RECORDINGS_EXCLUDED = "recordings_excluded"  # R14
    RECORDINGS_WEBINAR = "recordings_webinar"  # R21


class Blocker(NamedTuple):
    switch: Switch
    entry: str = ""  # of an exclusion list: the domain that hits


@dataclass(frozen=True, slots=True)
class SyncDecision:
    """Yes, or every no there is, the farthest above first. True in a condition when it is yes."""

    blockers: tuple[Blocker, ...] = ()

    def __bool__(self) -> bool:
        return not self.blockers

    @property
    def first(self) -> Blocker | None:
        """The no to name where there is room for one: while it stands, those after it hardly matter."""
        return self.blockers[0] if self.blockers else None


@dataclass(frozen=True, slots=True)
class BrandSwitches:
    """The settings of one brand's Zoom account, as a new installation has them."""

    sync_webinars: bool = False  # R10
    recordings: RecordingScope = RecordingScope.NONE  # R12
    excluded_hosts: DomainList = NO_DOMAINS  # R13
    excluded_recordings: DomainList = NO_DOMAINS  # R14


@dataclass(frozen=True, slots=True)
class WebinarSwitches:
    """What one webinar and its host say. `host_email` is normalised."""

    host_email: str
    own: bool = True  # see `initial_own_switch`
    own_recordings: bool = True
    host_recordings: bool = False  # R20
    is_zoom_events: bool = False


def webinar_switch(brand: BrandSwitches, webinar: WebinarSwitches) -> SyncDecision:
    """May anything of this webinar sync (D3)?"""
    above = above_webinar_switch(brand, webinar)
    return above if webinar.own else SyncDecision((*above.blockers, Blocker(Switch.WEBINAR)))


def recording_switch(brand: BrandSwitches, webinar: WebinarSwitches) -> SyncDecision:
    """May its recordings and transcripts sync (D3)? Never when the webinar itself may not."""
    above = above_recording_switch(brand, webinar)
    return (
        above
        if webinar.own_recordings
        else SyncDecision((*above.blockers, Blocker(Switch.RECORDINGS_WEBINAR)))
    )


def above_webinar_switch(brand: BrandSwitches, webinar: WebinarSwitches) -> SyncDecision:
    """What keeps the webinar's own switch from acting, whichever way it stands."""
    blockers = []
    if webinar.is_zoom_events:
        blockers.append(Blocker(Switch.ZOOM_EVENTS))
    if not brand.sync_webinars:
        blockers.append(Blocker(Switch.GLOBAL))
    if entry := brand.excluded_hosts.match_email(webinar.host_email):
        blockers.append(Blocker(Switch.HOST_EXCLUDED, entry))
    return SyncDecision(tuple(blockers))


def above_recording_switch(brand: BrandSwitches, webinar: WebinarSwitches) -> SyncDecision:
    """What keeps the webinar's own recordings switch from acting, whichever way it stands."""
    blockers = list(webinar_switch(brand, webinar).blockers)
    if brand.recordings is RecordingScope.NONE:
        blockers.append(Blocker(Switch.RECORDINGS_NONE))
    elif brand.recordings is RecordingScope.SELECTED and not webinar.host_recordings:
        blockers.append(Blocker(Switch.RECORDINGS_USER))
    if entry := brand.excluded_recordings.match_email(webinar.host_email):
        blockers.append(Blocker(Switch.RECORDINGS_EXCLUDED, entry))
    return SyncDecision(tuple(blockers))


def may_switch_webinar_on(brand: BrandSwitches, webinar: WebinarSwitches) -> SyncDecision:
    """R16: not before the global switch is on; R5: never for Zoom Events. Switching off is always allowed.

    An excluded host does not forbid it: the switch then waits for the exclusion to go, and the page says so.
    """
    forbidding = (Switch.ZOOM_EVENTS, Switch.GLOBAL)
    blockers = above_webinar_switch(brand, webinar).blockers
    return SyncDecision(tuple(no for no in blockers if no.switch in forbidding))


def initial_own_switch(host_default: bool | None) -> bool:
    """The own switch of a webinar seen for the first time: its host's R19, which starts as on."""
    return True if host_default is None else host_default
