"""Look up a person: by an email address, with why it is in the CRM or is not; or by a name, which offers
the addresses of those who have it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contacts.models import Contact
from core.emails import is_valid
from core.web import Request, render_page
from integrations import audit
from integrations.models import SkippedPerson
from integrations.people.explanation import (
    BrandVerdict,
    CrmStatus,
    Explanation,
    WebinarAppearance,
    appearances,
    explain,
    people_named,
    verdicts_on,
)
from integrations.rules.people import Reason, Skip
from integrations.views._shared.labels import why_not
from integrations.views.audit.entries import session_starts
from integrations.views.audit.resolve import Remedy, remedy_of

PER_PAGE = 20


@dataclass(frozen=True)
class Ruling:
    """A rule that keeps a person out, in words."""

    label: str
    meaning: str
    entry: str  # of the list that hit


@dataclass(frozen=True)
class BrandLine:
    verdict: BrandVerdict
    rulings: list[Ruling]  # none: would enter


@dataclass(frozen=True)
class Attended:
    session: datetime | None
    joined_at: datetime
    left_at: datetime


@dataclass(frozen=True)
class Line:
    """One webinar of the explanation, as the page draws it."""

    appearance: WebinarAppearance
    ruling: Ruling | None
    why_not: str
    attended: list[Attended]
    remedy: Remedy | None

    @property
    def crm_status(self) -> CrmStatus:
        return self.appearance.crm_status

    @property
    def is_outdated(self) -> bool:
        """The rules would let the person in now: what is listed as skipped goes with the next sync."""
        return bool(self.appearance.skipped) and not isinstance(self.appearance.decision, Skip)


@require_safe
def explain_person(request: Request) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\0", "").strip()
    context: dict[str, Any] = {"typed": typed}
    if typed and "@" not in typed:
        context["namesakes"] = people_named(typed)
    elif typed:
        explanation = explain(typed)
        page = Paginator(explanation.webinars, PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "explanation": explanation,
            "is_valid": is_valid(explanation.email),
            "brands": _brand_lines(explanation.verdicts),
            "page": page,
            "lines": _lines(request, explanation, list(page.object_list)),
        }
    return render_page(request, "integrations/explain.html", context, "explanation")


@require_safe
def rules_for_contact(request: Request, pk: int) -> HttpResponse:
    """For the contact's page: the brands whose rules keep Zoom activity from it, with every such rule."""
    contact = get_object_or_404(Contact, pk=pk)
    lines = [line for line in _brand_lines(verdicts_on(contact.email)) if line.rulings]
    context = {"contact": contact, "brands": lines}
    return render(request, "integrations/contact_rules.html", context)


def _brand_lines(verdicts: Iterable[BrandVerdict]) -> list[BrandLine]:
    return [BrandLine(verdict, list(map(_ruling_of, verdict.skips))) for verdict in verdicts]


def _lines(request: Request, explanation: Explanation, keys: list[int]) -> list[Line]:
    listed = appearances(explanation, keys)
    starts = session_starts({stay.session_uuid for row in listed for stay in row.stays})
    return [_line(request, row, starts) for row in listed]


def _line(request: Request, appearance: WebinarAppearance, starts: dict[str, datetime | None]) -> Line:
    person = appearance.skipped[0] if appearance.skipped else None
    ruling = None
    if person:
        ruling = _worded(Reason(person.reason), person.rule)
    elif isinstance(appearance.decision, Skip):
        ruling = _ruling_of(appearance.decision)
    return Line(
        appearance,
        ruling if appearance.crm_status is CrmStatus.SKIPPED else None,
        why_not(appearance.effect),
        [Attended(starts.get(stay.session_uuid), stay.joined_at, stay.left_at) for stay in appearance.stays],
        _remedy(request, appearance, person),
    )


def _remedy(request: Request, appearance: WebinarAppearance, person: SkippedPerson | None) -> Remedy | None:
    """None for someone whom the next sync lets in anyway."""
    if person is None or not isinstance(appearance.decision, Skip):
        return None
    person.webinar = appearance.webinar
    return remedy_of(request, person)


def _ruling_of(skip: Skip) -> Ruling:
    return _worded(skip.reason, skip.entry)


def _worded(reason: Reason, entry: str) -> Ruling:
    label = SkippedPerson.Reason(reason).label
    return Ruling(str(label), str(audit.definition(f"skipped_{reason}").meaning), entry)
