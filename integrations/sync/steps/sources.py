"""Sources of a webinar's data that Zoom refuses: each costs only what it is for (D19)."""

from core.messages import Message
from integrations.audit import AuditCode, Finding
from integrations.sync.context import Level, WebinarContext
from integrations.zoom.errors import ZoomError


def note_refused(
    ctx: WebinarContext, code: AuditCode, error: ZoomError, occurrence_id: str = "", **values: str
) -> None:
    """The rest of the webinar syncs. The audit log names what is missing, with Zoom's own words."""
    reason = error.with_details
    if occurrence_id:
        reason = Message("sync.of_date", reason=reason, **_date(ctx, occurrence_id))
    ctx.log(Message("sync.source_rejected", reason=reason), Level.WARNING)
    ctx.findings.append(Finding(code, values={"reason": reason, **values}))


def _date(ctx: WebinarContext, occurrence_id: str) -> dict[str, object]:
    starts = ctx.webinar.occurrences.filter(occurrence_id=occurrence_id).values_list("starts_at", flat=True)
    return {"date": starts.first() or "", "occurrence_id": occurrence_id}
