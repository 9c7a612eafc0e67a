"""User settings: the panel of one Zoom user (R18-R20), and the switches of this user's webinars (R21)."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.models import Brand
from core.roles import Right
from core.web import Request, paginate, render_panel, require
from integrations.models import Webinar, ZoomUser
from integrations.settings.effective import brand_switches
from integrations.settings_changes import set_user
from integrations.views._shared import responses
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import connected_brand
from integrations.views.users.table import own_webinars, user_row

PANEL = "integrations/user_panel.html"
BOXES = ("sync_new_webinars", "sync_recordings")


@require_safe
def panel(request: Request, slug: str, pk: int) -> HttpResponse:
    brand = connected_brand(slug)
    return render_panel(request, PANEL, _context(request, brand, pk), "user-settings")


def _context(request: Request, brand: Brand, pk: int) -> dict[str, Any]:
    user = _user(brand, pk)
    return {
        **brand_context(request, brand),
        "zoom_user": user,
        "row": user_row(brand_switches(brand), user),
    }


@require_POST
@require(Right.CHANGE_SETTINGS)
def change(request: Request, slug: str, pk: int) -> HttpResponse:
    """Both boxes as the form has them: a box that is not in it is not ticked."""
    brand = connected_brand(slug)
    user = _user(brand, pk)
    boxes = {name: name in request.POST for name in BOXES}
    message = _("Saved for %(name)s.") % {"name": user}
    make = partial(set_user, user, **boxes, actor=request.user)
    page = reverse("zoom:user", args=[brand.slug, pk])
    return responses.change(request, brand, make, message, page)


@require_safe
def webinars(request: Request, slug: str, pk: int) -> HttpResponse:
    brand = connected_brand(slug)
    user = _user(brand, pk)
    search = request.GET.get("q", "").strip()
    rows = Webinar.objects.filter(host=user).select_related("host").order_by("-starts_at", "-pk")
    page = paginate(request, rows.search(search) if search else rows)
    context = {
        **brand_context(request, brand),
        "zoom_user": user,
        "page": page,
        "rows": own_webinars(brand_switches(brand), page.object_list),
        "search": search,
    }
    return render_panel(request, "integrations/user_webinars.html", context, "own-webinars")


def _user(brand: Brand, pk: int) -> ZoomUser:
    users = ZoomUser.objects.counted().select_related("connection__brand")
    return get_object_or_404(users, connection=brand.connection, pk=pk)
