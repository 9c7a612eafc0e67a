"""The three lists of domains on the tab "Global settings" (R13, R14, R15): enter, choose, paste, remove."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from contacts.models import Brand
from core.domains import in_letters, to_ascii
from core.roles import Right
from core.web import Request, render_page, render_panel, require, show_error, wants_fragment
from integrations.models import DomainExclusion, SkippedPerson
from integrations.settings_changes import (
    BadDomainsError,
    Outcome,
    add_exclusions,
    clean_domains,
    contacts_with,
    remove_exclusions,
)
from integrations.views._shared import responses
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import any_brand
from integrations.views._shared.preview_text import contacts_fact
from integrations.views._shared.responses import Question, exclusions_changed, with_consequences
from integrations.views.settings.known_domains import known_domains

Kind = DomainExclusion.Kind
FEW = 3  # domains that a question names
SHOWN = 50  # of a list among the other settings; its own page has all of them
PER_PAGE = 200


@dataclass(frozen=True)
class ExclusionList:
    """One of the lists as the page draws it."""

    kind: Kind
    entries: Sequence[DomainExclusion]
    total: int = 0  # with those that are not shown
    search: str = ""
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

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.entries)


def lists_of(brand: Brand) -> list[ExclusionList]:
    """All three, each with its first entries, in two queries."""
    mine = DomainExclusion.objects.filter(brand=brand)
    totals = dict(mine.order_by().values_list("kind").annotate(Count("pk")))
    rank = Window(RowNumber(), partition_by="kind", order_by="domain")
    entries = list(mine.annotate(rank=rank).filter(rank__lte=SHOWN).order_by("domain"))
    return [
        ExclusionList(kind, [entry for entry in entries if entry.kind == kind], totals.get(kind, 0))
        for kind in Kind
    ]


@require_safe
def listed(request: Request, slug: str, kind: str) -> HttpResponse:
    """One list with all of its domains, page by page and searchable; or its beginning, for the settings."""
    brand, chosen = any_brand(slug), _kind(kind)
    if wants_fragment(request) and request.htmx.target == f"list-{chosen}":
        context = {**brand_context(request, brand), "list": _beginning(brand, chosen)}
        return render_page(request, "integrations/exclusion_list.html", context)
    search = request.GET.get("q", "").strip()
    entries = _searched(DomainExclusion.objects.filter(brand=brand, kind=chosen), search)
    page = Paginator(entries.order_by("domain"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **brand_context(request, brand),
        "list": ExclusionList(chosen, list(page.object_list), len(page.object_list)),
        "page": page,
        "search": search,
        "tab": "settings",
    }
    return render_page(request, "integrations/exclusions.html", context, "exclusions")


def _searched(entries: QuerySet[DomainExclusion], search: str) -> QuerySet[DomainExclusion]:
    """An IDN is found in its own letters too: what is stored is its ASCII form."""
    if not search:
        return entries
    typed = search.lower().lstrip("@*.")
    return entries.filter(Q(domain__contains=typed) | Q(domain__contains=to_ascii(typed) or typed))


@require_POST
@require(Right.CHANGE_SETTINGS)
def add(request: Request, slug: str, kind: str) -> HttpResponse:
    """Domains as typed, pasted or ticked; asks first, with what their exclusion will do.

    A mistake among them refuses all, and says which it is.
    """
    brand, chosen = any_brand(slug), _kind(kind)
    typed = "\n".join(request.POST.getlist("domains"))
    make = partial(add_exclusions, brand, chosen, typed, request.user)
    try:
        question = _question_before_adding(brand, chosen, clean_domains(typed))
        return responses.change(request, brand, make, _excluded, _page(brand), question=question)
    except BadDomainsError as refusal:
        return _refused(request, brand, chosen, typed, refusal.problems)


def _question_before_adding(brand: Brand, kind: Kind, domains: Sequence[str]) -> Question:
    facts = (contacts_fact(contacts_with(brand, domains)),) if kind == Kind.CONTACT else ()
    return Question(_("Exclude %(domains)s?") % {"domains": _few(domains)}, _("Exclude"), facts)


def _few(domains: Sequence[str], most: int = FEW) -> str:
    """The first of many, and how many more there are."""
    domains = [in_letters(domain) for domain in domains]
    if len(domains) <= most:
        return ", ".join(domains)
    more = {"domains": ", ".join(domains[:most]), "count": len(domains) - most}
    return _("%(domains)s and %(count)s more") % more


def _excluded(outcome: Outcome) -> str:
    domains = _few([change.new for change in outcome.changes], most=5)
    return with_consequences(_("Excluded: %(domains)s.") % {"domains": domains}, outcome)


@require_POST
@require(Right.CHANGE_SETTINGS)
def remove(request: Request, slug: str, kind: str) -> HttpResponse:
    """Asks first, with whom and what it will let in."""
    brand, chosen = any_brand(slug), _kind(kind)
    domain = request.POST.get("domain", "")
    values = {"domain": in_letters(domain)}
    make = partial(remove_exclusions, brand, chosen, [domain], request.user)
    question = Question(_("Remove %(domain)s from the exclusions?") % values, _("Remove"))
    skipped = SkippedPerson.objects.excluded_by(domain) if chosen == Kind.CONTACT else None
    try:
        message = _("%(domain)s is no longer excluded.") % values
        return responses.change(
            request, brand, make, message, _page(brand), question=question, skipped=skipped
        )
    except BadDomainsError as refusal:
        show_error(request, str(refusal))
        return responses.changed(request, _page(brand), exclusions_changed(chosen))


@require_safe
@require(Right.CHANGE_SETTINGS)
def choose(request: Request, slug: str, kind: str) -> HttpResponse:
    """The domains that hosts or registrants really have, to be ticked."""
    brand, chosen = any_brand(slug), _kind(kind)
    search = request.GET.get("q", "").strip()
    context = {
        **brand_context(request, brand),
        "list": ExclusionList(chosen, []),
        "domains": known_domains(brand, chosen, search),
        "search": search,
    }
    return render_panel(request, "integrations/known_domains.html", context, "domains")


def _page(brand: Brand) -> str:
    return reverse("zoom:settings", args=[brand.slug])


def _beginning(brand: Brand, kind: Kind) -> ExclusionList:
    """The list as it stands among the other settings."""
    return next(row for row in lists_of(brand) if row.kind == kind)


def _refused(request: Request, brand: Brand, kind: Kind, typed: str, problems: list[str]) -> HttpResponse:
    """The list with what was typed; without a script on a page of its own."""
    shown = replace(_beginning(brand, kind), typed=typed, problems=problems)
    context: dict[str, Any] = {**brand_context(request, brand), "list": shown}
    template = "integrations/exclusion_list.html" if request.htmx else "integrations/exclusion_page.html"
    drawn = render_page(request, template, context, status=422)
    return trigger_client_event(
        reswap(retarget(drawn, f"#exclusions-{kind}"), "outerHTML"), "panel:close", {}
    )


def _kind(kind: str) -> Kind:
    if kind not in Kind.values:
        raise Http404
    return Kind(kind)
