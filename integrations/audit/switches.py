"""E1 and E4: webinar data that didn't sync because of a setting, or because Zoom has no usable data."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, AuditCode, Definition, Severity

_E1 = partial(
    Definition,
    label="E1",
    severity=Severity.INFO,
    title=_("Some webinar data was not synced because the sync setting is turned off"),
)
_E4 = partial(Definition, label="E4", severity=Severity.WARNING, title=_("Some webinar data was not synced"))

DEFINITIONS = (
    _E1(
        code=AuditCode.SYNC_OFF,
        meaning=_("“Sync webinar data” is off in the global settings, so no webinars in this account sync."),
        remedy=_(
            "Turn on “Sync webinar data” in the global settings and sync for this webinar. Missing "
            "data then syncs automatically."
        ),
        actions=(Action.SWITCH_ON_GLOBAL,),
    ),
    _E1(
        code=AuditCode.WEBINAR_SYNC_OFF,
        meaning=_("Sync is turned off for this webinar."),
        remedy=_("Turn on sync for this webinar. Missing data then syncs automatically."),
        actions=(Action.SWITCH_ON_WEBINAR,),
    ),
    _E1(
        code=AuditCode.HOST_EXCLUDED,
        meaning=_("The host's domain is in the webinar exclusions."),
        remedy=_(
            "No action needed. To sync this host's webinars, remove the domain from the webinar "
            "exclusions. Missing data then syncs automatically."
        ),
        actions=(Action.EDIT_EXCLUSIONS,),
    ),
    _E1(
        code=AuditCode.ZOOM_EVENT,
        meaning=_("This webinar is part of a Zoom Event. Zoom Events aren't supported."),
        remedy=_("It doesn't sync. To sync its data, schedule it as a regular webinar."),
        actions=(Action.OPEN_IN_ZOOM,),
    ),
    _E4(
        code=AuditCode.DATA_UNAVAILABLE,
        message="%(reason)s",
        meaning=_("Zoom doesn't have some of this webinar's data."),
        remedy=_("Check the webinar in Zoom. If the data is there, sync again."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E4(
        code=AuditCode.DATA_TOO_OLD,
        severity=Severity.INFO,
        message="%(reason)s",
        meaning=_("Some of this webinar's data is too old for Zoom to provide."),
        remedy=_("Data that Zoom doesn't provide can't sync. Existing data is kept."),
    ),
    _E4(
        code=AuditCode.PLAN_REQUIRED,
        message="%(reason)s",
        meaning=_("Some of this webinar's data requires a higher Zoom plan or a webinar license."),
        remedy=_("Check the host's license and the account's plan in Zoom, then sync again."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E4(
        code=AuditCode.REGISTRANTS_REJECTED,
        message="%(reason)s",
        meaning=_("Zoom rejected the request for registrants, so registrations may be missing."),
        remedy=_("The entry has Zoom's own words. Check the webinar's registration in Zoom, then sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E4(
        code=AuditCode.INSTANCES_REJECTED,
        message="%(reason)s",
        meaning=_("Zoom rejected the request for the sessions held, so attendance may be missing."),
        remedy=_("The entry has Zoom's own words. Check the app's scopes in Zoom, then sync now."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E4(
        code=AuditCode.ATTENDANCE_REJECTED,
        message="%(reason)s",
        meaning=_("Zoom rejected the request for attendees, so attendance is missing."),
        remedy=_("The entry has Zoom's own words. Check the app's scopes in Zoom, then sync now."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E4(
        code=AuditCode.LIST_INCOMPLETE,
        severity=Severity.INFO,
        meaning=_(
            "Zoom listed fewer people than its own total. Everyone listed was synced, and no one was "
            "cancelled or marked as a no-show for being missing."
        ),
        remedy=_("No action needed: the list is read again automatically."),
        actions=(Action.SYNC_NOW,),
    ),
)
