"""How a change of settings is asked for and answered.

Before: what it will do, in figures, and a button that does it (X6). The question is the answer to the same
form, sent without the mark that a person has said yes. It comes in a panel, or without a script as a page.

After: a message with an undo, and an event for whatever on the page shows such a thing. That listens
(components/renews.html) and fetches itself, so that no view has to know which page it was called from.
Without a script the answer is the page that the form was on.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django_htmx.http import reswap, retarget, trigger_client_event

from contacts.models import Brand
from core.web import CONFIRMED, Request, Undo, back, render_panel, show_error, show_success
from integrations.models import SettingChange, SkippedPerson
from integrations.settings_changes import ActionError, BadDomainsError, Outcome, preview
from integrations.views._shared.preview_text import Fact, Missing, facts_of, missing_of

# What a page listens to.
SETTINGS_CHANGED = "settings-changed"
WEBINAR_CHANGED = "webinar-changed"  # how its sync stands
PEOPLE_CHANGED = "people-changed"  # who is skipped

PANEL = "panel"  # the field that names what the panel shows once a question in it is answered
_NOT_KEPT = {CONFIRMED, PANEL, "next", "csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Question:
    title: str
    button: str
    facts: tuple[Fact, ...] = ()  # what is known without a preview
    goes_back_to: str = ""  # what the panel shows again afterwards; without one it closes
    template: str = "integrations/confirm.html"
    typed: tuple[str, ...] = ()  # fields that this template lets the person put right


@dataclass(frozen=True)
class Forecast:
    """What a change would do, and what of the past Zoom no longer keeps."""

    facts: list[Fact]
    missing: Missing | None = None


def change(
    request: Request,
    brand: Brand,
    make: Callable[[], Outcome],
    message: str | Callable[[Outcome], str],
    fallback: str,
    *,
    question: Question | None = None,
    skipped: QuerySet[SkippedPerson] | None = None,
    can_undo: bool = True,
) -> HttpResponse:
    """Makes a change, and says what it did, with an undo, or why it was rejected.

    Asks the `question` first, if there is one; `skipped` are people the change may let in. A `message` that
    is a text is followed by what the change meant for the webinars.
    Raises `BadDomainsError`, which belongs beside the field that they were typed into.
    """
    changes: tuple[SettingChange, ...] = ()
    try:
        if question and not is_confirmed(request) and (forecast := _forecast(brand, make, skipped)):
            return ask(request, question, forecast, reverse("zoom:settings", args=[brand.slug]))
        outcome = make()
    except BadDomainsError:
        raise
    except ActionError as refusal:
        show_error(request, str(refusal))
    else:
        changes = outcome.changes
        if changes:
            text = message(outcome) if callable(message) else with_consequences(message, outcome)
            show_success(request, text, _undo(brand, changes) if can_undo else None)
    return changed(request, fallback, *events_of(changes))


def _forecast(
    brand: Brand, make: Callable[[], Outcome], skipped: QuerySet[SkippedPerson] | None
) -> Forecast | None:
    """None where there is nothing to ask: nothing would change. Raises what the change raises."""
    outlook = preview(brand, make, skipped)
    return Forecast(facts_of(outlook), missing_of(outlook)) if outlook.outcome else None


def is_confirmed(request: Request) -> bool:
    return CONFIRMED in request.POST


def ask(request: Request, question: Question, forecast: Forecast, fallback: str) -> HttpResponse:
    """Shows the question. Its form sends again what was sent, with the mark.

    As a page of its own it leads back to where the form was, or to `fallback`.
    """
    in_panel = bool(request.htmx) and request.htmx.target == "panel"
    context = {
        "question": question,
        "facts": [*question.facts, *forecast.facts],
        "missing": forecast.missing,
        "fields": [*_posted(request, question.typed), (CONFIRMED, "yes")],
        "names": {name: request.POST.get(name, "") for name in question.typed},
        "back": "" if in_panel else back(request, fallback).url,
        "in_panel": in_panel,
    }
    return render_panel(request, question.template, context)


def _posted(request: Request, typed: Collection[str]) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in _NOT_KEPT and name not in typed:
            yield from ((name, str(value)) for value in values)


def with_consequences(message: str, outcome: Outcome) -> str:
    """What was done, and what follows from it."""
    return f"{message} {_what_follows(outcome)}".strip()


def _what_follows(outcome: Outcome) -> str:
    """How many webinars a change of settings touched, in sentences; nothing when it touched none."""
    started, stopped, queued = outcome.started, outcome.stopped, outcome.queued
    sentences = [
        (started, ngettext("%(count)s webinar syncs now.", "%(count)s webinars sync now.", started)),
        (
            stopped,
            ngettext(
                "%(count)s webinar no longer syncs. Existing data is kept.",
                "%(count)s webinars no longer sync. Existing data is kept.",
                stopped,
            ),
        ),
        (
            queued,
            ngettext(
                "%(count)s webinar is catching up.",
                "%(count)s webinars are catching up.",
                queued,
            ),
        ),
    ]
    return " ".join(text % {"count": intcomma(count)} for count, text in sentences if count)


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
