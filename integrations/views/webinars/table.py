"""A row of the list of webinars: what it shows, gathered for a whole page in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from django.db.models import OuterRef, QuerySet, Subquery

from contacts.models import Brand
from integrations.audit import label_of
from integrations.models import AuditEntry, SyncRun, SyncStep, Webinar
from integrations.rules.switches import (
    BrandSwitches,
    SyncDecision,
    above_webinar_switch,
    may_switch_webinar_on,
    webinar_switch,
)
from integrations.settings.effective import brand_switches, webinar_switches
from integrations.views._shared.labels import why_not
from integrations.views._shared.versions import WEBINAR_FIELDS


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: its latest step, and all of it in figures where the size is known."""

    run: SyncRun
    step: SyncStep | None

    def __repr__(self) -> str:
        """What is shown of it, and not the lease, which is renewed all the time."""
        run, step = self.run, self.step
        progress = (step.name, step.done, step.total) if step else ()
        return repr((run.pk, run.state, run.not_before, run.has_lost_worker, run.error, progress))


@dataclass(frozen=True, slots=True)
class Row:
    webinar: Webinar
    verdict: SyncDecision
    locked: str  # why its switch cannot be turned on (R5, R16)
    blocked_by: str  # why it does not act although it is on
    warnings: int
    errors: int
    last: Progress | None

    @property
    def element(self) -> str:
        """The id of its element, and the start of the ids within it."""
        return f"webinar-{self.webinar.pk}"

    @property
    def is_active(self) -> bool:
        return self.last is not None and self.last.run.state in SyncRun.ACTIVE

    @property
    def has_failed(self) -> bool:
        return self.last is not None and self.last.run.state == SyncRun.State.FAILED

    @property
    def version(self) -> str:
        """Differs when anything that the row shows has changed; "+" in front while it is syncing."""
        own = [getattr(self.webinar, name) for name in WEBINAR_FIELDS]
        shown = (own, self.verdict, self.locked, self.blocked_by, self.warnings, self.errors, self.last)
        return f"{'+' if self.is_active else '-'}{crc32(repr(shown).encode()):x}"

    @property
    def note(self) -> str:
        """Why nothing of it syncs although its own switch does not say so; or why that cannot be turned."""
        if self.webinar.is_zoom_event:  # marked as not supported where its switch would be
            return ""
        return self.blocked_by if self.webinar.sync_enabled else self.locked

    @property
    def wants_registration(self) -> bool:
        """R7: without registration, Zoom doesn't share the email of many attendees."""
        return self.webinar.approval == Webinar.Approval.NO_REGISTRATION


def rows_of(brand: Brand, webinars: Iterable[Webinar]) -> list[Row]:
    """Five queries, whatever the number of webinars: switches, exclusions, warnings, runs, steps."""
    listed = list(webinars)
    switches = brand_switches(brand)
    open_entries = _open_entries(brand, listed)
    last_runs = _last_runs(listed)
    return [_row(switches, webinar, open_entries, last_runs) for webinar in listed]


def _row(
    switches: BrandSwitches,
    webinar: Webinar,
    open_entries: dict[int, tuple[int, int]],
    last_runs: dict[int, Progress],
) -> Row:
    own = webinar_switches(webinar)
    warnings, errors = open_entries.get(webinar.pk, (0, 0))
    return Row(
        webinar=webinar,
        verdict=webinar_switch(switches, own),
        locked="" if webinar.sync_enabled else why_not(may_switch_webinar_on(switches, own)),
        blocked_by=why_not(above_webinar_switch(switches, own)),
        warnings=warnings,
        errors=errors,
        last=last_runs.get(webinar.pk),
    )


def _open_entries(brand: Brand, webinars: Sequence[Webinar]) -> dict[int, tuple[int, int]]:
    """Webinar > open warnings, open errors: each label once, as in the panel, however many causes it has."""
    entries = AuditEntry.objects.open().needing_attention().filter(brand=brand, webinar__in=webinars)
    labels: dict[int, dict[str, set[str]]] = {}
    for webinar, severity, code in entries.values_list("webinar", "severity", "code").distinct():
        labels.setdefault(webinar, {}).setdefault(severity, set()).add(label_of(code))
    warning, error = AuditEntry.Severity.WARNING, AuditEntry.Severity.ERROR
    return {
        webinar: (len(by.get(warning, set()) - by.get(error, set())), len(by.get(error, set())))
        for webinar, by in labels.items()
    }


def _last_runs(webinars: Sequence[Webinar]) -> dict[int, Progress]:
    newest = SyncRun.objects.filter(webinar=OuterRef("pk")).order_by("-created_at", "-pk").values("pk")[:1]
    keys = Webinar.objects.filter(pk__in=[webinar.pk for webinar in webinars]).values_list(Subquery(newest))
    runs = SyncRun.objects.filter(pk__in=[key for (key,) in keys if key])
    return {progress.run.webinar_id or 0: progress for progress in progress_of(runs)}


def progress_of(runs: QuerySet[SyncRun]) -> list[Progress]:
    """Two queries."""
    return [
        Progress(run, max(run.steps.all(), key=lambda step: (step.started_at, step.pk), default=None))
        for run in runs.prefetch_related("steps")
    ]
