"""Versions of what a page shows of the sync: short strings that differ when any of it has changed.

A page that renews itself asks again and again, mostly for nothing. Its view is decorated with Django's
`@condition(etag_func=…)`, polling.js sends the version that it has, and what has not changed is answered with
304 after some small queries, without being drawn.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from core.web import Request
from integrations.models import AuditEntry, SettingChange, SyncRun, Webinar, WorkerHeartbeat, ZoomConnection


def etag(request: Request, *parts: object) -> str:
    """The ETag of an answer for this viewer: its text and controls depend on the person and the time zone."""
    viewer = (request.user.pk, request.user.role, request.COOKIES.get("tz"), request.htmx.target)
    return f'"{hashlib.sha256(repr((viewer, parts)).encode()).hexdigest()[:20]}"'


def accounts_version(connections: QuerySet[ZoomConnection]) -> tuple[object, ...]:
    """A version of these accounts' state, settings, open entries and syncs. Three queries."""
    runs = SyncRun.objects.active().filter(connection__in=connections)
    return (
        list(connections.order_by("pk").annotate(**_NEWEST).values_list(*_SHOWN, *_NEWEST)),
        runs_version(runs),
        WorkerHeartbeat.objects.alive().exists(),
    )


def runs_version(runs: QuerySet[SyncRun]) -> list[object]:
    """A version of the runs that aren't over: how far each is, and whether its worker is lost. One query."""
    progress = runs.order_by("pk").annotate(steps_begun=Count("steps"), people=Sum("steps__done"))
    fields = ("pk", "state", "attempts", "not_before", "steps_begun", "people", "lease_until")
    now = timezone.now()
    return [(*shown, bool(lease and lease <= now)) for *shown, lease in progress.values_list(*fields)]


def webinars_version(webinars: Iterable[int]) -> list[object]:
    """A version of the webinars with these keys. One query."""
    return list(Webinar.objects.filter(pk__in=list(webinars)).order_by("pk").values_list(*WEBINAR_FIELDS))


WEBINAR_FIELDS = (
    *("pk", "topic", "host_email", "kind", "state", "starts_at", "approval", "is_zoom_event"),
    *("sync_enabled", "sync_recordings", "last_synced_at"),
    *("registered_count", "attended_count", "cancelled_count", "skipped_count"),
)
_SHOWN = ("pk", "state", "state_reason", "last_discovered_at", "brand__name", "brand__is_primary")


def _newest(rows: QuerySet[Any], **owner: OuterRef) -> Subquery:
    """Each of these tables has an index in this order."""
    return Subquery(rows.filter(**owner).order_by("-created_at", "-pk").values("pk")[:1])


def _number(rows: QuerySet[Any], **owner: OuterRef) -> Subquery:
    (grouped,) = owner
    return Subquery(
        rows.filter(**owner).order_by().values(grouped).annotate(number=Count("pk")).values("number")
    )


_NEWEST = {
    "newest_run": _newest(SyncRun.objects.all(), connection=OuterRef("pk")),
    "newest_entry": _newest(AuditEntry.objects.all(), brand=OuterRef("brand")),
    "newest_change": _newest(SettingChange.objects.all(), brand=OuterRef("brand")),
    "open_entries": _number(AuditEntry.objects.open(), brand=OuterRef("brand")),
    "listed": _number(Webinar.objects.all(), connection=OuterRef("pk")),
}
