"""The switches of the tab "Global settings" (R8-R12, R16), and the page that they are on."""

from functools import partial
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from integrations.actions import set_global
from integrations.models import Brand, ZoomSettings, ZoomUser
from integrations.views import answers
from integrations.views.backlog import backlog_of
from integrations.views.exclusions import lists_of
from integrations.views.frame import frame_of
from integrations.views.lookup import connected_brand
from integrations.views.words import followed
from zoomsync.lib.roles import Right
from zoomsync.lib.web import Request, back, render_page, require

TEMPLATE = "integrations/global_settings.html"
SWITCHES = {
    "sync_webinars": gettext_lazy("Sync webinar data"),
    "create_contacts": gettext_lazy("Create contacts"),
}


@require_safe
def page(request: Request, brand: str) -> HttpResponse:
    found = connected_brand(brand)
    return render_page(request, TEMPLATE, context_of(request, found), "global-settings")


def context_of(request: Request, brand: Brand) -> dict[str, Any]:
    users = ZoomUser.objects.filter(connection=brand.connection, is_gone=False)
    return {
        **frame_of(request, brand),
        "tab": "settings",
        "users": users.aggregate(all=Count("pk"), selected=Count("pk", filter=Q(sync_recordings=True))),
        "recordings": ZoomSettings.Recordings,
        "backlog": backlog_of(brand),
        "lists": lists_of(brand),
    }


@require_POST
@require(Right.CHANGE_SETTINGS)
def switch(request: Request, brand: str) -> HttpResponse:
    """Turns what the form names, and leaves the rest as it is."""
    found = connected_brand(brand)
    wished, said = _wished(request.POST)
    if wished:
        make = partial(set_global, found, **wished, actor=request.user)
        answers.change(
            request, found, partial(followed, said), make, target="global-settings", swap="innerHTML"
        )
    return answer(request, found.slug)


def answer(request: Request, brand: str) -> HttpResponse:
    """The switches as they are now."""
    if request.htmx:
        context = context_of(request, connected_brand(brand))
        return render_page(request, TEMPLATE, context, "global-settings")
    return back(request, reverse("zoom:settings", args=[brand]))


def _wished(form: QueryDict) -> tuple[dict[str, Any], str]:
    """What the form wants, and how to say so."""
    for name, setting in SWITCHES.items():
        if (value := form.get(name)) in ("on", "off"):
            said = _("“%(setting)s” is on.") if value == "on" else _("“%(setting)s” is off.")
            return {name: value == "on"}, said % {"setting": setting}
    if (choice := form.get("recordings", "")) in ZoomSettings.Recordings.values:
        chosen = ZoomSettings.Recordings(choice)
        return {"recordings": chosen.value}, _("Recordings and transcripts: %(choice)s.") % {
            "choice": chosen.label
        }
    return {}, ""
