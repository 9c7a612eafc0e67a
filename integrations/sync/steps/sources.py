"""Sources of a webinar's data that Zoom refuses: each costs only what it is for (D19)."""

from core.messages import Message
from integrations.audit import AuditCode, Finding
from integrations.sync.context import Level, WebinarContext
from integrations.zoom.errors import ZoomError


def note_refused(ctx: WebinarContext, code: AuditCode, error: ZoomError, **values: str) -> None:
    """The rest of the webinar syncs. The audit log names what is missing, with Zoom's own words."""
    ctx.log(Message("sync.source_rejected", reason=error.with_details), Level.WARNING)
    ctx.found.append(Finding(code, values={"reason": error.with_details, **values}))
