"""The words for what became of a webhook event, and for why a callback could not be sent."""

from django.utils.translation import gettext_lazy as _

from core.messages import define

define(
    {
        "webhook.event_not_used": _("This event isn't used here."),
        "webhook.account_unknown": _("No brand is connected to this Zoom account."),
        "webhook.account_disconnected": _("This Zoom account is disconnected."),
        "webhook.list_refreshes": _("The webinar list will refresh."),
        "webhook.syncs_soon": _("The webinar will sync soon."),
        "webhook.registration_noted": _("The registration was noted. The webinar will sync soon."),
        "webhook.cancellation_noted": _("The cancellation was noted. The webinar will sync soon."),
        "webhook.practice_session": _("This was a practice session, which doesn't count."),
        "webhook.end_noted": _("The end of the session was noted. The webinar will sync soon."),
        "webhook.meeting_recording": _("This is about a meeting's recording."),
        "webhook.recording_checked_soon": _("The recording will be checked soon."),
        "webhook.recordings_unknown": _("None of these recordings belong to a webinar here."),
        "webhook.recordings_checked_soon": _("The recordings will be checked soon."),
        "webhook.other_app_removed": _("A different app was removed, not the one connected here."),
        "webhook.reconnected_since": _("Zoom has been reconnected since."),
        "webhook.disconnected": _("Zoom is disconnected."),
        "webhook.partly_read": _("Couldn't read: %(fields)s. The webinar will sync soon."),
        "webhook.unreadable": _("The webhook event couldn't be read: %(error)s"),
        "webhook.failed": _("Failed (%(error)s)."),
        "callback.inside_network": _("The address leads inside the network."),
        "callback.no_answer_in_time": _("No answer in time."),
        "callback.connection_failed": _("The connection failed."),
        "callback.address_too_long": _("The address is longer than %(count)s characters."),
        "callback.bad_address": _("This is not an address that can be called."),
        "callback.not_https": _("The address must begin with https://."),
    }
)
