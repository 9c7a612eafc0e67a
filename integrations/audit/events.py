"""What simply happened: entries that are never open, and need no cure."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, Definition, Severity

_NOTHING = _("Nothing to do.")
_event = partial(Definition, cause="", severity=Severity.INFO, remedy=_NOTHING)

DEFINITIONS = (
    _event(
        "sync_completed",
        title=_("Synced"),
        meaning=_("The webinar was read from Zoom to its end; the entry tells what changed."),
        actions=(Action.SHOW_RUN,),
    ),
    _event(
        "sync_failed",
        severity=Severity.ERROR,
        title=_("Sync failed"),
        meaning=_("The sync stopped before its end. Nothing was cancelled or removed because of it."),
        remedy=_("It is tried again by itself. The warnings tell if somebody has to do something."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _event(
        "webinar_discovered",
        title=_("Webinar found"),
        meaning=_(
            "The webinar was seen at Zoom for the first time; its switches start as its host's settings say."
        ),
    ),
    _event(
        "webinar_gone",
        title=_("Webinar no longer at Zoom"),
        meaning=_("Zoom does not list the webinar any more. What was synced stays."),
    ),
    _event(
        "settings_changed",
        title=_("Settings changed"),
        meaning=_(
            "Somebody changed what syncs. What was missed because of a switch that is on now syncs by itself."
        ),
    ),
    _event(
        "connected",
        title=_("Zoom connected"),
        meaning=_("A Zoom account was connected to this brand."),
    ),
    _event(
        "disconnected",
        title=_("Zoom disconnected"),
        meaning=_("Nothing more is read from Zoom. What was synced stays."),
        remedy=_("Connect Zoom again if its webinars should sync."),
        actions=(Action.CONNECT,),
    ),
    _event(
        "call_created",
        title=_("Call added"),
        meaning=_("A recorded session became a call on the records of those who attended."),
    ),
    _event(
        "call_removed",
        title=_("Call removed"),
        meaning=_("The recording behind a call is gone in Zoom, so the call is gone here as well."),
        remedy=_("If the recording is recovered in Zoom, the call comes back by itself."),
    ),
)
