"""What a person does to a webinar in the list: turn its switch (R21), sync it now (R32)."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.models import Brand
from core.roles import Right
from core.web import Request, back, require, show_error, show_success
from integrations.models import SyncRun, Webinar
from integrations.settings.effective import brand_switches, effect
from integrations.settings_changes import Outcome, set_webinar
from integrations.sync.runs.queue import enqueue_discovery, enqueue_webinar
from integrations.views._shared import responses
from integrations.views._shared.getters import connected_brand, is_readable, webinar_of
from integrations.views._shared.labels import why_not


@require_POST
@require(Right.CHANGE_SETTINGS)
def switch(request: Request, slug: str, zoom_webinar_id: int) -> HttpResponse:
    """The webinar's own switch, or that of its recordings."""
    brand = connected_brand(slug)
    webinar = webinar_of(brand, zoom_webinar_id)
    switches = {name: request.POST[name] == "on" for name in ("sync", "recordings") if name in request.POST}
    make = partial(set_webinar, webinar, **switches, actor=request.user)
    page = reverse("zoom:home", args=[brand.slug])
    message = partial(changed_message, webinar, switches)
    return responses.change(request, brand, make, message, page)


def changed_message(webinar: Webinar, switches: dict[str, bool], outcome: Outcome) -> str:
    """Says which of the webinar's settings were changed."""
    values = {"topic": webinar}
    if "recordings" in switches:
        on = _("Recordings and transcripts are on for “%(topic)s”.")
        off = _("Recordings and transcripts are off for “%(topic)s”.")
        return (on if switches["recordings"] else off) % values
    if not switches["sync"]:
        return _("Sync is off for “%(topic)s”. Existing data is kept.") % values
    if outcome.queued:
        return _("Sync is on for “%(topic)s”. Missing data is syncing.") % values
    return _("Sync is on for “%(topic)s”.") % values


@require_POST
@require(Right.SYNC_NOW)
def sync_now(request: Request, slug: str, zoom_webinar_id: int) -> HttpResponse:
    brand = connected_brand(slug)
    start_sync(request, brand, webinar_of(brand, zoom_webinar_id))
    return responses.changed(request, reverse("zoom:home", args=[brand.slug]), responses.WEBINAR_CHANGED)


def start_sync(request: Request, brand: Brand, webinar: Webinar) -> None:
    """A full sync: what is final is read as well, because someone asked. Says that, or why it cannot be."""
    verdict = effect(brand_switches(brand), webinar).webinar
    values = {"topic": str(webinar), "reason": why_not(verdict)}
    if not is_readable(brand.connection):
        show_error(request, _("Zoom is disconnected. Reconnect it first."))
    elif not verdict:
        show_error(request, _("“%(topic)s” doesn't sync: %(reason)s.") % values)
    else:
        enqueue_webinar(webinar, SyncRun.Trigger.MANUAL, requested_by=request.user, depth=SyncRun.Depth.FULL)
        show_success(request, _("Syncing “%(topic)s” now.") % values)


@require_POST
@require(Right.SYNC_NOW)
def list_now(request: Request, slug: str) -> HttpResponse:
    """Asks Zoom for its users and webinars, so that new ones appear at once."""
    brand = connected_brand(slug)
    if is_readable(brand.connection):
        enqueue_discovery(brand.connection, SyncRun.Trigger.MANUAL, requested_by=request.user)
        show_success(request, _("Refreshing the list of users and webinars."))
    else:
        show_error(request, _("Zoom is disconnected. Reconnect it first."))
    return back(request, reverse("zoom:home", args=[brand.slug]))
