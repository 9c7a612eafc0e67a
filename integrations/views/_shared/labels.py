"""What the pages say about switches: which one says no, and what a change of one came to.

Few words, that fit beside a switch; what a no means and what to do about it is the audit log's. Decides
nothing.
"""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.rules.switches import Blocker, Switch, SyncDecision
from integrations.settings_changes import Outcome


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
    return sentences[blocker.switch] % {"domain": blocker.entry}


def followed(message: str, outcome: Outcome) -> str:
    """What was done, and what follows from it."""
    return f"{message} {what_follows(outcome)}".strip()


def what_follows(outcome: Outcome) -> str:
    """How many webinars a change of settings touched, in sentences; nothing when it touched none."""
    started, stopped, queued = outcome.started, outcome.stopped, outcome.queued
    sentences = [
        (started, ngettext("%(count)s webinar syncs now.", "%(count)s webinars sync now.", started)),
        (
            stopped,
            ngettext(
                "%(count)s webinar no longer syncs. Existing data is kept.",
                "%(count)s webinars no longer sync. Existing data is kept.",
                stopped,
            ),
        ),
        (
            queued,
            ngettext(
                "%(count)s webinar is catching up.",
                "%(count)s webinars are catching up.",
                queued,
            ),
        ),
    ]
    return " ".join(text % {"count": intcomma(count)} for count, text in sentences if count)
