"""Sources of a webinar's data that Zoom refuses: each costs only what it is for (D19)."""

from enum import StrEnum

from django.utils.translation import gettext as _

from integrations.audit import Finding
from integrations.sync.context import Level, WebinarContext
from integrations.zoom.errors import ZoomError


class Source(StrEnum):
    """Each is a cause of E4."""

    REGISTRANTS = "registrants_refused"
    INSTANCES = "instances_refused"


def note_refused(ctx: WebinarContext, source: Source, error: ZoomError, **details: str) -> None:
    """The rest of the webinar syncs. The audit log names what is missing, with Zoom's own words."""
    ctx.log(_("Zoom rejected a request, so data is missing: %s") % error, Level.WARNING)
    ctx.found.append(Finding("E4", source, details={"zoom": str(error), **details}))
