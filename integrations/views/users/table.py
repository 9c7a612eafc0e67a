"""Rows for the pages about Zoom users and their webinars: how the settings stand, and what blocks them."""

from collections.abc import Iterable
from dataclasses import dataclass

from integrations.models import Webinar, ZoomUser
from integrations.rules.switches import (
    BrandSwitches,
    WebinarSwitches,
    above_recording_switch,
    above_webinar_switch,
    may_switch_webinar_on,
)
from integrations.settings.effective import webinar_switches
from integrations.views._shared.labels import why_not


@dataclass(frozen=True, slots=True)
class UserRow:
    user: ZoomUser
    webinars_blocked_by: str  # why none of this user's webinars syncs, whatever their switches say
    recordings_blocked_by: str  # why none of this user's recordings syncs, whatever R20 says
    recordings_sync: bool  # what R12, R14 and R20 come to


def user_rows(switches: BrandSwitches, users: Iterable[ZoomUser]) -> list[UserRow]:
    return [user_row(switches, user) for user in users]


def user_row(switches: BrandSwitches, user: ZoomUser) -> UserRow:
    """As if a webinar of this user were on in all its own switches: what is left is what is above them."""
    all_on = WebinarSwitches(host_email=user.email, host_recordings=True)
    as_it_is = WebinarSwitches(host_email=user.email, host_recordings=user.sync_recordings)
    return UserRow(
        user=user,
        webinars_blocked_by=why_not(above_webinar_switch(switches, all_on)),
        recordings_blocked_by=why_not(above_recording_switch(switches, all_on)),
        recordings_sync=bool(above_recording_switch(switches, as_it_is)),
    )


@dataclass(frozen=True, slots=True)
class OwnWebinar:
    """One webinar with both of its own switches (R21)."""

    webinar: Webinar
    locked: str  # why its sync cannot be turned on
    blocked_by: str  # why its sync switch does not act
    recordings_blocked_by: str  # why its recordings switch does not act

    @property
    def element(self) -> str:
        """The id of its element, and the start of the ids within it."""
        return f"own-{self.webinar.pk}"


def own_webinars(switches: BrandSwitches, webinars: Iterable[Webinar]) -> list[OwnWebinar]:
    """Reads each webinar's host: select it along."""
    return [_own(switches, webinar) for webinar in webinars]


def _own(switches: BrandSwitches, webinar: Webinar) -> OwnWebinar:
    own = webinar_switches(webinar)
    return OwnWebinar(
        webinar=webinar,
        locked="" if webinar.sync_enabled else why_not(may_switch_webinar_on(switches, own)),
        blocked_by=why_not(above_webinar_switch(switches, own)),
        recordings_blocked_by=why_not(above_recording_switch(switches, own)),
    )
