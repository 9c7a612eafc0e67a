"""E1 and E4: webinar data that did not sync because of a switch, or because Zoom has no usable data."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, Definition, Severity

_E1 = partial(
    Definition,
    "E1",
    severity=Severity.WARNING,
    title=_("Some webinar data was not synced because the sync setting is turned off"),
)
_E4 = partial(Definition, "E4", severity=Severity.WARNING, title=_("Some webinar data was not synced"))

DEFINITIONS = (
    _E1(
        cause="switch_global",
        meaning=_("“Sync webinar data” is off in the global settings, so no webinars in this account sync."),
        remedy=_(
            "Turn on “Sync webinar data” in the global settings and sync for this webinar. Missing "
            "data then syncs automatically."
        ),
        actions=(Action.SWITCH_ON_GLOBAL,),
    ),
    _E1(
        cause="switch_webinar",
        meaning=_("Sync is on for the account but off for this webinar."),
        remedy=_("Turn on sync for this webinar. Missing data then syncs automatically."),
        actions=(Action.SWITCH_ON_WEBINAR,),
    ),
    _E1(
        cause="host_excluded",
        meaning=_("The host's domain is in the webinar exclusions."),
        remedy=_(
            "No action needed. To sync this host's webinars, remove the domain from the webinar "
            "exclusions. Missing data then syncs automatically."
        ),
        actions=(Action.EDIT_EXCLUSIONS,),
    ),
    _E1(
        cause="zoom_events",
        meaning=_("This webinar is part of a Zoom Event. Zoom Events aren't supported."),
        remedy=_("It doesn't sync. To sync its data, schedule it as a regular webinar."),
        actions=(Action.OPEN_IN_ZOOM,),
    ),
    _E4(
        cause="switch_global",
        meaning=_(
            "“Sync webinar data” was turned off in the global settings. Existing data is kept. Later "
            "contacts, marketing events or calls may be missing."
        ),
        remedy=_(
            "Turn on “Sync webinar data” in the global settings. Missing data then syncs automatically."
        ),
        actions=(Action.SWITCH_ON_GLOBAL,),
    ),
    _E4(
        cause="switch_webinar",
        meaning=_(
            "Sync was turned off for this webinar. Existing data is kept. Later contacts, marketing "
            "events or calls may be missing."
        ),
        remedy=_("Turn on sync for this webinar. Missing data then syncs automatically."),
        actions=(Action.SWITCH_ON_WEBINAR,),
    ),
    _E4(
        cause="host_excluded",
        meaning=_(
            "The host's domain was excluded. Existing data is kept. Later contacts, marketing events "
            "or calls may be missing."
        ),
        remedy=_("To sync this webinar, remove the domain from the webinar exclusions."),
        actions=(Action.EDIT_EXCLUSIONS,),
    ),
    _E4(
        cause="switch_recordings",
        meaning=_("Recordings and transcripts are turned off for this webinar, so its calls may be missing."),
        remedy=_("Check the three recording settings: global, host and webinar. Then sync again."),
        actions=(Action.SWITCH_ON_RECORDINGS, Action.SYNC_NOW),
    ),
    _E4(
        cause="invalid_email",
        meaning=_("Some people used an invalid email address, so they weren't synced."),
        remedy=_(
            "See who they are in the skipped people. If they register again with a valid address, "
            "they will sync."
        ),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E4(
        cause="unavailable",
        meaning=_("Zoom doesn't have some of this webinar's data."),
        remedy=_("Check the webinar in Zoom. If the data is there, sync again."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E4(
        cause="too_old",
        meaning=_("Some of this webinar's data is too old for Zoom to provide."),
        remedy=_("Data that Zoom doesn't provide can't sync. Existing data is kept."),
    ),
    _E4(
        cause="paid_plan",
        meaning=_("Some of this webinar's data requires a higher Zoom plan or a webinar license."),
        remedy=_("Check the host's license and the account's plan in Zoom, then sync again."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E4(
        cause="registrants_refused",
        meaning=_("Zoom rejected the request for registrants, so registrations may be missing."),
        remedy=_("The entry has Zoom's own words. Check the webinar's registration in Zoom, then sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E4(
        cause="instances_refused",
        meaning=_("Zoom rejected the request for the sessions held, so attendance may be missing."),
        remedy=_("The entry has Zoom's own words. Check the app's scopes in Zoom, then sync now."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E4(
        cause="attendance_refused",
        meaning=_("Zoom rejected the request for attendees, so attendance is missing."),
        remedy=_("The entry has Zoom's own words. Check the app's scopes in Zoom, then sync now."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E4(
        cause="incomplete_list",
        meaning=_(
            "Zoom listed fewer people than its own total. Everyone listed was synced, and no one was "
            "cancelled or marked as a no-show for being missing."
        ),
        remedy=_("No action needed: the list is read again automatically."),
        actions=(Action.SYNC_NOW,),
    ),
)
