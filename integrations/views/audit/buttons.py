"""The buttons beside a warning: which of its remedies this person can press, here and now.

`actions.py` does what a button says. A remedy that would be rejected has no button: someone else may press
it, something above says no first, or it is being done already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.models import Brand
from core.roles import Right
from core.web import Request, may
from integrations.audit import Action, AuditCode, skipped_reason
from integrations.models import AuditEntry, DomainExclusion, SkippedPerson
from integrations.views._shared.getters import is_readable
from integrations.views.webinars.table import Row


class Kind(StrEnum):
    ACT = "act"  # is posted, and answered with the audit log as it is then
    LINK = "link"
    OUTSIDE = "outside"  # another site, in a window of its own


@dataclass(frozen=True)
class Button:
    label: str
    icon: str
    url: str
    kind: Kind


@dataclass(frozen=True)
class Place:
    """Where a button would be: whose it is, and beside which warning."""

    request: Request
    brand: Brand
    row: Row
    entry: AuditEntry

    def may(self, right: Right) -> bool:
        return may(self.request, right)

    def acting(self, action: Action, label: str, icon: str = "toggle-right") -> Button:
        url = reverse("zoom:audit_do", args=[self.brand.slug, self.row.webinar.zoom_webinar_id, action])
        return Button(label, icon, url, Kind.ACT)


def buttons_of(place: Place, actions: tuple[Action, ...]) -> list[Button]:
    return [button for action in actions if (button := _MAKERS[action](place))]


def zoom_page(zoom_webinar_id: int) -> str:
    """The webinar in Zoom, as its host sees it in the browser."""
    return f"{settings.ZOOM_OAUTH_URL}/webinar/{zoom_webinar_id}"


def _switch_on_global(place: Place) -> Button | None:
    if not place.may(Right.CHANGE_SETTINGS) or place.brand.zoom_settings.sync_webinars:
        return None
    return place.acting(Action.SWITCH_ON_GLOBAL, _("Turn on “Sync webinar data”"))


def _switch_on_webinar(place: Place) -> Button | None:
    row = place.row
    if not place.may(Right.CHANGE_SETTINGS) or row.webinar.sync_enabled or row.locked:
        return None
    return place.acting(Action.SWITCH_ON_WEBINAR, _("Turn on sync for this webinar"))


def _switch_on_recordings(place: Place) -> Button | None:
    if not place.may(Right.CHANGE_SETTINGS):
        return None
    url = reverse("zoom:settings", args=[place.brand.slug])
    return Button(_("Choose which recordings sync"), "settings-2", f"{url}#recordings-sync", Kind.LINK)


def _switch_on_user_recordings(place: Place) -> Button | None:
    host = place.row.webinar.host
    if not place.may(Right.CHANGE_SETTINGS) or host is None or host.sync_recordings:
        return None
    return place.acting(
        Action.SWITCH_ON_USER_RECORDINGS, _("Turn on recordings for %(host)s") % {"host": host}
    )


def _switch_on_webinar_recordings(place: Place) -> Button | None:
    if not place.may(Right.CHANGE_SETTINGS) or place.row.webinar.sync_recordings:
        return None
    return place.acting(Action.SWITCH_ON_WEBINAR_RECORDINGS, _("Turn on recordings for this webinar"))


def _switch_on_creation(place: Place) -> Button | None:
    if not place.may(Right.CHANGE_SETTINGS) or place.brand.zoom_settings.create_contacts:
        return None
    return place.acting(Action.SWITCH_ON_CREATION, _("Turn on “Create contacts”"))


def _edit_exclusions(place: Place) -> Button | None:
    if not place.may(Right.CHANGE_SETTINGS):
        return None
    kinds = {
        AuditCode.RECORDING_HOST_EXCLUDED: DomainExclusion.Kind.RECORDING,
        AuditCode.SKIPPED_EXCLUDED_DOMAIN: DomainExclusion.Kind.CONTACT,
    }
    kind = kinds.get(AuditCode(place.entry.code), DomainExclusion.Kind.HOST)
    url = reverse("zoom:settings", args=[place.brand.slug])
    return Button(_("Edit the exclusions"), "list-x", f"{url}#exclusions-{kind}", Kind.LINK)


def _sync_now(place: Place) -> Button | None:
    row = place.row
    if not place.may(Right.SYNC_NOW) or not row.verdict or row.is_active:
        return None
    if not is_readable(place.brand.connection):
        return None
    return place.acting(Action.SYNC_NOW, _("Sync now"), "refresh-cw")


def _show_skipped(place: Place) -> Button:
    params = QueryDict(mutable=True)
    params["webinar"] = str(place.row.webinar.pk)
    if reason := skipped_reason(place.entry.code):
        params["reason"] = reason
    else:
        params["stage"] = SkippedPerson.Stage.ATTENDANCE
    url = f"{reverse('skipped:list')}?{params.urlencode()}"
    return Button(_("Show the skipped people"), "user-x", url, Kind.LINK)


def _show_run(place: Place) -> Button | None:
    if place.entry.run_id is None:
        return None
    return Button(
        _("Show the sync"), "file-search", reverse("zoom:run", args=[place.entry.run_id]), Kind.LINK
    )


def _open_in_zoom(place: Place) -> Button:
    return Button(
        _("Open in Zoom"), "external-link", zoom_page(place.row.webinar.zoom_webinar_id), Kind.OUTSIDE
    )


def _connect(place: Place) -> Button | None:
    if not place.may(Right.CONNECT_ZOOM):
        return None
    return Button(_("Connect Zoom"), "plug", reverse("zoom:connect"), Kind.LINK)


_MAKERS: dict[Action, Callable[[Place], Button | None]] = {
    Action.SWITCH_ON_GLOBAL: _switch_on_global,
    Action.SWITCH_ON_WEBINAR: _switch_on_webinar,
    Action.SWITCH_ON_RECORDINGS: _switch_on_recordings,
    Action.SWITCH_ON_USER_RECORDINGS: _switch_on_user_recordings,
    Action.SWITCH_ON_WEBINAR_RECORDINGS: _switch_on_webinar_recordings,
    Action.SWITCH_ON_CREATION: _switch_on_creation,
    Action.EDIT_EXCLUSIONS: _edit_exclusions,
    Action.SYNC_NOW: _sync_now,
    Action.SHOW_SKIPPED: _show_skipped,
    Action.SHOW_RUN: _show_run,
    Action.OPEN_IN_ZOOM: _open_in_zoom,
    Action.CONNECT: _connect,
}
