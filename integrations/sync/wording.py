"""The words for a sync's own log, for its steps, and for what it changed."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.messages import define
from integrations.models import RecordingSearch

define(
    {
        "sync.user_unreadable": _("A Zoom user couldn't be read: %(reason)s"),
        "sync.webinar_unreadable": _("A webinar couldn't be read: %(reason)s"),
        "sync.webinars_unlisted": _("The webinars of %(host)s couldn't be listed: %(reason)s"),
        "sync.webinars_unreadable": ngettext_lazy(
            "%(count)s webinar of %(host)s couldn't be read.",
            "%(count)s webinars of %(host)s couldn't be read.",
            "count",
        ),
        "sync.webinar_not_found": _("Zoom doesn't have this webinar: %(reason)s"),
        "sync.of_date": _("%(date)s (occurrence %(occurrence_id)s): %(reason)s"),
        "sync.source_rejected": _("Zoom rejected a request, so data is missing: %(reason)s"),
        "sync.session_unreadable": _("A session cannot be read: %(reason)s"),
        "sync.sessions_without_reports": _("Sessions are measured by their participants: %(reason)s"),
        "sync.session_without_report": _("The session is measured by its participants: %(reason)s"),
        "sync.panelists_unreadable": _(
            "Panelists couldn't be read, so they may be taken for attendees: %(reason)s"
        ),
        "sync.registrant_unreadable": _("A registrant couldn't be read: %(reason)s"),
        "sync.registrants_unreadable": ngettext_lazy(
            "%(count)s row in Zoom's registrant list couldn't be read. The others were synced, and no one "
            "was cancelled for being missing.",
            "%(count)s rows in Zoom's registrant list couldn't be read. The others were synced, and no one "
            "was cancelled for being missing.",
            "count",
        ),
        "sync.attendance_unreadable": _("A session's attendance couldn't be read: %(reason)s"),
        "sync.attendance_row_unusable": _("An attendance row couldn't be used: %(reason)s"),
        "sync.attendance_matched_by_email": _(
            "Attendees are matched by email only, because Zoom's report isn't available."
        ),
        "sync.attendance_final": _("Attendance is final (session of %(session)s)."),
        "sync.person_unsaved": _("A person couldn't be saved: %(reason)s"),
        "sync.trash_unreadable": _("The host's trash in Zoom couldn't be read: %(reason)s"),
        "sync.recording_state": _("Recording of the session of %(session)s: %(state)s"),
        "sync.recording_unchecked": _("A recording couldn't be checked: %(reason)s"),
        "transcript.unreadable": _("The transcript file couldn't be read: %(reason)s"),
        "sync.feature_lacking": _("%(without)s: %(scopes)s."),
    }
)
define({f"recording_state.{state}": state.label for state in RecordingSearch.State})
define(
    {
        "sync_step.zoom_users": _("Zoom users"),
        "sync_step.webinars": _("Webinars"),
        "sync_step.registrants": _("Registrants"),
        "sync_step.attendance": _("Attendance"),
        "sync_step.people": _("People"),
        "sync_step.recordings": _("Recordings"),
    }
)
# Of a run's counts those that people care about, in their order.
define(
    {
        "change.contacts_new": ngettext_lazy("%(count)s contact added", "%(count)s contacts added", "count"),
        "change.contacts_changed": ngettext_lazy(
            "%(count)s contact filled in", "%(count)s contacts filled in", "count"
        ),
        "change.participations_new": ngettext_lazy(
            "%(count)s participation added", "%(count)s participations added", "count"
        ),
        "change.participations_changed": ngettext_lazy(
            "%(count)s participation changed", "%(count)s participations changed", "count"
        ),
        "change.participations_gone": ngettext_lazy(
            "%(count)s participation removed", "%(count)s participations removed", "count"
        ),
        "change.registrants_gone": ngettext_lazy(
            "%(count)s registration deleted in Zoom", "%(count)s registrations deleted in Zoom", "count"
        ),
        "change.skipped_new": ngettext_lazy("%(count)s person skipped", "%(count)s people skipped", "count"),
        "change.calls_new": ngettext_lazy("%(count)s call added", "%(count)s calls added", "count"),
        "change.transcripts_read": ngettext_lazy(
            "%(count)s transcript read", "%(count)s transcripts read", "count"
        ),
        "change.calls_withdrawn": ngettext_lazy(
            "%(count)s recording deleted in Zoom", "%(count)s recordings deleted in Zoom", "count"
        ),
        "change.calls_gone": ngettext_lazy("%(count)s call removed", "%(count)s calls removed", "count"),
        "change.none": _("No changes."),
    }
)
