"""E3 and E5: people who did not get into the CRM: Zoom has no data of them, or a rule kept them out."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, Definition, Severity

_E3 = partial(Definition, "E3", severity=Severity.WARNING, title=_("Some attendees were not synced"))
_E5 = partial(
    Definition,
    "E5",
    severity=Severity.WARNING,
    title=_("Some emails were excluded from the webinar sync"),
)

DEFINITIONS = (
    _E3(
        cause="nobody_joined",
        meaning=_("Zoom has no participants for this session. No one joined."),
        remedy=_("Check Zoom's report of the webinar. If it lists people, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E3(
        cause="data_errors",
        meaning=_("Zoom's participant data for this session has errors. Some rows couldn't be used."),
        remedy=_("Check the participants in Zoom's report. If they're correct there now, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E5(
        cause="account_user",
        meaning=_("They are members of your team; team members don't become contacts."),
        remedy=_("No action needed. Skipped people are listed by name."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="excluded_domain",
        meaning=_("Their domain is in the contact exclusions."),
        remedy=_("No action needed. To sync them, remove the domain from the list."),
        actions=(Action.SHOW_SKIPPED, Action.EDIT_EXCLUSIONS),
    ),
    _E5(
        cause="staff",
        meaning=_("They are the webinar's hosts and panelists, and the global settings exclude those."),
        remedy=_("No action needed. To sync them, turn off “Exclude hosts and panelists”."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="invalid_email",
        meaning=_("Their email address isn't valid."),
        remedy=_("No action needed. If they register again with a valid address, they will sync."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="secondary_email",
        meaning=_("Their address is a contact's secondary email. Only primary emails sync."),
        remedy=_("No action needed. To sync them, make it the contact's primary email."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="deleted_contact",
        meaning=_("They were deleted as contacts here. The sync doesn't create them again."),
        remedy=_("No action needed. To bring the person back, create the contact manually."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="no_email",
        meaning=_("Zoom doesn't share these guests' email addresses, and they didn't register."),
        remedy=_("Turn on registration for the webinar in Zoom to sync all attendees."),
        actions=(Action.SHOW_SKIPPED, Action.OPEN_IN_ZOOM),
    ),
    _E5(
        cause="creation_off",
        meaning=_("They aren't contacts yet, and “Create contacts” is turned off in the global settings."),
        remedy=_("No action needed. To add them, turn on “Create contacts”."),
        actions=(Action.SHOW_SKIPPED, Action.SWITCH_ON_CREATION),
    ),
)
