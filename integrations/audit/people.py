"""E3 and E5: people who did not get into the CRM: Zoom has no data of them, or a rule kept them out."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from integrations.audit.codes import Action, AuditCode, Definition, Severity
from integrations.models import SkippedPerson, Webinar

_E3 = partial(Definition, label="E3", severity=Severity.WARNING, title=_("Some attendees were not synced"))
_E5 = partial(
    Definition,
    label="E5",
    severity=Severity.INFO,
    title=_("Some emails were excluded from the webinar sync"),
)

DEFINITIONS = (
    _E3(
        code=AuditCode.NO_PARTICIPANTS,
        severity=Severity.INFO,
        meaning=_("Zoom has no participants for this session. No one joined."),
        remedy=_("Check Zoom's report of the webinar. If it lists people, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E3(
        code=AuditCode.PARTICIPANTS_INVALID,
        message=ngettext_lazy(
            "%(count)s row in Zoom's participant list couldn't be used.",
            "%(count)s rows in Zoom's participant list couldn't be used.",
            "count",
        ),
        meaning=_("Zoom's participant data for this session has errors. Some rows couldn't be used."),
        remedy=_("Check the participants in Zoom's report. If they're correct there now, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E5(
        code=AuditCode.SKIPPED_ACCOUNT_USER,
        message=ngettext_lazy("%(count)s person: account user.", "%(count)s people: account user.", "count"),
        meaning=_("They are members of your team; team members don't become contacts."),
        remedy=_("No action needed. Skipped people are listed by name."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        code=AuditCode.SKIPPED_EXCLUDED_DOMAIN,
        message=ngettext_lazy(
            "%(count)s person: excluded domain.", "%(count)s people: excluded domain.", "count"
        ),
        meaning=_("Their domain is in the contact exclusions."),
        remedy=_("No action needed. To sync them, remove the domain from the list."),
        actions=(Action.SHOW_SKIPPED, Action.EDIT_EXCLUSIONS),
    ),
    _E5(
        code=AuditCode.SKIPPED_STAFF,
        message=ngettext_lazy(
            "%(count)s person: host or panelist.", "%(count)s people: hosts and panelists.", "count"
        ),
        meaning=_("They are the webinar's hosts and panelists, and the global settings exclude those."),
        remedy=_("No action needed. To sync them, turn off “Exclude hosts and panelists”."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        code=AuditCode.SKIPPED_INVALID_EMAIL,
        message=ngettext_lazy(
            "%(count)s person: invalid email.", "%(count)s people: invalid email.", "count"
        ),
        meaning=_("Their email address isn't valid."),
        remedy=_("No action needed. If they register again with a valid address, they will sync."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        code=AuditCode.SKIPPED_SECONDARY_EMAIL,
        message=ngettext_lazy(
            "%(count)s person: secondary email of a contact.",
            "%(count)s people: secondary email of a contact.",
            "count",
        ),
        meaning=_("Their address is a contact's secondary email. Only primary emails sync."),
        remedy=_("No action needed. To sync them, make it the contact's primary email."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        code=AuditCode.SKIPPED_DELETED_CONTACT,
        message=ngettext_lazy(
            "%(count)s person: deleted contact.", "%(count)s people: deleted contact.", "count"
        ),
        meaning=_("They were deleted as contacts here. The sync doesn't create them again."),
        remedy=_("No action needed. To bring the person back, create the contact manually."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        code=AuditCode.SKIPPED_NO_EMAIL,
        message=ngettext_lazy("%(count)s person: no email.", "%(count)s people: no email.", "count"),
        meaning=_("Zoom doesn't share these guests' email addresses, and they didn't register."),
        remedy=_("No action needed. They joined without the link that came with their registration."),
        actions=(Action.SHOW_SKIPPED,),
    ),
    _E5(
        code=AuditCode.SKIPPED_NO_REGISTRATION,
        message=ngettext_lazy("%(count)s person: no email.", "%(count)s people: no email.", "count"),
        meaning=_("Zoom doesn't share guests' email addresses, and registration is off for this webinar."),
        remedy=_("Turn on registration for the webinar in Zoom to sync all attendees."),
        actions=(Action.SHOW_SKIPPED, Action.OPEN_IN_ZOOM),
    ),
    _E5(
        code=AuditCode.SKIPPED_CREATION_OFF,
        message=ngettext_lazy(
            "%(count)s person: contact creation is off.",
            "%(count)s people: contact creation is off.",
            "count",
        ),
        meaning=_("They aren't contacts yet, and “Create contacts” is turned off in the global settings."),
        remedy=_("No action needed. To add them, turn on “Create contacts”."),
        actions=(Action.SHOW_SKIPPED, Action.SWITCH_ON_CREATION),
    ),
)


def code_of_skipped(reason: str, webinar: Webinar) -> AuditCode:
    """Why people are skipped. Only where registration is off would turning it on help (R7)."""
    if reason == SkippedPerson.Reason.NO_EMAIL and webinar.approval == Webinar.Approval.NO_REGISTRATION:
        return AuditCode.SKIPPED_NO_REGISTRATION
    return AuditCode(f"skipped_{reason}")


def skipped_reason(code: str) -> str:
    """The reason for which people are skipped, by the code of E5; blank for other codes."""
    if code == AuditCode.SKIPPED_NO_REGISTRATION:
        return str(SkippedPerson.Reason.NO_EMAIL)
    reason = code.removeprefix("skipped_")
    return reason if code != reason and reason in SkippedPerson.Reason.values else ""
