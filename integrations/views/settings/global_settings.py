"""The switches of the tab "Global settings" (R8-R12, R16), and the page that they are on."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contacts.models import Brand
from core.roles import Right
from core.web import Request, render_page, require
from integrations.models import SkippedPerson, ZoomSettings, ZoomUser
from integrations.settings_changes import set_global
from integrations.views._shared import responses
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import any_brand
from integrations.views._shared.preview_text import NO_NEW_CONTACTS, Fact
from integrations.views._shared.responses import Question
from integrations.views.settings.exclusions import lists_of
from integrations.views.webinars.catch_up_progress import backlog_of

TEMPLATE = "integrations/global_settings.html"
SWITCHES = {
    "sync_webinars": gettext_lazy("Sync webinar data"),
    "create_contacts": gettext_lazy("Create contacts"),
    "exclude_staff": gettext_lazy("Exclude hosts and panelists"),
}
# Whom a setting may let in, by how it is turned.
LETS_IN = {
    ("create_contacts", True): SkippedPerson.Reason.CREATION_OFF,
    ("exclude_staff", False): SkippedPerson.Reason.STAFF,
}


@require_safe
def page(request: Request, slug: str) -> HttpResponse:
    brand = any_brand(slug)
    return render_page(request, TEMPLATE, _context(request, brand), "global-settings", "backlog")


def _context(request: Request, brand: Brand) -> dict[str, Any]:
    users = ZoomUser.objects.filter(connection__brand=brand, is_gone=False)
    return {
        **brand_context(request, brand),
        "tab": "settings",
        "users": users.aggregate(all=Count("pk"), selected=Count("pk", filter=Q(sync_recordings=True))),
        "recordings": ZoomSettings.Recordings,
        "backlog": backlog_of(brand),
        "lists": lists_of(brand),
    }


@require_POST
@require(Right.CHANGE_SETTINGS)
def switch(request: Request, slug: str) -> HttpResponse:
    """Turns what the form names, and leaves the rest as it is; asks first, with what that will do."""
    brand = any_brand(slug)
    page = reverse("zoom:settings", args=[brand.slug])
    if change := _requested_in(request.POST):
        make = partial(set_global, brand, **change.settings, actor=request.user)
        return responses.change(
            request, brand, make, change.message, page, question=change.question, skipped=change.skipped
        )
    return responses.changed(request, page)


@dataclass(frozen=True)
class RequestedChange:
    """What a form wants to be set, how to ask for it, and how to say that it is done."""

    settings: dict[str, Any]
    question: Question
    message: str
    skipped: QuerySet[SkippedPerson] | None = None  # those whom it may let in


def _requested_in(form: QueryDict) -> RequestedChange | None:
    for name in SWITCHES:
        if (value := form.get(name)) in ("on", "off"):
            return _turning(name, on=value == "on")
    if (choice := form.get("recordings", "")) in ZoomSettings.Recordings.values:
        return _recordings(ZoomSettings.Recordings(choice))
    return None


def _turning(name: str, *, on: bool) -> RequestedChange:
    values = {"setting": SWITCHES[name]}
    title = _("Turn on “%(setting)s”?") if on else _("Turn off “%(setting)s”?")
    facts = [] if on or name != "create_contacts" else [NO_NEW_CONTACTS]
    message = _("“%(setting)s” is on.") if on else _("“%(setting)s” is off.")
    reason = LETS_IN.get((name, on))
    return RequestedChange(
        {name: on},
        Question(
            title % values,
            _("Turn on") if on else _("Turn off"),
            tuple(Fact("user-x", str(text)) for text in facts),
        ),
        message % values,
        SkippedPerson.objects.filter(reason=reason) if reason else None,
    )


def _recordings(chosen: ZoomSettings.Recordings) -> RequestedChange:
    values = {"choice": chosen.label}
    title = _("Sync recordings and transcripts for: %(choice)s?") % values
    message = _("Recordings and transcripts: %(choice)s.") % values
    return RequestedChange({"recordings": chosen.value}, Question(title, _("Save")), message)
