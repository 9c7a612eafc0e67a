"""Manage individual user settings (R17): the Zoom users, how each one's settings stand, several at once."""

from functools import partial
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from contacts.models import Brand
from core.filters import Filter, chosen_filter
from core.roles import Right
from core.row_keys import row_keys
from core.web import Request, paginate, render_page, require, show_error, sorting
from integrations.models import ZoomUser
from integrations.models.webinars import ZoomUserQuerySet
from integrations.settings.effective import brand_switches
from integrations.settings_changes import Outcome, set_users
from integrations.views._shared import responses
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import connected_brand
from integrations.views._shared.responses import with_consequences
from integrations.views.users.table import user_rows

COLUMNS = {
    "name": ("last_name", "first_name"),
    "email": ("email",),
    "webinars": ("webinar_count",),
}
# What can be set for several users at once: setting, value, words.
CHANGES = {
    "new_on": ("sync_new_webinars", True, gettext_lazy("Sync data from newly scheduled webinars")),
    "new_off": ("sync_new_webinars", False, gettext_lazy("Don't sync newly scheduled webinars")),
    "recordings_on": ("sync_recordings", True, gettext_lazy("Sync recordings and transcripts")),
    "recordings_off": ("sync_recordings", False, gettext_lazy("Don't sync recordings and transcripts")),
}


@require_safe
def page(request: Request, slug: str) -> HttpResponse:
    brand = connected_brand(slug)
    return render_page(request, "integrations/users.html", _context(request, brand), "users")


def _context(request: Request, brand: Brand) -> dict[str, Any]:
    order = sorting(request, COLUMNS, "name")
    users = ZoomUser.objects.filter(connection=brand.connection, is_gone=False)
    shown = _filtered(request.GET, users).counted()
    page = paginate(request, shown.order_by(*order.order_by))
    return {
        **brand_context(request, brand),
        "tab": "settings",
        "page": page,
        "rows": user_rows(brand_switches(brand), page.object_list),
        "order": order,
        "search": request.GET.get("q", ""),
        "filters": _filters(request),
        "changes": [(key, label) for key, (_setting, _value, label) in CHANGES.items()],
    }


def _filtered(params: QueryDict, users: ZoomUserQuerySet) -> ZoomUserQuerySet:
    if text := params.get("q", "").strip():
        users = users.search(text)
    for name, setting in {"new": "sync_new_webinars", "recordings": "sync_recordings"}.items():
        if params.get(name) in ("on", "off"):
            users = users.filter(**{setting: params[name] == "on"})
    return users


def _filters(request: Request) -> list[Filter]:
    options = [("", _("All")), ("on", _("On")), ("off", _("Off"))]
    return [
        chosen_filter(request, "new", _("New webinars"), options),
        chosen_filter(request, "recordings", _("Recordings"), options),
    ]


@require_POST
@require(Right.CHANGE_SETTINGS)
def change(request: Request, slug: str) -> HttpResponse:
    """One setting for all users that were ticked."""
    brand = connected_brand(slug)
    keys = row_keys(request.POST.getlist("users"))
    users = list(ZoomUser.objects.filter(connection=brand.connection, pk__in=keys))
    chosen = CHANGES.get(request.POST.get("change", ""))
    page = reverse("zoom:users", args=[brand.slug])
    if not users or chosen is None:
        show_error(request, _("Select Zoom users first, then choose what to set."))
        return responses.changed(request, page)
    setting, value, label = chosen
    make = partial(set_users, brand, users, actor=request.user, **{setting: value})
    return responses.change(request, brand, make, partial(_message, str(label)), page)


def _message(label: str, outcome: Outcome) -> str:
    count = len(outcome.changes)
    message = ngettext(
        "%(setting)s: set for %(count)s Zoom user.", "%(setting)s: set for %(count)s Zoom users.", count
    )
    return with_consequences(message % {"setting": label, "count": count}, outcome)
