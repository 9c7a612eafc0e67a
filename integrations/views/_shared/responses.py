"""How a change is answered: with what was done, and an event for whatever on the page shows such a thing.

It listens (components/renews.html) and fetches itself, so that no view has to know which page it was called
from. Without a script the answer is the page that the form was on.
"""

from collections.abc import Callable, Iterable

from django.http import HttpResponse
from django.urls import reverse
from django_htmx.http import reswap, retarget, trigger_client_event

from contacts.models import Brand
from core.web import CONFIRMED, Request, Undo, back, show_error, show_success
from integrations.models import SettingChange
from integrations.settings_changes import ActionError, BadDomainsError, Outcome

# What a page listens to.
SETTINGS_CHANGED = "settings-changed"
WEBINAR_CHANGED = "webinar-changed"  # how its sync stands
PEOPLE_CHANGED = "people-changed"  # who is skipped

PANEL = "panel"  # the field that names what the panel shows once a question in it is answered


def change(
    request: Request,
    brand: Brand,
    say_it: Callable[[Outcome], str],
    make: Callable[[], Outcome],
    fallback: str,
    *,
    can_undo: bool = True,
) -> HttpResponse:
    """Makes a change and says what it did, with an undo, or why it was refused.

    Raises `BadDomainsError`, which belongs beside the field that they were typed into.
    """
    changes: tuple[SettingChange, ...] = ()
    try:
        outcome = make()
    except BadDomainsError:
        raise
    except ActionError as refusal:
        show_error(request, str(refusal))
    else:
        changes = outcome.changes
        if changes:
            show_success(request, say_it(outcome), _undo(brand, changes) if can_undo else None)
    return changed(request, fallback, *events_of(changes))


def _undo(brand: Brand, changes: Iterable[SettingChange]) -> Undo:
    fields = {"changes": ",".join(str(row.pk) for row in changes), CONFIRMED: "yes"}
    return Undo(reverse("zoom:undo", args=[brand.slug]), fields, in_place=True)


def events_of(changes: Iterable[SettingChange]) -> list[str]:
    """Each list of domains has an event of its own: what is typed into the others stays."""
    kinds = {row.field for row in changes if row.scope == SettingChange.Scope.EXCLUSION}
    return [SETTINGS_CHANGED, *(exclusions_changed(kind) for kind in sorted(kinds))]


def exclusions_changed(kind: str) -> str:
    return f"{kind}-exclusions-changed"


def changed(request: Request, fallback: str, *events: str) -> HttpResponse:
    """The answer once something was done or refused; `fallback` is for those without script."""
    if not request.htmx:
        return back(request, fallback)
    response = reswap(retarget(HttpResponse(), "#messages"), "none")
    for event in events:
        trigger_client_event(response, event, {})
    return _leaving_question(request, response)


def _leaving_question(request: Request, response: HttpResponse) -> HttpResponse:
    """The panel that asked closes, or shows again what was in it before."""
    if CONFIRMED not in request.POST or request.htmx.target != "panel":
        return response
    if url := request.POST.get(PANEL):
        return trigger_client_event(response, "panel:open", {"url": url})
    return trigger_client_event(response, "panel:close", {})
