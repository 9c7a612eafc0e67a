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
        dates = ctx.webinar.occurrences.filter(occurrence_id=occurrence_id)
        starts_at = dates.values_list("starts_at", flat=True).first()
        reason = Message("sync.of_date", reason=reason, date=starts_at or "", occurrence_id=occurrence_id)
    ctx.log(Message("sync.source_rejected", reason=reason), Level.WARNING)
    ctx.findings.append(Finding(code, values={"reason": reason, **values}))
