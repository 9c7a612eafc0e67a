"""Where the cause of a refusal can be put right, for those who may, and whom the others can ask."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.roles import Right
from integrations.rules.registration_reasons import RefusalReason as Reason
from workflows.models import RegistrationJob

ABOUT_CONTACT = frozenset({Reason.MISSING_FIRST_NAME, Reason.MISSING_LAST_NAME, Reason.INVALID_EMAIL})
ABOUT_CONNECTION = frozenset({Reason.NO_PRIMARY_CONNECTION, Reason.NOT_CONNECTED, Reason.SCOPE_MISSING})
ABOUT_CHOICE = frozenset(
    {Reason.OTHER_BRAND, Reason.WEBINAR_NOT_FOUND, Reason.WEBINAR_OVER, Reason.OCCURRENCE_NOT_FOUND}
)
IN_ZOOM = frozenset(
    {
        Reason.REGISTRATION_OFF,
        Reason.REGISTRATION_CLOSED,
        Reason.FORM_REQUIRES_FIELDS,
        Reason.WEBINAR_FULL,
        Reason.EMAIL_NOT_ALLOWED,
        Reason.PAID_REGISTRATION,
    }
)
ZOOMS_WEBINARS = "https://zoom.us/webinar"


class Remedy(NamedTuple):
    """A link, or with a blank `url` whom to ask."""

    url: str
    label: str
    is_external: bool = False


def remedy_link(job: RegistrationJob, may: Callable[[Right], bool]) -> Remedy | None:
    """`may` says what the reader is allowed to do."""
    reason = job.reason_code
    if reason in ABOUT_CONTACT and job.contact_id:
        if not may(Right.EDIT_CONTACTS):
            return Remedy("", _("Ask a marketer or an admin."))
        return Remedy(reverse("contacts:edit", args=[job.contact_id]), _("Edit contact"))
    if reason in ABOUT_CONNECTION:
        if not may(Right.CONNECT_ZOOM):
            return Remedy("", _("Ask an admin."))
        return Remedy(reverse("zoom:connect"), _("Connect Zoom"))
    if reason in IN_ZOOM:
        return Remedy(ZOOMS_WEBINARS, _("Open Zoom"), is_external=True)
    if reason in ABOUT_CHOICE and job.contact_id and may(Right.REGISTER_CONTACTS):
        return Remedy(_dialog(job), _("Choose another"))
    return None


def _dialog(job: RegistrationJob) -> str:
    """Of a series that has no such date, the webinar stays chosen."""
    chosen = {"webinar": job.zoom_webinar_id} if job.reason_code == Reason.OCCURRENCE_NOT_FOUND else {}
    return f"{reverse('registrations:add')}?{urlencode({'contact': job.contact_id, **chosen})}"
