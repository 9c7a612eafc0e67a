"""What the buttons of the audit log do (R34, R35, R41): turn a switch on, or sync now.

What touches other webinars too asks first, with what it will do (X6); the switches of this webinar alone act
at once, with an undo.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.models import Brand
from core.roles import Right
from core.web import Request, check_permission
from integrations.audit import Action
from integrations.models import SkippedPerson, Webinar
from integrations.settings_changes import Outcome, set_global, set_user, set_webinar
from integrations.views._shared import responses
from integrations.views._shared.getters import connected_brand, webinar_of
from integrations.views._shared.responses import Question
from integrations.views.webinars.views import changed_message, start_sync


@require_POST
def act(request: Request, slug: str, zoom_webinar_id: int, action: str) -> HttpResponse:
    if action not in _ACTS:
        raise Http404
    right, do = _ACTS[Action(action)]
    check_permission(request, right)
    brand = connected_brand(slug)
    return do(request, brand, webinar_of(brand, zoom_webinar_id))


def _audit_log(brand: Brand, webinar: Webinar) -> str:
    return reverse("zoom:audit", args=[brand.slug, webinar.zoom_webinar_id])


def _sync_now(request: Request, brand: Brand, webinar: Webinar) -> HttpResponse:
    start_sync(request, brand, webinar)
    return responses.changed(request, _audit_log(brand, webinar), responses.WEBINAR_CHANGED)


def _switch_on_webinar(request: Request, brand: Brand, webinar: Webinar, **switches: bool) -> HttpResponse:
    make = partial(set_webinar, webinar, **switches, actor=request.user)
    message = partial(changed_message, webinar, switches)
    return responses.change(request, brand, make, message, _audit_log(brand, webinar))


def _switch_on_global(request: Request, brand: Brand, webinar: Webinar) -> HttpResponse:
    make = partial(set_global, brand, sync_webinars=True, actor=request.user)
    setting = _("Sync webinar data")
    return _ask_and_change(request, brand, webinar, setting, make)


def _switch_on_creation(request: Request, brand: Brand, webinar: Webinar) -> HttpResponse:
    make = partial(set_global, brand, create_contacts=True, actor=request.user)
    skipped = SkippedPerson.objects.filter(reason=SkippedPerson.Reason.CREATION_OFF)
    return _ask_and_change(request, brand, webinar, _("Create contacts"), make, skipped)


def _switch_on_user_recordings(request: Request, brand: Brand, webinar: Webinar) -> HttpResponse:
    if webinar.host is None:
        raise Http404
    make = partial(set_user, webinar.host, sync_recordings=True, actor=request.user)
    setting = _("Recordings and transcripts of %(host)s") % {"host": webinar.host}
    return _ask_and_change(request, brand, webinar, setting, make)


def _ask_and_change(
    request: Request,
    brand: Brand,
    webinar: Webinar,
    setting: str,
    make: Callable[[], Outcome],
    skipped: Any = None,
) -> HttpResponse:
    values = {"setting": setting}
    page = _audit_log(brand, webinar)
    question = Question(_("Turn on “%(setting)s”?") % values, _("Turn on"), goes_back_to=page)
    message = _("“%(setting)s” is on.") % values
    return responses.change(request, brand, make, message, page, question=question, skipped=skipped)


type Act = Callable[[Request, Brand, Webinar], HttpResponse]

_ACTS: dict[Action, tuple[Right, Act]] = {
    Action.SYNC_NOW: (Right.SYNC_NOW, _sync_now),
    Action.SWITCH_ON_WEBINAR: (Right.CHANGE_SETTINGS, partial(_switch_on_webinar, sync=True)),
    Action.SWITCH_ON_WEBINAR_RECORDINGS: (
        Right.CHANGE_SETTINGS,
        partial(_switch_on_webinar, recordings=True),
    ),
    Action.SWITCH_ON_GLOBAL: (Right.CHANGE_SETTINGS, _switch_on_global),
    Action.SWITCH_ON_CREATION: (Right.CHANGE_SETTINGS, _switch_on_creation),
    Action.SWITCH_ON_USER_RECORDINGS: (Right.CHANGE_SETTINGS, _switch_on_user_recordings),
}
