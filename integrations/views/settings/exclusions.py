"""The three lists of domains on the tab "Global settings" (R13, R14, R15): enter, choose, paste, remove."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from contacts.models import Brand
from core.roles import Right
from core.web import Request, render_page, render_panel, require, show_error
from integrations.models import DomainExclusion, SkippedPerson
from integrations.settings_changes import (
    BadDomainsError,
    Outcome,
    add_exclusions,
    clean_domains,
    contacts_with,
    remove_exclusions,
)
from integrations.views._shared import confirmation, responses
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.confirmation import Question
from integrations.views._shared.getters import connected_brand
from integrations.views._shared.labels import followed
from integrations.views._shared.preview_text import contacts_fact
from integrations.views.settings.known_domains import known_domains

Kind = DomainExclusion.Kind
FEW = 3  # domains that a question names


@dataclass(frozen=True)
class ExclusionList:
    """One of the lists as the page draws it."""

    kind: Kind
    entries: list[DomainExclusion]
    typed: str = ""  # what was refused, so that it can be put right
    problems: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return {
            Kind.HOST: _("Webinar exclusions"),
            Kind.RECORDING: _("Recording exclusions"),
            Kind.CONTACT: _("Contact exclusions"),
        }[self.kind]

    @property
    def meaning(self) -> str:
        return {
            Kind.HOST: _("Webinars hosted by Zoom users with one of these email domains don't sync."),
            Kind.RECORDING: _(
                "Recordings and transcripts hosted by Zoom users with one of these email domains don't sync."
            ),
            Kind.CONTACT: _(
                "People with one of these email domains don't become contacts, and existing contacts with "
                "one get no Zoom activity. Enter your own company's domains."
            ),
        }[self.kind]


def lists_of(brand: Brand) -> list[ExclusionList]:
    """All three, in one query."""
    entries = list(DomainExclusion.objects.filter(brand=brand).order_by("domain"))
    return [ExclusionList(kind, [entry for entry in entries if entry.kind == kind]) for kind in Kind]


@require_POST
@require(Right.CHANGE_SETTINGS)
def add(request: Request, brand: str, kind: str) -> HttpResponse:
    """Domains as typed, pasted or ticked; asks first, with what their exclusion will do.

    A mistake among them refuses all, and says which it is.
    """
    found, chosen = connected_brand(brand), _kind(kind)
    typed = "\n".join(request.POST.getlist("domains"))
    make = partial(add_exclusions, found, chosen, typed, request.user)
    try:
        if question := _ask_before_adding(request, found, chosen, typed, make):
            return question
        target = f"exclusions-{chosen}"
        responses.change(request, found, _excluded, make, target=target, list=chosen.value)
    except BadDomainsError as refusal:
        return _refused(request, found, chosen, typed, refusal.problems)
    return answer(request, found, chosen)


def _ask_before_adding(
    request: Request, brand: Brand, kind: Kind, typed: str, make: Callable[[], Outcome]
) -> HttpResponse | None:
    """Raises `BadDomainsError`."""
    domains = clean_domains(typed)
    words = {"domains": _few(domains)}
    facts = (contacts_fact(contacts_with(domains)),) if kind == Kind.CONTACT else ()
    question = Question(_("Exclude %(domains)s?") % words, _("Exclude"), facts)
    return confirmation.ask(request, brand, question, make)


def _few(domains: Sequence[str]) -> str:
    """The first of many, and how many more there are."""
    if len(domains) <= FEW:
        return ", ".join(domains)
    more = {"domains": ", ".join(domains[:FEW]), "count": len(domains) - FEW}
    return _("%(domains)s and %(count)s more") % more


def _excluded(outcome: Outcome) -> str:
    domains = ", ".join(change.new for change in outcome.changes)
    return followed(_("Excluded: %(domains)s.") % {"domains": domains}, outcome)


@require_POST
@require(Right.CHANGE_SETTINGS)
def remove(request: Request, brand: str, kind: str) -> HttpResponse:
    """Asks first, with whom and what it will let in."""
    found, chosen = connected_brand(brand), _kind(kind)
    domain = request.POST.get("domain", "")
    words = {"domain": domain}
    make = partial(remove_exclusions, found, chosen, [domain], request.user)
    question = Question(_("Remove %(domain)s from the exclusions?") % words, _("Remove"))
    skipped = SkippedPerson.objects.kept_out_by(domain) if chosen == Kind.CONTACT else None
    try:
        if asked := confirmation.ask(request, found, question, make, skipped):
            return asked
        said = partial(followed, _("%(domain)s is no longer excluded.") % words)
        responses.change(request, found, said, make, target=f"exclusions-{chosen}", list=chosen.value)
    except BadDomainsError as refusal:
        show_error(request, str(refusal))
    return answer(request, found, chosen)


@require_safe
@require(Right.CHANGE_SETTINGS)
def choose(request: Request, brand: str, kind: str) -> HttpResponse:
    """The domains that hosts or registrants really have, to be ticked."""
    found, chosen = connected_brand(brand), _kind(kind)
    search = request.GET.get("q", "").strip()
    context = {
        **brand_context(request, found),
        "list": ExclusionList(chosen, []),
        "domains": known_domains(found, chosen, search),
        "search": search,
    }
    return render_panel(request, "integrations/known_domains.html", context, "domains")


def answer(request: Request, brand: Brand, kind: Kind) -> HttpResponse:
    """The list as it is now."""
    page = reverse("zoom:settings", args=[brand.slug])
    (shown,) = (one for one in lists_of(brand) if one.kind == kind)
    fragment = partial(_drawn, request, brand, shown)
    return confirmation.done(request, page, fragment, f"exclusions-{kind}", "outerHTML")


def _refused(request: Request, brand: Brand, kind: Kind, typed: str, problems: list[str]) -> HttpResponse:
    (now,) = (one for one in lists_of(brand) if one.kind == kind)
    drawn = _drawn(request, brand, ExclusionList(kind, now.entries, typed, problems), status=422)
    return confirmation.closing_panel(reswap(retarget(drawn, f"#exclusions-{kind}"), "outerHTML"))


def _drawn(request: Request, brand: Brand, shown: ExclusionList, status: int = 200) -> HttpResponse:
    """One list alone; without a script on a page of its own."""
    context: dict[str, Any] = {**brand_context(request, brand), "list": shown}
    template = "integrations/exclusion_list.html" if request.htmx else "integrations/exclusion_page.html"
    return render_page(request, template, context, status=status)


def _kind(kind: str) -> Kind:
    if kind not in Kind.values:
        raise Http404
    return Kind(kind)
