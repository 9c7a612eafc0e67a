"""What people read about each reason: a sentence for what is the matter, and one for what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.jobs import JobState
from integrations.rules.registration_reasons import RefusalReason, WaitReason
from workflows.models import RegistrationJob
from workflows.registrations.results import FailureReason

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class ReasonText:
    """`detail` may name `%(fields)s` or `%(scopes)s`."""

    detail: Text
    remedy: Text = ""


# R82, word for word.
_HOST = gettext_lazy("The host of the webinar cannot register for the webinar")

REASONS: dict[str, ReasonText] = {
    RefusalReason.CONTACT_NOT_FOUND: ReasonText(gettext_lazy("The contact was deleted.")),
    RefusalReason.MISSING_FIRST_NAME: ReasonText(
        gettext_lazy("The contact has no first name."),
        gettext_lazy("Add a first name to the contact, then retry."),
    ),
    RefusalReason.MISSING_LAST_NAME: ReasonText(
        gettext_lazy("The contact has no last name, and the webinar's form requires one."),
        gettext_lazy("Add a last name to the contact, then retry."),
    ),
    RefusalReason.INVALID_EMAIL: ReasonText(
        gettext_lazy("Zoom doesn't accept the contact's email address."),
        gettext_lazy("Correct the contact's email address, then retry."),
    ),
    RefusalReason.HOST: ReasonText(_HOST, gettext_lazy("Hosts join with their own Zoom account.")),
    RefusalReason.CONNECTED_USER: ReasonText(
        _HOST, gettext_lazy("This is the Zoom user that this app is connected with.")
    ),
    RefusalReason.PANELIST: ReasonText(
        gettext_lazy("The contact is a panelist of the webinar."),
        gettext_lazy("Panelists join with the invitation that Zoom sent them."),
    ),
    RefusalReason.OTHER_BRAND: ReasonText(
        gettext_lazy("The webinar is another brand's. Contacts are registered for the primary brand's only."),
        gettext_lazy("Choose a webinar of the primary brand, or change which brand is primary."),
    ),
    RefusalReason.NO_PRIMARY_CONNECTION: ReasonText(
        gettext_lazy("The primary brand is not connected to Zoom."),
        gettext_lazy("Connect the primary brand to Zoom, then retry."),
    ),
    RefusalReason.WEBINAR_NOT_FOUND: ReasonText(
        gettext_lazy("The connected Zoom account has no webinar with this ID."),
        gettext_lazy("Check the webinar ID. Zoom deletes webinars 90 days after they end."),
    ),
    RefusalReason.NOT_SUPPORTED: ReasonText(
        gettext_lazy("The webinar is part of a Zoom Event, which is not supported."),
        gettext_lazy("Register the contact in Zoom Events."),
    ),
    RefusalReason.REGISTRATION_OFF: ReasonText(
        gettext_lazy("Registration is turned off for this webinar."),
        gettext_lazy("Turn on registration for the webinar in Zoom, then retry."),
    ),
    RefusalReason.FORM_REQUIRES_FIELDS: ReasonText(
        gettext_lazy("The webinar's registration form requires more than name and email: %(fields)s."),
        gettext_lazy("Make these fields optional in Zoom, then retry."),
    ),
    RefusalReason.WEBINAR_OVER: ReasonText(gettext_lazy("The webinar is over.")),
    RefusalReason.OCCURRENCE_NOT_FOUND: ReasonText(
        gettext_lazy("The webinar has no such date."), gettext_lazy("Choose another date.")
    ),
    RefusalReason.REGISTRATION_CLOSED: ReasonText(
        gettext_lazy("Registration for this webinar is closed."),
        gettext_lazy("Reopen registration in Zoom, then retry."),
    ),
    RefusalReason.WEBINAR_FULL: ReasonText(
        gettext_lazy("The webinar is full."),
        gettext_lazy("Raise the limit of registrants in Zoom, then retry."),
    ),
    RefusalReason.PAID_REGISTRATION: ReasonText(
        gettext_lazy("Registration costs money, and Zoom lets no app register anyone for paid webinars."),
        gettext_lazy("Send the contact the registration link."),
    ),
    RefusalReason.EMAIL_NOT_ALLOWED: ReasonText(
        gettext_lazy("The webinar accepts work email addresses only."),
        gettext_lazy("Use the contact's work email address as the primary one, then retry."),
    ),
    RefusalReason.DENIED_BEFORE: ReasonText(
        gettext_lazy("The contact was denied or cancelled in Zoom before, so Zoom rejects the registration."),
        gettext_lazy("Approve the contact in Zoom. Zoom then sends the confirmation email."),
    ),
    RefusalReason.SCOPE_MISSING: ReasonText(
        gettext_lazy("The Zoom app lacks the scope %(scopes)s."),
        gettext_lazy("Add the scope to the app in the Zoom App Marketplace, reconnect, then retry."),
    ),
    RefusalReason.NOT_CONNECTED: ReasonText(
        gettext_lazy("Zoom is not connected, or no longer accepts the connection."),
        gettext_lazy("Reconnect Zoom, then retry."),
    ),
    WaitReason.DAILY_LIMIT: ReasonText(
        gettext_lazy("Zoom allows three registration requests per person and day. The next try is tomorrow."),
    ),
    WaitReason.RATE_LIMITED: ReasonText(
        gettext_lazy("Zoom's rate limit is reached. The job continues automatically."),
    ),
    WaitReason.ZOOM_UNAVAILABLE: ReasonText(
        gettext_lazy("Zoom didn't answer. The job continues automatically."),
    ),
    WaitReason.TOKEN_REFRESH: ReasonText(
        gettext_lazy("Zoom's access token couldn't be renewed. The job continues automatically."),
    ),
    FailureReason.UNKNOWN_REFUSAL: ReasonText(
        gettext_lazy("Zoom rejected the request."), gettext_lazy("See Zoom's answer under Details.")
    ),
    FailureReason.INTERNAL_ERROR: ReasonText(
        gettext_lazy("Something went wrong in this app."), gettext_lazy("Retry. The log has the details.")
    ),
}  # fmt: skip

# Given up after a day of tries.
_GIVEN_UP: dict[str, Text] = {
    WaitReason.RATE_LIMITED: gettext_lazy("Zoom's rate limit was reached for more than a day."),
    WaitReason.ZOOM_UNAVAILABLE: gettext_lazy("Zoom didn't answer for more than a day."),
    WaitReason.TOKEN_REFRESH: gettext_lazy("Zoom's access token couldn't be renewed for more than a day."),
}


def detail_of(job: RegistrationJob) -> str:
    """The sentence for people; blank where the job has no reason."""
    if not job.reason_code:
        return ""
    if job.state == JobState.FAILED and job.reason_code in _GIVEN_UP:
        return str(_GIVEN_UP[job.reason_code])
    return reason_detail(job.reason_code, job.reason_values)


def reason_detail(code: str, values: Mapping[str, object]) -> str:
    text = REASONS.get(code)
    if text is None:
        return code
    names = {name: _listed(values.get(name)) for name in ("fields", "scopes")}
    return str(text.detail) % names if "%(" in str(text.detail) else str(text.detail)


def remedy_of(job: RegistrationJob) -> str:
    """What to do about it; blank where nothing needs to be done."""
    return reason_remedy(job.reason_code) if job.status not in (JobState.QUEUED, "waiting") else ""


def reason_remedy(code: str) -> str:
    text = REASONS.get(code)
    return str(text.remedy) if text else ""


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) and value else _("unknown")
