"""Asking before a change of settings is made: what it will do, in figures, and a button that does it (X6).

The question is the answer to the same form, sent without the mark that somebody has said yes; with the mark,
the view makes the change. A panel where there is a script, a page of its own without. Decides nothing about
the change.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from contacts.models import Brand
from core.web import CONFIRMED, Request, back, render_panel
from integrations.models import SkippedPerson
from integrations.settings_changes import ActionError, BadDomainsError, Outcome, preview
from integrations.views._shared.preview_text import Fact, Missing, facts_of, missing_of
from integrations.views._shared.responses import PANEL

_NOT_KEPT = {CONFIRMED, PANEL, "next", "csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Question:
    title: str
    button: str
    facts: tuple[Fact, ...] = ()  # what is known of it without a rehearsal
    goes_back_to: str = ""  # what the panel shows again afterwards; without one it closes
    template: str = "integrations/confirm.html"
    typed: tuple[str, ...] = ()  # fields that this template lets the person put right


@dataclass(frozen=True)
class Foretold:
    """What the page tells: the facts, and what Zoom does not keep any more."""

    facts: list[Fact]
    missing: Missing | None = None


def ask(
    request: Request,
    brand: Brand,
    question: Question,
    make: Callable[[], Outcome],
    skipped: QuerySet[SkippedPerson] | None = None,
) -> HttpResponse | None:
    """The question, or None when it is answered, or when there is nothing to ask: no change, or a refusal.

    Raises `BadDomainsError`, which belongs beside the field that they were typed into.
    """
    if is_confirmed(request):
        return None
    try:
        forecast = preview(brand, make, skipped)
    except BadDomainsError:
        raise
    except ActionError:
        return None
    if not forecast.outcome:
        return None
    page = reverse("zoom:settings", args=[brand.slug])
    return put(request, question, Foretold(facts_of(forecast), missing_of(forecast)), page)


def is_confirmed(request: Request) -> bool:
    return CONFIRMED in request.POST


def put(request: Request, question: Question, foretold: Foretold, fallback: str) -> HttpResponse:
    """Shows the question. Its form sends again what was sent, with the mark.

    As a page of its own it leads back to where the form was, or to `fallback`.
    """
    in_panel = bool(request.htmx) and request.htmx.target == "panel"
    context = {
        "question": question,
        "facts": [*question.facts, *foretold.facts],
        "missing": foretold.missing,
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
