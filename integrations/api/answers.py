"""Rows as the API answers them: for a page of them a constant number of queries."""

from collections import defaultdict

from integrations.api.schemas import (
    AuditEntryAnswered,
    RunAnswered,
    SkippedPersonAnswered,
    StepAnswered,
    Switches,
    WebinarAnswered,
)
from integrations.audit import label_of
from integrations.models import AuditEntry, SkippedPerson, SyncRun, Webinar
from integrations.settings.effective import Effect, brand_switches, effect
from integrations.views._shared.labels import why_not


def webinars(rows: list[Webinar]) -> list[WebinarAnswered]:
    """`rows` with `connection__brand` and `host` selected along. A query for the warnings, two per brand."""
    brands = {row.connection.brand_id: row.connection.brand for row in rows}
    switches = {key: brand_switches(brand) for key, brand in brands.items()}
    warnings: dict[int | None, list[AuditEntry]] = defaultdict(list)
    entries = AuditEntry.objects.open().needing_attention().filter(webinar__in=rows)
    for entry in entries.select_related("brand", "webinar").order_by("pk"):
        warnings[entry.webinar_id].append(entry)
    return [_webinar(row, effect(switches[row.connection.brand_id], row), warnings[row.pk]) for row in rows]


def _webinar(row: Webinar, effective: Effect, warnings: list[AuditEntry]) -> WebinarAnswered:
    computed = {
        *("webinar_id", "url", "brand", "switches", "syncs", "recordings_sync", "why_not", "open_warnings"),
    }
    return WebinarAnswered(
        **{name: getattr(row, name) for name in WebinarAnswered.model_fields.keys() - computed},
        webinar_id=str(row.zoom_webinar_id),
        url=f"/api/v1/webinars/{row.zoom_webinar_id}",
        brand=row.connection.brand.name,
        switches=Switches(sync=row.sync_enabled, recordings=row.sync_recordings),
        syncs=bool(effective.webinar),
        recordings_sync=bool(effective.recordings),
        why_not=why_not(effective.webinar),
        open_warnings=audit_entries(warnings),
    )


def audit_entries(rows: list[AuditEntry]) -> list[AuditEntryAnswered]:
    """`rows` with `brand` and `webinar` selected along."""
    named = AuditEntryAnswered.model_fields.keys() - {"webinar_id", "brand", "code", "cause", "resolution"}
    return [
        AuditEntryAnswered(
            **{name: getattr(row, name) for name in named},
            webinar_id=str(row.webinar.zoom_webinar_id) if row.webinar else None,
            brand=row.brand.name,
            code=label_of(row.code),
            cause=row.code,
            resolution=str(row.resolution or ""),
        )
        for row in rows
    ]


def run(row: SyncRun) -> RunAnswered:
    """With its steps: one query."""
    named = RunAnswered.model_fields.keys() - {"url", "webinar_id", "steps", "error"}
    return RunAnswered(
        **{name: getattr(row, name) for name in named},
        url=f"/api/v1/runs/{row.pk}",
        webinar_id=str(row.webinar.zoom_webinar_id) if row.webinar else None,
        error=str(row.error or ""),
        steps=[StepAnswered.model_validate(step) for step in row.steps.order_by("pk")],
    )


def skipped_people(rows: list[SkippedPerson]) -> list[SkippedPersonAnswered]:
    """`rows` with `webinar` selected along."""
    named = SkippedPersonAnswered.model_fields.keys() - {"webinar_id"}
    return [
        SkippedPersonAnswered(
            **{name: getattr(row, name) for name in named}, webinar_id=str(row.webinar.zoom_webinar_id)
        )
        for row in rows
    ]
