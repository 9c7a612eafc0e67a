"""Taking changes of settings back, from the message that told of them."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.models import Brand
from core.roles import Right
from core.web import Request, back, require, show_error, show_success
from integrations.models import DomainExclusion
from integrations.settings_changes import ActionError, undo
from integrations.views._shared import responses
from integrations.views._shared.getters import connected_brand
from integrations.views._shared.labels import what_follows
from integrations.views.audit import panel as audit_panel
from integrations.views.settings import exclusions, global_settings
from integrations.views.users import panel as user_panel
from integrations.views.users import views as users


@require_POST
@require(Right.CHANGE_SETTINGS)
def undo_changes(request: Request, brand: str) -> HttpResponse:
    """All of the changes that the form names by their keys in the history, or none of them."""
    found = connected_brand(brand)
    keys = [
        int(key) for key in request.POST.get("changes", "").split(",") if key.isdecimal() and len(key) < 19
    ]
    try:
        outcomes = undo(found, keys, request.user)
    except ActionError as refusal:
        show_error(request, str(refusal))
    else:
        show_success(request, " ".join([_("Undone."), *filter(None, map(what_follows, outcomes))]))
    return _answer(request, found)


def _answer(request: Request, brand: Brand) -> HttpResponse:
    """With what the change was about, as the form says."""
    webinar, kind, user = (request.POST.get(name, "") for name in ("webinar", "list", "user"))
    if webinar.isdecimal() and len(webinar) < 19:
        if request.htmx and request.htmx.target == "audit-log":
            return audit_panel.answer(request, connected_brand(brand.slug), int(webinar))
        return responses.with_row(request, brand, int(webinar))
    if user.isdecimal() and len(user) < 19:
        return user_panel.answer(request, brand, int(user))
    if request.htmx and request.htmx.target == "users":
        return users.answer(request, brand)
    if kind in DomainExclusion.Kind.values:
        return exclusions.answer(request, brand, DomainExclusion.Kind(kind))
    if request.htmx and request.htmx.target == "global-settings":
        return global_settings.answer(request, brand.slug)
    return back(request, reverse("zoom:settings", args=[brand.slug]))
