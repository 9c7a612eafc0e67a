"""Writes a registration that was made from here into the CRM at once; the next sync confirms or corrects it.

The registrant's row is the one that the sync would write. Its `contact`, and that no run has seen it, mark it
as ours.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from django.db.models import F
from django.utils import timezone

from contacts.bulk import TimelineFact, retract_timeline, write_timeline
from contacts.models import Contact, EmailAddress
from contacts.suppression import deleted_among
from core.bulk import Written
from core.emails import normalise
from integrations.models import Registrant, SyncRun, Webinar
from integrations.rules.participation import State
from integrations.rules.people import Address, Entry, decide
from integrations.rules.registration import RegistrantRow, Status
from integrations.settings.policy import load_policy
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.steps.dates import WebinarDate, dates_of
from integrations.sync.steps.events import count_webinars, webinar_subject
from integrations.sync.steps.load_people import Person
from integrations.sync.steps.participations import Outcome, SessionFacts, SessionOutcome, outcome_of
from integrations.sync.steps.registrants import registers_per_occurrence
from marketing_events.bulk import ParticipationRow, recount_contacts, recount_events, write_participations
from marketing_events.models import MarketingEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredHere:
    registrant_id: str
    occurrence_id: str = ""
    is_pending: bool = False


_NATURAL_KEY = ("webinar", "zoom_id", "occurrence_id")
# When someone registered first stays as it was.
_KNOWN_BETTER = (
    "email",
    "first_name",
    "last_name",
    "contact",
    "status",
    "cancelled_at",
    "cancellation_noticed_at",
)


def note_registrations(webinar: Webinar, registrations: Sequence[tuple[Contact, RegisteredHere]]) -> None:
    """Registrations that Zoom has just accepted, each of another contact. Must run inside a transaction.

    The contacts are locked, so that none of them is deleted meanwhile.
    """
    rows = [_registrant(webinar, contact, registered) for contact, registered in registrations]
    Registrant.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=_NATURAL_KEY, update_fields=_KNOWN_BETTER
    )
    _write_contacts(webinar, [contact for contact, _registered in registrations])


def _registrant(webinar: Webinar, contact: Contact, registered: RegisteredHere) -> Registrant:
    return Registrant(
        webinar=webinar,
        zoom_id=registered.registrant_id,
        occurrence_id=registered.occurrence_id if registers_per_occurrence(webinar) else "",
        email=normalise(contact.email),
        first_name=contact.first_name,
        last_name=contact.last_name,
        contact=contact,
        status=Registrant.Status.PENDING if registered.is_pending else Registrant.Status.APPROVED,
        registered_at=timezone.now(),
    )


def note_removal(webinar: Webinar, contact: Contact, occurrence_id: str = "", *, is_deleted: bool) -> None:
    """A registration that was cancelled or deleted in Zoom just now. Must run inside a transaction."""
    addresses = contact.addresses.counting().values_list("email", flat=True)
    rows = Registrant.objects.filter(webinar=webinar, email__in=list(addresses))
    if registers_per_occurrence(webinar) and occurrence_id:
        rows = rows.filter(occurrence_id=occurrence_id)
    rows.filter(status=Registrant.Status.PENDING).delete()
    gone = Registrant.Status.GONE if is_deleted else Registrant.Status.DENIED
    rows.filter(status=Registrant.Status.APPROVED).update(status=gone, cancelled_at=timezone.now())
    _write_contacts(webinar, [contact])


def _write_contacts(webinar: Webinar, contacts: Sequence[Contact]) -> None:
    """What the sync would write of these people, as far as it is about sessions to come (R24-R29)."""
    entering = _entering(webinar, contacts)
    if not entering:
        return
    dates = _upcoming(webinar)
    if not dates:
        enqueue_webinar(webinar, SyncRun.Trigger.WEBHOOK)
        return
    outcomes = _outcomes(webinar, entering, dates)
    parts = [_part(part, contact) for contact, outcome in outcomes.items() for part in outcome.parts]
    written = write_participations(parts)
    _write_timeline(webinar, outcomes, dates)
    recount_contacts(list(outcomes), count_webinars)
    _count_in_events(parts, written)


def _outcomes(
    webinar: Webinar, entering: Mapping[int, Sequence[str]], dates: Sequence[WebinarDate]
) -> dict[int, Outcome]:
    """By contact."""
    rows = _rows(webinar, [email for emails in entering.values() for email in emails])
    sessions, per_occurrence = [_facts(date) for date in dates], registers_per_occurrence(webinar)
    outcomes = {}
    for contact, emails in entering.items():
        own = sorted((pair for email in emails for pair in rows[email]), key=itemgetter(0))
        person = Person(key=emails[0], email=emails[0], registrations=[row for _order, row in own])
        outcomes[contact] = outcome_of(person, sessions, per_occurrence=per_occurrence)
    return outcomes


def _count_in_events(parts: Sequence[ParticipationRow], written: Written) -> None:
    """Some more where all are new: in a bulk of thousands the others are not counted each time."""
    new = Counter(part.event_id for part in parts)
    if written.inserted == len(parts) and all(part.state == State.REGISTERED for part in parts):
        for event, count in sorted(new.items()):
            MarketingEvent.objects.filter(pk=event).update(registered_count=F("registered_count") + count)
    elif written.total:
        recount_events(list(new))


def _entering(webinar: Webinar, contacts: Sequence[Contact]) -> dict[int, list[str]]:
    """The addresses whose activity the rules let in, of the contacts who have any (D3, D5).

    No one's, if the webinar doesn't sync.
    """
    policy = load_policy(webinar.connection.brand)
    if not policy.effect(webinar).webinar:
        return {}
    owners = EmailAddress.objects.filter(contact__in=contacts).counting().primary_first()
    addresses = {
        email: Address(contact, counts=True) for email, contact in owners.values_list("email", "contact_id")
    }
    about = policy.of_batch(addresses, deleted_among(addresses))
    entering: dict[int, list[str]] = {}
    for email, address in addresses.items():
        if isinstance(decide(email, about), Entry):
            entering.setdefault(address.contact_id, []).append(email)
    return entering


def _upcoming(webinar: Webinar) -> list[WebinarDate]:
    """Those that were not held yet: nothing is known here of who attended the others."""
    dates = [date for date in dates_of(webinar) if date.row.event_id and date.row.is_planned]
    return [date for date in dates if not date.instances and not date.is_cancelled]


def _rows(webinar: Webinar, emails: Sequence[str]) -> Mapping[str, list[tuple[int, RegistrantRow]]]:
    """By address, with their places in the order in which they were made."""
    rows = Registrant.objects.filter(webinar=webinar, email__in=emails).order_by("registered_at", "pk")
    by_email = defaultdict(list)
    for order, row in enumerate(rows):
        fields = (row.registered_at, row.cancelled_at, row.occurrence_id, row.cancellation_noticed_at)
        by_email[row.email].append((order, RegistrantRow(Status(row.status), *fields)))
    return by_email


def _facts(date: WebinarDate) -> SessionFacts:
    return SessionFacts(date.event_id, "", date.row.occurrence_id, ())


def _part(part: SessionOutcome, contact_id: int) -> ParticipationRow:
    """No one has attended yet."""
    return ParticipationRow(
        part.session.event_id,
        contact_id,
        part.state,
        part.registered_at,
        part.cancelled_at,
        cancellation_noticed_at=part.cancellation_noticed_at,
    )


def _write_timeline(webinar: Webinar, outcomes: Mapping[int, Outcome], dates: Sequence[WebinarDate]) -> None:
    subject = webinar_subject(webinar)
    starts = [date.row.starts_at for date in dates if date.row.starts_at]
    entries = [
        TimelineFact(
            contact,
            moment.kind,
            subject,
            moment.occurred_at,
            str(webinar),
            outcome.only_event_id,
            webinar.zoom_webinar_id,
            min(starts, default=webinar.starts_at),
            noticed_at=moment.noticed_at,
        )
        for contact, outcome in outcomes.items()
        for moment in outcome.moments
        if moment.occurred_at
    ]
    write_timeline(entries)
    kept = {(entry.contact_id, entry.kind, entry.subject_key) for entry in entries}
    retract_timeline(outcomes, [subject], kept)
