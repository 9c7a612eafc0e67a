"""Why a switch does not act, in a few words that fit beside it.

What to do about it is in the audit log.
"""

from django.utils.translation import gettext as _

from core.domains import in_letters
from integrations.rules.switches import Blocker, Switch, SyncDecision


def why_not(verdict: SyncDecision) -> str:
    """The switch that says no, farthest above first; nothing when the answer is yes."""
    return _says(verdict.first) if verdict.first else ""


def _says(blocker: Blocker) -> str:
    sentences = {
        Switch.ZOOM_EVENTS: _("Zoom Events aren't supported"),
        Switch.GLOBAL: _("“Sync webinar data” is off"),
        Switch.HOST_EXCLUDED: _("The host's domain %(domain)s is excluded"),
        Switch.WEBINAR: _("This webinar's sync is off"),
        Switch.RECORDINGS_NONE: _("Recordings are off for all Zoom users"),
        Switch.RECORDINGS_USER: _("Recordings are off for this host"),
        Switch.RECORDINGS_EXCLUDED: _("Recordings of %(domain)s are excluded"),
        Switch.RECORDINGS_WEBINAR: _("This webinar's recordings are off"),
    }
    return sentences[blocker.switch] % {"domain": in_letters(blocker.entry)}
