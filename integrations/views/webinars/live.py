"""What moves on the Home tab while it is open: one question for the page, answered with what changed."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe
from django_htmx.http import HttpResponseClientRefresh

from contacts.models import Brand
from core.web import Request, show_success
from integrations.models import SyncRun, Webinar
from integrations.views._shared.brand_context import brand_context
from integrations.views._shared.getters import connected_brand
from integrations.views._shared.versions import MOST_WEBINARS, accounts_version, etag, webinars_version
from integrations.views.webinars.table import Progress, Row, progress_of, rows_of

SECONDS_WHILE_SYNCING = 1
SECONDS_WHILE_IDLE = 15
KEY = re.compile(r"\d{1,18}", re.ASCII)
LARGEST_KEY = 10**18
SEEN = re.compile(r"(?P<key>\d{1,18}):(?P<version>[+-][0-9a-f]{1,8})")


@dataclass(frozen=True)
class Polling:
    """What the page asks about next time: which webinars it shows, each in which version."""

    rows: list[Row]
    listing: Progress | None  # of the account's users and webinars
    newest: int  # the account's newest webinar when the page was loaded; 0: there was none
    new: int = 0  # webinars found since then

    @property
    def seen(self) -> str:
        return ",".join(f"{row.webinar.pk}:{row.version}" for row in self.rows)

    @property
    def seconds(self) -> int:
        is_busy = self.listing or any(row.is_active for row in self.rows)
        return SECONDS_WHILE_SYNCING if is_busy else SECONDS_WHILE_IDLE


def _version(request: Request, slug: str) -> str:
    shown = webinars_version(_seen(request.GET))
    return etag(request, request.GET.urlencode(), shown, accounts_version(slug))


@require_safe
@condition(etag_func=_version)
def live(request: Request, slug: str) -> HttpResponse:
    """The rows that have changed, and a message for each manual sync that has ended."""
    brand = connected_brand(slug)
    newest = _key(request.GET.get("newest", ""))
    new = Webinar.objects.filter(connection=brand.connection, pk__gt=newest).count()
    if new and not newest:
        return HttpResponseClientRefresh()
    seen = _seen(request.GET)
    webinars = Webinar.objects.filter(connection=brand.connection, pk__in=seen).select_related("host")
    rows = rows_of(brand, webinars.order_by("pk"))
    changed = [row for row in rows if row.version != seen[row.webinar.pk]]
    _tell(request, [row for row in changed if not row.is_active and seen[row.webinar.pk].startswith("+")])
    listing = listing_of(brand)
    if listing is None and request.GET.get("listing") and _asked_for_the_list(request, brand):
        show_success(request, _("The webinar list is up to date."))
        return HttpResponseClientRefresh()
    polling = Polling(rows, listing, newest, new)
    context = {**brand_context(request, brand), "rows": changed, "live": polling}
    return render(request, "integrations/live.html", context)


def newest_webinar(brand: Brand) -> int:
    """The key of the webinar that was found last; 0 where there is none."""
    webinars = Webinar.objects.filter(connection=brand.connection).order_by("-pk")
    return webinars.values_list("pk", flat=True).first() or 0


def _key(text: str) -> int:
    """What isn't a key is greater than any."""
    return int(text) if KEY.fullmatch(text) else LARGEST_KEY


def _seen(params: QueryDict) -> dict[int, str]:
    """Key of a webinar > the version of its row that the page shows."""
    entries = params.get("seen", "").split(",")[:MOST_WEBINARS]
    return {int(entry["key"]): entry["version"] for entry in map(SEEN.fullmatch, entries) if entry}


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
    requested = set(_asked_for(request, runs).values_list("webinar_id", flat=True)) if last else ()
    for row in ended:
        values = {"topic": row.webinar}
        if row.webinar.pk not in requested:
            continue
        if row.has_failed:
            show_success(request, _("“%(topic)s” couldn't be synced.") % values, level=messages.ERROR)
        else:
            show_success(request, _("“%(topic)s” is up to date.") % values)


def _asked_for(request: Request, runs: QuerySet[SyncRun]) -> QuerySet[SyncRun]:
    """Runs that this person asked for: the last ones, or such as were followed by these without a pause."""
    of_the_same = Q(webinar=OuterRef("webinar")) | Q(webinar=None)
    joined = runs.filter(of_the_same, pk__lt=OuterRef("pk"), finished_at__gte=OuterRef("created_at"))
    pauses = runs.filter(of_the_same, pk__gt=OuterRef("pk")).exclude(Exists(joined))
    theirs = runs.filter(requested_by=request.user.pk, trigger=SyncRun.Trigger.MANUAL)
    return theirs.exclude(Exists(pauses))
