"""The words for how a warning came to its end."""

from django.utils.translation import gettext_lazy as _

from core.messages import define

define(
    {
        "resolution.cause_fixed": _("The cause was fixed."),
        "resolution.not_found_again": _("The last sync did not find it again."),
        "resolution.scopes_granted": _("The Zoom app has the scopes now."),
        "resolution.webinar_deleted": _("The webinar was deleted in Zoom."),
        "resolution.reconnected": _("Zoom was reconnected."),
        "resolution.disconnected": _("Zoom was disconnected."),
    }
)
