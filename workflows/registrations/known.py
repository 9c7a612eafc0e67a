"""What our own rows say of people and a webinar, read for many of them at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from contacts.models import EmailAddress
from integrations.models import Registrant, Webinar
from workflows.models import RegistrationJob, RegistrationStatus
from workflows.models.registrations import SUCCESSES

# Someone may have cancelled since the last sync; then Zoom is asked.
FRESH = timedelta(hours=1)
STILL_IN = (Registrant.Status.APPROVED, Registrant.Status.PENDING)


@dataclass(slots=True)
class Known:
    """About one contact and one webinar."""

    emails: list[str] = field(default_factory=list)
    """The primary address, and merged ones: as them the contact may be registered as well."""
    registrations: list[Registrant] = field(default_factory=list)
    """Those that count for the date, the approved ones first."""
    last_success: RegistrationJob | None = None
    """The job by which the contact was registered before; None if the registration was removed since."""


def load_known(
    jobs: Sequence[RegistrationJob], webinar: Webinar | None, occurrence_id: str
) -> dict[int, Known]:
    """By contact. The jobs are about one webinar or one date of it, each about another contact.

    `occurrence_id` is the date that is named to Zoom. Four queries at most.
    """
    known: dict[int, Known] = defaultdict(Known)
    contacts = [job.contact_id for job in jobs if job.contact_id is not None]
    for contact, emails in addresses_of(contacts).items():
        known[contact].emails = emails
    _add_registrations(known, webinar, occurrence_id)
    _add_successes(known, jobs, webinar)
    return known


def addresses_of(contacts: Collection[int]) -> dict[int, list[str]]:
    """Those by which each contact may be registered in Zoom, the primary one first."""
    rows = EmailAddress.objects.filter(contact__in=contacts).counting().primary_first()
    emails: dict[int, list[str]] = {contact: [] for contact in contacts}
    for contact, email in rows.values_list("contact_id", "email"):
        emails[contact].append(email)
    return emails


def is_recent(moment: datetime | None) -> bool:
    """Whether Zoom need not be asked if what was true at this moment still holds."""
    return moment is not None and moment > timezone.now() - FRESH


def _add_registrations(known: Mapping[int, Known], webinar: Webinar | None, occurrence_id: str) -> None:
    if webinar is None:
        return
    owners = {email: contact for contact, person in known.items() for email in person.emails}
    rows = Registrant.objects.filter(webinar=webinar, status__in=STILL_IN)
    people = Q(email__in=owners) | Q(contact__in=known)  # no subquery: an index for each
    for row in rows.filter(people, occurrence_id__in={"", occurrence_id}).order_by("status", "pk"):
        for contact in known.keys() & {owners.get(row.email), row.contact_id}:
            known[contact].registrations.append(row)


def _add_successes(
    known: Mapping[int, Known], jobs: Sequence[RegistrationJob], webinar: Webinar | None
) -> None:
    same = RegistrationJob.objects.filter(
        contact__in=known,
        zoom_webinar_id=jobs[0].zoom_webinar_id,
        occurrence_id=jobs[0].occurrence_id,
        starts_after=jobs[0].starts_after,
    )
    ended = same.filter(outcome__in=SUCCESSES).exclude(pk__in=[job.pk for job in jobs])
    last = {job.contact_id: job for job in ended.order_by("finished_at", "pk") if job.contact_id}
    left = _left(webinar, {job.registrant_id for job in last.values()})
    for contact, job in last.items():
        if job.outcome != RegistrationStatus.REMOVED and job.registrant_id not in left:
            known[contact].last_success = job


def _left(webinar: Webinar | None, registrants: Collection[str]) -> set[str]:
    """Those who were seen to be cancelled, and are in no date of a series any more."""
    if webinar is None or not registrants:
        return set()
    rows = Registrant.objects.filter(webinar=webinar, zoom_id__in=registrants)
    statuses: dict[str, set[str]] = defaultdict(set)
    for registrant, status in rows.values_list("zoom_id", "status"):
        statuses[registrant].add(status)
    return {registrant for registrant, seen in statuses.items() if seen.isdisjoint(STILL_IN)}
