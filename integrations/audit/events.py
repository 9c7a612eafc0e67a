"""What simply happened: entries that are never open, and need no cure."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, AuditCode, Definition, Severity

_NOTHING = _("No action needed.")
_event = partial(Definition, label="", severity=Severity.INFO, remedy=_NOTHING)

DEFINITIONS = (
    _event(
        AuditCode.SYNC_COMPLETED,
        message="%(changes)s",
        title=_("Synced"),
        meaning=_("The webinar was synced completely. The entry shows what changed."),
        actions=(Action.SHOW_RUN,),
    ),
    _event(
        AuditCode.SYNC_FAILED,
        message="%(reason)s",
        severity=Severity.ERROR,
        title=_("Sync failed"),
        meaning=_("The sync stopped early. Nothing was cancelled or removed because of it."),
        remedy=_("We'll retry automatically. The warnings show if you need to act."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _event(
        AuditCode.WEBINAR_DISCOVERED,
        title=_("Webinar found"),
        meaning=_("The webinar was found in Zoom. Its settings start as the host's settings say."),
    ),
    _event(
        AuditCode.WEBINAR_GONE,
        title=_("Webinar deleted in Zoom"),
        meaning=_("Zoom no longer lists the webinar. Existing data is kept."),
    ),
    _event(
        AuditCode.SETTINGS_CHANGED,
        message="%(change)s",
        title=_("Settings changed"),
        meaning=_("Someone changed what syncs. Data missed while a setting was off now syncs automatically."),
    ),
    _event(
        AuditCode.CONNECTED,
        message=_("Zoom account %(account)s was connected with %(way)s."),
        title=_("Zoom connected"),
        meaning=_("A Zoom account was connected to this brand."),
    ),
    _event(
        AuditCode.DISCONNECTED,
        message=_("Zoom account %(account)s was disconnected."),
        title=_("Zoom disconnected"),
        meaning=_("No new data will sync. Existing data is kept."),
        remedy=_("Reconnect Zoom to sync its webinars."),
        actions=(Action.CONNECT,),
    ),
    _event(
        AuditCode.CALL_CREATED,
        message="%(title)s",
        title=_("Call added"),
        meaning=_("A recorded session became a call, linked to the contacts who attended."),
    ),
    _event(
        AuditCode.CALL_REMOVED,
        message="%(title)s",
        title=_("Call removed"),
        meaning=_("The recording was deleted in Zoom, so its call was removed here."),
        remedy=_("If the recording is recovered in Zoom, the call comes back automatically."),
    ),
)
