"""How a change of settings is answered: with the part of the page that it changed, and an undo.

Without a script the answer is the page that the form was on.
"""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import trigger_client_event

from contacts.models import Brand
from core.web import Request, Undo, back, show_error, show_success
from integrations.settings.effective import brand_switches
from integrations.settings_changes import ActionError, BadDomainsError, Outcome
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import webinar_of
from integrations.views.users.table import own_webinars
from integrations.views.webinars.table import rows_of


def change(
    request: Request,
    brand: Brand,
    say_it: Callable[[Outcome], str],
    make: Callable[[], Outcome],
    *,
    target: str = "",
    swap: str = "outerHTML",
    **fields: str,
) -> Outcome | None:
    """Makes a change, says what it did with an undo, or why it was refused (then it is None).

    `target` is the element that the undo's answer replaces (or, by `swap`, fills); `fields` go along with it.
    Raises `BadDomainsError`, which belongs beside the field that they were typed into.
    """
    try:
        outcome = make()
    except BadDomainsError:
        raise
    except ActionError as refusal:
        show_error(request, str(refusal))
        return None
    if outcome:
        keys = ",".join(str(row.pk) for row in outcome.changes)
        if "next" in request.POST:  # another page follows, which has no such element
            target = ""
        undo = Undo(reverse("zoom:undo", args=[brand.slug]), {"changes": keys, **fields}, target, swap)
        show_success(request, say_it(outcome), undo)
    return outcome


def with_row(request: Request, brand: Brand, zoom_webinar_id: int) -> HttpResponse:
    """The webinar's row as it is now, in the list that it was changed in: of all webinars, or of one host's.

    The page then looks at once what is syncing.
    """
    if not request.htmx:
        return back(request, reverse("zoom:home", args=[brand.slug]))
    webinar = webinar_of(brand, zoom_webinar_id)
    context = brand_context(request, brand)
    if is_among_hosts_own(request):
        (context["own"],) = own_webinars(brand_switches(brand), [webinar])
        response = render(request, "integrations/own_webinar.html", context)
    else:
        (context["row"],) = rows_of(brand, [webinar])
        response = render(request, "integrations/webinar_row.html", context)
    return trigger_client_event(response, "live", {})


def is_among_hosts_own(request: Request) -> bool:
    """Whether the form stands in the list of one host's webinars (R21)."""
    return bool(request.htmx) and (request.htmx.target or "").startswith("own-")
