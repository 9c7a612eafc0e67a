"""What moves on the Home tab while it is open: one question for the page, answered with what changed."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Brand
from core.web import Request, show_success
from integrations.models import SyncRun, Webinar
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import connected_brand
from integrations.views.webinars.table import Progress, Row, progress_of, rows_of

SECONDS_WHILE_SYNCING = 1
SECONDS_WHILE_IDLE = 15
MOST_ROWS = 50
MOST_DIGITS = 19  # of a key that fits into the database's


@dataclass(frozen=True)
class Polling:
    """What the page asks about next time: which webinars it shows, which of them it knows to be syncing."""

    webinars: list[int]
    active: list[int]
    listing: Progress | None  # of the account's users and webinars

    @property
    def seconds(self) -> int:
        return SECONDS_WHILE_SYNCING if self.active or self.listing else SECONDS_WHILE_IDLE


def polling(rows: list[Row], listing: Progress | None) -> Polling:
    return Polling(
        webinars=[row.webinar.pk for row in rows],
        active=[row.webinar.pk for row in rows if row.is_active],
        listing=listing,
    )


@require_safe
def live(request: Request, brand: str) -> HttpResponse:
    """The rows that are syncing or have just ended. Ends the wait: a manual sync that ended is told of."""
    found = connected_brand(brand)
    shown, known = _keys(request.GET, "webinars"), _keys(request.GET, "active")
    webinars = Webinar.objects.filter(connection=found.connection, pk__in=shown).select_related("host")
    rows = rows_of(found, webinars.order_by("pk"))
    changed = [row for row in rows if row.is_active or row.webinar.pk in known]
    _tell(request, [row for row in changed if not row.is_active])
    listing = listing_of(found)
    if listing is None and request.GET.get("listing") and _asked_for_the_list(request, found):
        show_success(request, _("The webinar list is up to date."))
        return HttpResponseClientRefresh()
    context = {**brand_context(request, found), "rows": changed, "live": polling(rows, listing)}
    return render(request, "integrations/live.html", context)


def _keys(asked: QueryDict, name: str) -> set[int]:
    keys = asked.get(name, "").split(",")[:MOST_ROWS]
    return {int(key) for key in keys if key.isdecimal() and len(key) < MOST_DIGITS}


def _asked_for_the_list(request: Request, brand: Brand) -> bool:
    runs = SyncRun.objects.filter(connection=brand.connection, kind=SyncRun.Kind.DISCOVERY)
    return _asked_for(request, runs).exists()


def listing_of(brand: Brand) -> Progress | None:
    runs = SyncRun.objects.active().filter(connection=brand.connection, kind=SyncRun.Kind.DISCOVERY)
    return next(iter(progress_of(runs)), None)


def _tell(request: Request, ended: list[Row]) -> None:
    """Says how each sync ended, to the people who asked for it. One query."""
    last = {row.webinar.pk: row.last.run for row in ended if row.last}
    runs = SyncRun.objects.filter(webinar__in=last)
    asked = set(_asked_for(request, runs).values_list("webinar_id", flat=True)) if last else ()
    for row in ended:
        words = {"topic": row.webinar}
        if row.webinar.pk not in asked:
            continue
        if row.has_failed:
            show_success(request, _("“%(topic)s” couldn't be synced.") % words, level=messages.ERROR)
        else:
            show_success(request, _("“%(topic)s” is up to date.") % words)


def _asked_for(request: Request, runs: QuerySet[SyncRun]) -> QuerySet[SyncRun]:
    """Runs that this person asked for: the last ones, or such as were followed by these without a pause."""
    of_the_same = Q(webinar=OuterRef("webinar")) | Q(webinar=None)
    joined = runs.filter(of_the_same, pk__lt=OuterRef("pk"), finished_at__gte=OuterRef("created_at"))
    pauses = runs.filter(of_the_same, pk__gt=OuterRef("pk")).exclude(Exists(joined))
    theirs = runs.filter(requested_by=request.user.pk, trigger=SyncRun.Trigger.MANUAL)
    return theirs.exclude(Exists(pauses))
