"""The dashboard, by role: webinars and trends for marketers, sync status for operators, both for admins.

(`zoomsync.sync_status` says what "up to date" means.) A constant number of queries, however many brands,
webinars and runs there are.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.views.decorators.http import condition, require_safe

from contacts.models import Brand
from core.domains import DomainList
from core.roles import Right
from core.web import Request, may, render_page, wants_fragment
from integrations import audit
from integrations.models import AuditEntry, DomainExclusion, SyncRun, Webinar, WorkerHeartbeat
from integrations.views._shared.versions import accounts_version, etag
from integrations.views.webinars.table import Progress, progress_of
from zoomsync.sync_status import Answer, Facts, overall_status
from zoomsync.views.marketing_overview import marketing_overview

MOST_RUNS = 20  # no more workers than this are expected to be busy at a time
MOST_PUT_OFF, SHOWN_PUT_OFF = 50, 5  # of all brands, of one: the first to be tried again
MOST_PROBLEMS, SHOWN_PROBLEMS = 50, 5  # of all brands, of one


@dataclass(slots=True)
class Webinars:
    """The webinars of one account in numbers."""

    total: int = 0
    syncing: int = 0
    late: int = 0
    last_synced_at: datetime | None = None


class OpenEntries(NamedTuple):
    """How many entries of one code are open in the audit log of a brand."""

    severity: str
    code: str
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class BrandCard:
    brand: Brand
    webinars: Webinars
    entries: list[OpenEntries]
    active: int
    queued: int  # webinars
    running: list[Progress]
    put_off: list[Progress]
    problems: list[AuditEntry]
    has_worker: bool

    @property
    def errors(self) -> int:
        return sum(entry.number for entry in self.entries if entry.severity == AuditEntry.Severity.ERROR)

    @property
    def warnings(self) -> list[OpenEntries]:
        return [entry for entry in self.entries if entry.severity == AuditEntry.Severity.WARNING]

    @property
    def warnings_count(self) -> int:
        return sum(warning.number for warning in self.warnings)

    @property
    def syncing(self) -> int:
        """Webinars that sync: none while the account's switch is off (D3)."""
        settings = getattr(self.brand, "zoom_settings", None)
        return self.webinars.syncing if settings and settings.sync_webinars else 0

    @property
    def late(self) -> int:
        """Nothing is late while nothing should sync."""
        return self.webinars.late if self.syncing else 0

    @property
    def answer(self) -> Answer:
        connection = getattr(self.brand, "connection", None)
        settings = getattr(self.brand, "zoom_settings", None)
        return overall_status(
            Facts(
                connection=connection.state if connection else "",
                is_on=bool(settings and settings.sync_webinars),
                has_worker=self.has_worker,
                errors=self.errors,
                late=self.late,
                active=self.active,
            )
        )


@dataclass(frozen=True)
class Guide:
    """The way to the first synced webinar."""

    is_connected: bool
    is_on: bool
    is_synced: bool
    brand: Brand | None = field(default=None)

    @property
    def is_done(self) -> bool:
        return self.is_connected and self.is_on and self.is_synced


def _version(request: Request) -> str:
    minute = int(time.time() // 60)  # what is late becomes so without being written
    return etag(request, minute, accounts_version())


@require_safe
@condition(etag_func=_version)
def dashboard(request: Request) -> HttpResponse:
    cards = _cards()
    context: dict[str, object] = {
        "cards": cards,
        "is_brief": not may(request, Right.SYNC_NOW),
        "guide": _guide(cards),
        "is_busy": any(card.active for card in cards),
        "may_connect": may(request, Right.CONNECT_ZOOM),
        "may_change": may(request, Right.CHANGE_SETTINGS),
    }
    if may(request, Right.EDIT_SEGMENTS) and not wants_fragment(request):
        context |= marketing_overview()
    return render_page(request, "dashboard.html", context, "in-step")


def _cards() -> list[BrandCard]:
    brands = Brand.objects.select_related("connection", "zoom_settings").in_order()
    webinars, entries = _webinars(), _open_entries()
    active = SyncRun.objects.active()
    queued = Q(state=SyncRun.State.QUEUED, webinar__isnull=False)
    numbers = active.values("connection").annotate(all=Count("pk"), queued=Count("pk", filter=queued))
    counts = {row["connection"]: (row["all"], row["queued"]) for row in numbers}
    running = progress_of(active.filter(state=SyncRun.State.RUNNING).select_related("webinar")[:MOST_RUNS])
    put_off = progress_of(
        active.put_off().select_related("webinar").order_by("not_before", "pk")[:MOST_PUT_OFF]
    )
    problems = _problems()
    has_worker = WorkerHeartbeat.objects.alive().exists()
    return [
        BrandCard(
            brand=brand,
            webinars=webinars.get(key, Webinars()),
            entries=entries.get(brand.pk, []),
            active=counts.get(key, (0, 0))[0],
            queued=counts.get(key, (0, 0))[1],
            running=[row for row in running if row.run.connection_id == key],
            put_off=[row for row in put_off if row.run.connection_id == key][:SHOWN_PUT_OFF],
            problems=[entry for entry in problems if entry.brand_id == brand.pk][:SHOWN_PROBLEMS],
            has_worker=has_worker,
        )
        for brand in brands
        for key in [brand.connection.pk if hasattr(brand, "connection") else 0]
    ]


def _webinars() -> dict[int, Webinars]:
    """By connection. Hosts are few, so whom an exclusion covers is decided here and not in SQL (D4)."""
    own = Q(sync_enabled=True, is_zoom_event=False)
    late = own & Q(pk__in=Webinar.objects.overdue().values("pk"))
    by_host = Webinar.objects.values_list("connection", "connection__brand", "host_email").annotate(
        all=Count("pk"),
        own=Count("pk", filter=own),
        late=Count("pk", filter=late),
        last=Max("last_synced_at"),
    )
    excluded = _excluded_hosts()
    by_brand: dict[int, Webinars] = {}
    for connection, brand, host, total, syncing, overdue, last in by_host:
        numbers = by_brand.setdefault(connection, Webinars())
        numbers.total += total
        numbers.last_synced_at = max(filter(None, (numbers.last_synced_at, last)), default=None)
        if not excluded.get(brand, DomainList()).match_email(host):
            numbers.syncing += syncing
            numbers.late += overdue
    return by_brand


def _excluded_hosts() -> dict[int, DomainList]:
    entries = DomainExclusion.objects.filter(kind=DomainExclusion.Kind.HOST)
    lists: dict[int, list[str]] = {}
    for brand, domain in entries.values_list("brand", "domain"):
        lists.setdefault(brand, []).append(domain)
    return {brand: DomainList(domains) for brand, domains in lists.items()}


def _open_entries() -> dict[int, list[OpenEntries]]:
    """By brand, the most frequent first."""
    entries = AuditEntry.objects.open().needing_attention()
    counted: Counter[tuple[int, str, str]] = Counter()
    rows = entries.values_list("brand", "severity", "code").annotate(count=Count("pk"))
    for brand, severity, code, count in rows:
        counted[brand, severity, audit.label_of(code)] += count
    titles = dict(audit.titles())
    by_brand: dict[int, list[OpenEntries]] = {}
    for (brand, severity, label), count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        by_brand.setdefault(brand, []).append(OpenEntries(severity, label, titles.get(label, label), count))
    return by_brand


def _problems() -> list[AuditEntry]:
    """The newest open errors."""
    attention = AuditEntry.objects.open().needing_attention()
    errors = attention.filter(severity=AuditEntry.Severity.ERROR)
    newest = errors.select_related("webinar", "run").order_by("-created_at", "-pk")
    return list(newest[:MOST_PROBLEMS])


def _guide(cards: list[BrandCard]) -> Guide:
    connected = [card for card in cards if hasattr(card.brand, "connection")]
    return Guide(
        is_connected=bool(connected),
        is_on=any(card.brand.zoom_settings.sync_webinars for card in connected),
        is_synced=any(card.webinars.last_synced_at for card in connected),
        brand=connected[0].brand if connected else None,
    )
