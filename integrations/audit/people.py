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
        meaning=_("Zoom holds no participant information of this session: nobody joined it."),
        remedy=_("Look in Zoom's report of the webinar. If people are listed there, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E3(
        cause="data_errors",
        meaning=_("Zoom's participant information of this session has errors: some rows cannot be used."),
        remedy=_("Look at the participants in Zoom's report. If they are right there by now, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E5(
        cause="account_user",
        meaning=_("They are users of this app. Account users do not become contacts."),
        remedy=_("Nothing to do. The skipped people are listed by name."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="excluded_domain",
        meaning=_("Their domain is on the list of people who do not become contacts."),
        remedy=_("Nothing to do, unless the exclusion should go: then remove the domain from the list."),
        actions=(Action.SHOW_SKIPPED, Action.EDIT_EXCLUSIONS),
    ),
    _E5(
        cause="invalid_email",
        meaning=_("Their email address is not valid."),
        remedy=_("Nothing to do here. If they register again with a right address, they sync."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="secondary_email",
        meaning=_("Their address is a secondary email of a contact; only a primary email is synced."),
        remedy=_("Nothing to do, unless it should count: then make it the contact's primary email."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="deleted_contact",
        meaning=_("They were contacts here and were deleted. The sync does not create them again."),
        remedy=_("Nothing to do, unless the person should be a contact again: then create it by hand."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        cause="no_email",
        meaning=_("Zoom gives no email address of these guests, and no registration tells who they are."),
        remedy=_("Turn on registration for the webinar in Zoom: then all attendees sync."),
        actions=(Action.SHOW_SKIPPED, Action.OPEN_IN_ZOOM),
    ),
    _E5(
        cause="creation_off",
        meaning=_("They are not contacts yet, and creating contacts is turned off in the global settings."),
        remedy=_("Nothing to do, unless they should become contacts: then turn on “Create contacts”."),
        actions=(Action.SHOW_SKIPPED, Action.SWITCH_ON_CREATION),
    ),
)
