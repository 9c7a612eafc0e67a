"""The visit to Zoom's consent page and back (OAuth with state and PKCE, D2).

What the browser must bring back unchanged, and what Zoom must not see (state, PKCE verifier, brand), stays in
the session, for one use and some minutes.
"""

import hmac
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts.models import Brand
from core.messages import Message
from core.roles import Right
from core.web import Request, require, show_error, show_success
from integrations.connections import connect
from integrations.connections.zoom_account import begin_authorization
from integrations.models import SyncRun
from integrations.sync.runs.queue import enqueue_discovery
from integrations.zoom.errors import NeedsPerson, ZoomError
from integrations.zoom.oauth.auth import refused_at_consent

VISIT = "zoom_visit"
# Someone who has to sign in in Zoom and find an admin's approval first takes a while.
LONGEST_VISIT = 30 * 60  # seconds


@require_POST
@require(Right.CONNECT_ZOOM)
def authorize(request: Request, slug: str) -> HttpResponse:
    brand = get_object_or_404(Brand, slug=slug)
    try:
        visit = begin_authorization(_redirect_uri(request))
    except ZoomError as error:
        show_error(request, error.with_zoom_text)
        return redirect("zoom:connect")
    request.session[VISIT] = {
        "state": visit.state,
        "verifier": visit.code_verifier,
        "brand": brand.pk,
        "begun": time.time(),
    }
    return redirect(visit.url)


@require_GET
@require(Right.CONNECT_ZOOM)
def callback(request: Request) -> HttpResponse:
    """Where Zoom sends the browser back to, with a code or with an error."""
    try:
        visit = _visit_of(request)
        brand = _brand_of(visit)
        connection = connect.finish_oauth(
            brand,
            code=_code(request),
            redirect_uri=_redirect_uri(request),
            code_verifier=visit["verifier"],
            actor=request.user,
        )
    except ZoomError as error:
        show_error(request, error.with_zoom_text)
        return redirect("zoom:connect")
    enqueue_discovery(connection, SyncRun.Trigger.MANUAL, requested_by=request.user)
    show_success(
        request, _("%(brand)s is connected to Zoom. Its webinars are being listed.") % {"brand": brand}
    )
    return redirect("zoom:home", brand.slug)


def _redirect_uri(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("zoom:callback"))


def _visit_of(request: HttpRequest) -> dict[str, Any]:
    """The visit that this callback ends. A callback with another state is forged, and ends no one's visit."""
    visit: dict[str, Any] | None = request.session.get(VISIT)
    state = request.GET.get("state", "")
    if visit is None or not hmac.compare_digest(state.encode(), visit["state"].encode()):
        raise NeedsPerson(Message("zoom.attempt_over"))
    del request.session[VISIT]
    return visit


def _brand_of(visit: dict[str, Any]) -> Brand:
    """The brand that the visit was begun for. Raises `NeedsPerson` for a visit that took too long."""
    if time.time() - visit["begun"] > LONGEST_VISIT:
        raise NeedsPerson(Message("zoom.attempt_too_slow"))
    brand = Brand.objects.filter(pk=visit["brand"]).first()
    if brand is None:
        raise NeedsPerson(Message("zoom.brand_removed"))
    return brand


def _code(request: HttpRequest) -> str:
    if error := request.GET.get("error"):
        raise refused_at_consent(error)
    if not (code := request.GET.get("code")):
        raise NeedsPerson(Message("zoom.no_authorization_code"))
    return code
