"""Versions of what a page shows of the sync: short strings that differ when any of it has changed.

A page that renews itself asks again and again, mostly for nothing. Its view is decorated with Django's
`@condition(etag_func=…)`, polling.js sends the version that it has, and what has not changed is answered with
304 after four or five small queries, which are compiled once, without being drawn.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from contacts.models import Brand
from core.prepared_query import PreparedQuery, Rows
from core.web import Request
from integrations.models import AuditEntry, SettingChange, SyncRun, Webinar, WorkerHeartbeat
from integrations.models.runs import SyncRunQuerySet

MOST_WEBINARS = 50
WEBINAR_FIELDS = (
    *("pk", "topic", "host_email", "kind", "state", "starts_at", "approval", "is_zoom_event"),
    *("sync_enabled", "sync_recordings", "last_synced_at"),
    *("registered_count", "attended_count", "cancelled_count", "skipped_count"),
)


def etag(request: Request, *parts: object) -> str:
    """The ETag of an answer for this viewer: its text and controls depend on the person and the time zone."""
    viewer = (request.user.pk, request.user.role, request.COOKIES.get("tz"), request.htmx.target)
    return f'"{hashlib.sha256(repr((viewer, parts)).encode()).hexdigest()[:20]}"'


def accounts_version(brand: str = "") -> tuple[Rows, Rows]:
    """A version of the state, settings, open entries and syncs of a brand's account, or of all brands'.

    Of a run it is how far it is, and whether its worker is lost. Two queries.
    """
    now = timezone.now()
    workers = {"alive_since": now - WorkerHeartbeat.SILENCE}
    if not brand:
        return _ALL_ACCOUNTS.rows(**workers), _ALL_RUNS.rows(now=now)
    return _ACCOUNT.rows(slug=brand, **workers), _RUNS.rows(slug=brand, now=now)


def webinars_version(webinars: Iterable[int]) -> Rows:
    """A version of the webinars with these keys, as far as a page shows them. One query."""
    keys = sorted(webinars)[:MOST_WEBINARS]
    return _WEBINARS.rows(**dict(zip(_PLACES, [*keys, *[0] * (MOST_WEBINARS - len(keys))], strict=True)))


def _accounts(brands: QuerySet[Brand], alive_since: datetime) -> QuerySet[Brand, Any]:
    has_worker = Exists(WorkerHeartbeat.objects.seen_since(alive_since))
    return (
        brands.order_by("pk")
        .annotate(**_NEWEST, has_worker=has_worker)
        .values_list(*_SHOWN, *_NEWEST, "has_worker")
    )


def _runs(runs: SyncRunQuerySet, now: datetime) -> QuerySet[SyncRun, Any]:
    progress = runs.active().order_by("pk")
    progress = progress.annotate(
        begun=Count("steps"), people=Sum("steps__done"), is_lost=Q(lease_until__lte=now)
    )
    return progress.values_list(*_OF_RUNS)


def _newest(rows: QuerySet[Any], **owner: OuterRef) -> Subquery:
    """Each of these tables has an index in this order."""
    return Subquery(rows.filter(**owner).order_by("-created_at", "-pk").values("pk")[:1])


def _of_all(figure: Count | Max, rows: QuerySet[Any], **owner: OuterRef) -> Subquery:
    (grouped,) = owner
    return Subquery(rows.filter(**owner).order_by().values(grouped).annotate(figure=figure).values("figure"))


_OPEN = AuditEntry.objects.open()
_SHOWN = (
    *("pk", "name", "is_primary", "connection__state", "connection__state_reason"),
    "connection__last_discovered_at",
)
_OF_RUNS = ("pk", "state", "attempts", "not_before", "begun", "people", "is_lost")
_NEWEST = {
    "newest_run": _newest(SyncRun.objects.all(), connection=OuterRef("connection")),
    "newest_entry": _newest(AuditEntry.objects.all(), brand=OuterRef("pk")),
    "newest_change": _newest(SettingChange.objects.all(), brand=OuterRef("pk")),
    "open_entries": _of_all(Count("pk"), _OPEN, brand=OuterRef("pk")),
    "acknowledged": _of_all(Count("acknowledged_at"), _OPEN, brand=OuterRef("pk")),
    "acknowledged_at": _of_all(Max("acknowledged_at"), _OPEN, brand=OuterRef("pk")),
    "listed": _of_all(Count("pk"), Webinar.objects.all(), connection=OuterRef("connection")),
}
# Values that stand for those of a request: no brand, no time and no webinar is like them.
_NO_BRAND, _NEVER, _BEFORE = "no/brand", datetime(1900, 1, 1, tzinfo=UTC), datetime(1900, 1, 2, tzinfo=UTC)
_PLACES = {f"place_{number}": -number for number in range(1, MOST_WEBINARS + 1)}

_ALL_ACCOUNTS = PreparedQuery(
    lambda alive_since: _accounts(Brand.objects.all(), alive_since), alive_since=_NEVER
)
_ACCOUNT = PreparedQuery(
    lambda slug, alive_since: _accounts(Brand.objects.filter(slug=slug), alive_since),
    slug=_NO_BRAND,
    alive_since=_NEVER,
)
_ALL_RUNS = PreparedQuery(lambda now: _runs(SyncRun.objects.all(), now), now=_BEFORE)
_RUNS = PreparedQuery(
    lambda slug, now: _runs(SyncRun.objects.filter(connection__brand__slug=slug), now),
    slug=_NO_BRAND,
    now=_BEFORE,
)
_WEBINARS = PreparedQuery(
    lambda **keys: Webinar.objects.filter(pk__in=keys.values()).order_by("pk").values_list(*WEBINAR_FIELDS),
    **_PLACES,
)
