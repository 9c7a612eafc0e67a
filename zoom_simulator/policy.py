"""The company's rules and the CRM's former contents, as far as they decide what a sync arrives at."""

from typing import Any, Literal

from msgspec import Struct, field

from zoom_simulator.account.snapshots import Snapshot


class Contact(Struct, kw_only=True):
    """A contact that the CRM holds before the sync."""

    email: str
    first_name: str = ""
    last_name: str = ""
    secondary_emails: list[str] = field(default_factory=list)


class Policy(Struct, kw_only=True):
    account_users: list[str] = field(default_factory=list)
    existing_contacts: list[Contact] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    """Emails of contacts that were deleted."""
    exclude_hosts: list[str] = field(default_factory=list)
    exclude_contacts: list[str] = field(default_factory=list)
    exclude_recordings: list[str] = field(default_factory=list)
    sync_webinars: bool = True
    webinars_off: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    """Webinars that Zoom will not let the app read."""
    recordings: Literal["none", "selected", "all"] = "all"
    recording_users: list[str] = field(default_factory=list)
    """Emails of the Zoom users whose recordings sync, with `selected`."""
    recordings_off: list[int] = field(default_factory=list)
    final: Literal["24h", "all", "none"] = "24h"
    """Which held sessions are final, so that whoever did not come is a no-show: those that ended a day ago
    or more at the time of the sync, all (two reads agreed), or none."""
    snapshots: list[Snapshot] = field(default_factory=list)
    """What earlier syncs could see, oldest first."""

    def as_json(self) -> dict[str, Any]:
        """Without the snapshots."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name != "snapshots"}
