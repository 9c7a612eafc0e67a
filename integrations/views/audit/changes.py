"""What a sync changed, as counts that open into the people and rows behind them.

A row says which sync wrote it last. One that was written again is listed with the later sync; how many
are missing for that, and which syncs may have them, the page says. Of what a sync took away there are no
rows: these counts open into nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contacts.models import Contact
from core.web import COUNTED_ROWS, Request, paginate, render_page
from integrations.models import Registrant, SkippedPerson, SyncRun
from integrations.sync.change_summary import changes_in
from marketing_events.models import Call, Participation

LATER_SHOWN = 5


@dataclass(frozen=True)
class Change:
    """A count in words, with the address of what it counts, if there is one."""

    text: str
    url: str = ""


def changes_of(counts: Mapping[str, Any], run_id: int | None) -> list[Change]:
    """Those that people care about, in their order; none for what is nought."""
    changes = []
    for name, message in changes_in(counts):
        page = _KIND_OF.get(name) if run_id else None
        changes.append(Change(str(message), reverse("zoom:run_rows", args=[run_id, page]) if page else ""))
    return changes


_WRITTEN_SINCE = _("changed or removed since.")


@dataclass(frozen=True)
class Kind:
    title: Promise
    counts: tuple[str, ...]  # those that open into it
    rows: Callable[[SyncRun], QuerySet[Any]]
    rewritten_by: tuple[str, ...] = ()  # counts of a later sync that has such rows now
    total: Callable[[Iterable[int]], int] = sum  # how many rows the counts are, at least
    why_missing: Promise = _WRITTEN_SINCE


def _contacts_here(run: SyncRun) -> QuerySet[Contact]:
    here = Participation.objects.filter(event__occurrence__webinar=run.webinar).values("contact")
    return Contact.objects.filter(pk__in=here).order_by("last_name", "first_name", "pk")


def _contacts(run: SyncRun) -> QuerySet[Contact]:
    return _contacts_here(run).filter(created_in_run=run.pk)


def _filled_in(run: SyncRun) -> QuerySet[Contact]:
    return _contacts_here(run).filter(changed_in_run=run.pk)


def _participations(run: SyncRun) -> QuerySet[Participation]:
    here = Participation.objects.filter(event__occurrence__webinar=run.webinar)
    rows = here.filter(changed_in_run=run.pk).select_related("contact", "event")
    return rows.order_by("event__starts_at", "contact__last_name", "contact__first_name", "pk")


def _gone(run: SyncRun) -> QuerySet[Registrant]:
    here = Registrant.objects.filter(webinar=run.webinar, status=Registrant.Status.GONE)
    rows = here.filter(gone_in_run=run.pk)
    return rows.order_by("last_name", "first_name", "email", "pk")


def _skipped(run: SyncRun) -> QuerySet[SkippedPerson]:
    """People, each once: someone may be skipped at several stages."""
    rows = SkippedPerson.objects.filter(webinar=run.webinar, first_run=run.pk)
    firsts = rows.order_by().values("person_key").annotate(first=Min("pk")).values("first")
    return rows.filter(pk__in=firsts).order_by("name", "pk")


def _calls(run: SyncRun) -> QuerySet[Call]:
    here = Call.objects.filter(event__occurrence__webinar=run.webinar).select_related("event")
    return here.filter(changed_in_run=run.pk).order_by("starts_at", "pk")


_OF_CALLS = ("calls_new", "transcripts_read", "calls_withdrawn")
_OF_PARTICIPATIONS = ("participations_new", "participations_changed")

KINDS = {
    "contacts": Kind(_("Contacts that this sync added"), ("contacts_new",), _contacts),
    "filled-in": Kind(
        _("Contacts whose names this sync filled in"),
        ("contacts_changed",),
        _filled_in,
        rewritten_by=("contacts_changed",),
    ),
    "participations": Kind(
        _("Participations that this sync added or changed"),
        _OF_PARTICIPATIONS,
        _participations,
        rewritten_by=(*_OF_PARTICIPATIONS, "participations_gone"),
    ),
    "gone": Kind(
        _("Registrations that this sync no longer found in Zoom"),
        ("registrants_gone",),
        _gone,
        why_missing=_("registered again since."),
    ),
    "skipped": Kind(_("People skipped by this sync"), ("skipped_new",), _skipped),
    "calls": Kind(
        _("Calls that this sync added or changed"),
        _OF_CALLS,
        _calls,
        rewritten_by=(*_OF_CALLS, "calls_gone"),
        total=max,  # a call counts for each thing that it got
    ),
}
_KIND_OF = {count: name for name, kind in KINDS.items() for count in kind.counts}


@require_safe
def run_rows(request: Request, pk: int, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    runs = SyncRun.objects.filter(webinar__isnull=False).select_related("webinar", "connection__brand")
    run, opened = get_object_or_404(runs, pk=pk), KINDS[kind]
    page = paginate(request, opened.rows(run))
    counted = opened.total(run.changes.get(name, 0) for name in opened.counts)
    listed = page.paginator.count
    missing = max(0, counted - listed) if listed < COUNTED_ROWS else 0
    context = {
        "run": run,
        "brand": run.connection.brand,
        "kind": kind,
        "title": opened.title,
        "page": page,
        "counted": counted,
        "missing": missing,
        "why_missing": opened.why_missing,
        "later": _later(run, opened) if missing else [],
    }
    return render_page(request, "integrations/run_rows.html", context, "rows")


def _later(run: SyncRun, kind: Kind) -> list[SyncRun]:
    """The next syncs of the webinar that wrote such rows."""
    if not kind.rewritten_by:
        return []
    wrote = reduce(or_, (Q(**{f"changes__{name}__gt": 0}) for name in kind.rewritten_by))
    later = SyncRun.objects.filter(wrote, webinar=run.webinar, created_at__gt=run.created_at)
    return list(later.order_by("created_at", "pk")[:LATER_SHOWN])
