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
        meaning=_("“Sync webinar data” is off in the global settings, so no webinar of this account syncs."),
        remedy=_(
            "Turn on “Sync webinar data” in the global settings. "
            "Once this webinar's own switch is on as well, everything missing syncs by itself."
        ),
        actions=(Action.SWITCH_ON_GLOBAL,),
    ),
    _E1(
        cause="switch_webinar",
        meaning=_("Sync is on for the account, but off for this webinar."),
        remedy=_("Turn on the switch of this webinar. Everything missing then syncs by itself."),
        actions=(Action.SWITCH_ON_WEBINAR,),
    ),
    _E1(
        cause="host_excluded",
        meaning=_("The domain of this webinar's host is on the list of excluded hosts."),
        remedy=_(
            "Nothing to do, unless webinars of this host should sync: "
            "then remove the domain from the excluded hosts. Everything missing then syncs by itself."
        ),
        actions=(Action.EDIT_EXCLUSIONS,),
    ),
    _E1(
        cause="zoom_events",
        meaning=_("This webinar is part of a Zoom Event. Zoom Events are not supported."),
        remedy=_("Nothing of it syncs. To have its data here, schedule it as an ordinary webinar."),
        actions=(Action.OPEN_IN_ZOOM,),
    ),
    _E4(
        cause="switch_global",
        meaning=_(
            "“Sync webinar data” was turned off in the global settings. What was synced before stays; "
            "contacts, marketing events or calls from later may be missing."
        ),
        remedy=_("Turn on “Sync webinar data” in the global settings: what is missing syncs by itself."),
        actions=(Action.SWITCH_ON_GLOBAL,),
    ),
    _E4(
        cause="switch_webinar",
        meaning=_(
            "The switch of this webinar was turned off. What was synced before stays; "
            "contacts, marketing events or calls from later may be missing."
        ),
        remedy=_("Turn on the switch of this webinar: what is missing syncs by itself."),
        actions=(Action.SWITCH_ON_WEBINAR,),
    ),
    _E4(
        cause="host_excluded",
        meaning=_(
            "The domain of this webinar's host was excluded. What was synced before stays; "
            "contacts, marketing events or calls from later may be missing."
        ),
        remedy=_("Remove the domain from the excluded hosts if this webinar should sync."),
        actions=(Action.EDIT_EXCLUSIONS,),
    ),
    _E4(
        cause="switch_recordings",
        meaning=_("Recordings and transcripts are turned off for this webinar, so its calls may be missing."),
        remedy=_(
            "Check the three switches of recordings: the global one, the host's and the webinar's. "
            "Then sync again."
        ),
        actions=(Action.SWITCH_ON_RECORDINGS, Action.SYNC_NOW),
    ),
    _E4(
        cause="invalid_email",
        meaning=_("Some people gave an email address that is not valid, so nothing of theirs was synced."),
        remedy=_("See who they are among the skipped people. If they register again correctly, they sync."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E4(
        cause="unavailable",
        meaning=_("Zoom does not have some of this webinar's data, or does not have it any more."),
        remedy=_("Look at the webinar in Zoom. If the data is there, sync again."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E4(
        cause="too_old",
        meaning=_("Zoom no longer gives out some of this webinar's data, because it is too old."),
        remedy=_("What Zoom does not give out cannot be synced. What was synced before stays."),
    ),
    _E4(
        cause="paid_plan",
        meaning=_(
            "Zoom gives out some of this webinar's data only to a larger plan, or with a webinar licence."
        ),
        remedy=_("Check the host's licence and the plan of the account in Zoom, then sync again."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
)
