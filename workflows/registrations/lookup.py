"""Whether someone is registered, by our own rows or by Zoom's lists."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from contacts.models import Contact
from core.emails import normalise
from core.messages import Message
from integrations.models import Registrant, Webinar
from integrations.zoom.client import ZoomClient
from integrations.zoom.endpoints import RegistrantStatus
from integrations.zoom.errors import BadAnswer
from integrations.zoom.records import RegisteredPerson
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.models.registrations import SUCCESSES

# Someone may have cancelled since the last sync; then Zoom is asked.
FRESH = timedelta(hours=1)
STILL_IN = (Registrant.Status.APPROVED, Registrant.Status.PENDING)
ALL = (RegistrantStatus.APPROVED, RegistrantStatus.PENDING, RegistrantStatus.DENIED)


def addresses_of(contact: Contact) -> list[str]:
    """Those by which the contact may be registered in Zoom, the primary one first."""
    return list(contact.addresses.counting().primary_first().values_list("email", flat=True))


def known_registrations(webinar: Webinar | None, contact: Contact, occurrence_id: str) -> list[Registrant]:
    """The contact's rows that count for the date, the approved ones first."""
    if webinar is None:
        return []
    rows = Registrant.objects.filter(webinar=webinar, status__in=STILL_IN)
    person = Q(email__in=contact.addresses.counting().values("email")) | Q(contact=contact)
    return list(rows.filter(person, occurrence_id__in={"", occurrence_id}).order_by("status", "pk"))


def is_recent(moment: datetime | None) -> bool:
    """Whether Zoom need not be asked if what was true at this moment still holds."""
    return moment is not None and moment > timezone.now() - FRESH


def has_left(webinar: Webinar | None, registrant_id: str) -> bool:
    """Whether this registrant was seen to be cancelled, and is in no date of a series any more."""
    rows = Registrant.objects.filter(webinar=webinar, zoom_id=registrant_id)
    statuses = set(rows.values_list("status", flat=True)) if webinar else set()
    return bool(statuses) and statuses.isdisjoint(STILL_IN)


def last_success(job: RegistrationJob) -> RegistrationJob | None:
    """The job by which the contact was registered before; None if it was removed since."""
    same = RegistrationJob.objects.filter(
        contact=job.contact, zoom_webinar_id=job.zoom_webinar_id, occurrence_id=job.occurrence_id
    )
    ended = same.filter(outcome__in=SUCCESSES).exclude(pk=job.pk).order_by("-finished_at", "-pk").first()
    return None if ended is None or ended.outcome == RegistrationStatus.REMOVED else ended


def find_registrant(
    zoom: ZoomClient,
    zoom_webinar_id: int,
    emails: Collection[str],
    occurrence_id: str = "",
    statuses: Iterable[RegistrantStatus] = ALL,
) -> RegisteredPerson | None:
    """The person with one of these addresses in Zoom's lists; None if they were read to their end in vain.

    Raises BadAnswer where a list was not complete.
    """
    for status in statuses:
        person = _find_in(zoom, zoom_webinar_id, status, occurrence_id, emails)
        if person:
            return person
    return None


def _find_in(
    zoom: ZoomClient,
    zoom_webinar_id: int,
    status: RegistrantStatus,
    occurrence_id: str,
    emails: Collection[str],
) -> RegisteredPerson | None:
    seen, total = 0, 0
    for page in zoom.registered_people(zoom_webinar_id, status, occurrence_id):
        for person in page.items:
            if normalise(person.email) in emails:
                return person
        seen += len(page.items) + len(page.bad)
        total = page.total or total
    if seen < total:
        raise BadAnswer(Message("zoom.registrants_incomplete"))
    return None
