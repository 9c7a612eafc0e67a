"""What a sync changed, as counts that open into the people and rows behind them.

A row tells when it was written last, not by which sync: the rows of a sync are those written while it ran.
One that was written again since counts for the later sync, and the page says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_safe

from contacts.models import Contact
from integrations.models import SkippedPerson, SyncRun
from marketing_events.models import Call, Participation
from zoomsync.lib.web import Request, paginate, render_page


@dataclass(frozen=True)
class Change:
    """A count in words, with the address of what it counts, if there is one."""

    text: str
    url: str = ""


def changes_of(counts: Mapping[str, Any], run_id: int | None) -> list[Change]:
    """Those that people care about, in their order; none for what is nought."""
    found = []
    for name, words in _WORDS.items():
        count = counts.get(name, 0)
        if isinstance(count, int) and count > 0:
            text = str(words % {"count": count, "shown": intcomma(count)})
            page = _PAGES.get(name) if run_id else None
            found.append(Change(text, reverse("zoom:run_rows", args=[run_id, page]) if page else ""))
    return found


_WORDS: dict[str, Any] = {
    "contacts_new": ngettext_lazy("%(shown)s contact added", "%(shown)s contacts added", "count"),
    "contacts_changed": ngettext_lazy("%(shown)s contact filled in", "%(shown)s contacts filled in", "count"),
    "participations_new": ngettext_lazy(
        "%(shown)s participation added", "%(shown)s participations added", "count"
    ),
    "participations_changed": ngettext_lazy(
        "%(shown)s participation changed", "%(shown)s participations changed", "count"
    ),
    "participations_gone": ngettext_lazy(
        "%(shown)s participation taken away", "%(shown)s participations taken away", "count"
    ),
    "registrants_gone": ngettext_lazy(
        "%(shown)s registration gone at Zoom", "%(shown)s registrations gone at Zoom", "count"
    ),
    "skipped_new": ngettext_lazy("%(shown)s person skipped", "%(shown)s people skipped", "count"),
    "calls_new": ngettext_lazy("%(shown)s call added", "%(shown)s calls added", "count"),
    "transcripts_read": ngettext_lazy("%(shown)s transcript read", "%(shown)s transcripts read", "count"),
    "calls_withdrawn": ngettext_lazy(
        "%(shown)s recording gone at Zoom", "%(shown)s recordings gone at Zoom", "count"
    ),
    "calls_gone": ngettext_lazy("%(shown)s call taken away", "%(shown)s calls taken away", "count"),
}
_PAGES = {
    "contacts_new": "contacts",
    "participations_new": "participations",
    "participations_changed": "participations",
    "skipped_new": "skipped",
    "calls_new": "calls",
}


@dataclass(frozen=True)
class Kind:
    title: Promise
    rows: Callable[[SyncRun], QuerySet[Any]]


def _while_it_ran(run: SyncRun, field: str) -> dict[str, Any]:
    return {f"{field}__range": (run.created_at, run.finished_at or timezone.now())}


def _contacts(run: SyncRun) -> QuerySet[Contact]:
    here = Participation.objects.filter(event__session__webinar=run.webinar).values("contact")
    found = Contact.objects.filter(
        source=Contact.Source.ZOOM, pk__in=here, **_while_it_ran(run, "created_at")
    )
    return found.order_by("last_name", "first_name", "pk")


def _participations(run: SyncRun) -> QuerySet[Participation]:
    here = Participation.objects.filter(event__session__webinar=run.webinar)
    found = here.filter(**_while_it_ran(run, "updated_at")).select_related("contact", "event")
    return found.order_by("event__starts_at", "contact__last_name", "contact__first_name", "pk")


def _skipped(run: SyncRun) -> QuerySet[SkippedPerson]:
    here = SkippedPerson.objects.filter(webinar=run.webinar)
    return here.filter(**_while_it_ran(run, "first_skipped_at")).order_by("name", "pk")


def _calls(run: SyncRun) -> QuerySet[Call]:
    here = Call.objects.filter(event__session__webinar=run.webinar).select_related("event")
    return here.filter(**_while_it_ran(run, "created_at")).order_by("starts_at", "pk")


KINDS = {
    "contacts": Kind(_("Contacts that this sync added"), _contacts),
    "participations": Kind(_("Participations that this sync added or changed"), _participations),
    "skipped": Kind(_("People whom this sync skipped"), _skipped),
    "calls": Kind(_("Calls that this sync added"), _calls),
}


@require_safe
def run_rows(request: Request, pk: int, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    runs = SyncRun.objects.filter(webinar__isnull=False).select_related("webinar", "connection__brand")
    run = get_object_or_404(runs, pk=pk)
    context = {
        "run": run,
        "brand": run.connection.brand,
        "kind": kind,
        "title": KINDS[kind].title,
        "page": paginate(request, KINDS[kind].rows(run)),
    }
    return render_page(request, "integrations/run_rows.html", context, "rows")
