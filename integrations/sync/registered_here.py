"""Writes a registration that was made from here into the CRM at once; the next sync confirms or corrects it.

The registrant's row is the one that the sync would write. Its `contact`, and that no run has seen it, mark it
as ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from contacts.bulk import TimelineFact, retract_timeline, write_timeline
from contacts.models import Contact
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


def note_registration(webinar: Webinar, contact: Contact, registered: RegisteredHere) -> None:
    """A registration that Zoom has just accepted. Must run inside a transaction."""
    row = Registrant(
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
    Registrant.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=_NATURAL_KEY, update_fields=_KNOWN_BETTER
    )
    _write_contact(webinar, contact)


def note_removal(webinar: Webinar, contact: Contact, occurrence_id: str = "", *, is_deleted: bool) -> None:
    """A registration that was cancelled or deleted in Zoom just now. Must run inside a transaction."""
    addresses = contact.addresses.counting().values_list("email", flat=True)
    rows = Registrant.objects.filter(webinar=webinar, email__in=list(addresses))
    if registers_per_occurrence(webinar) and occurrence_id:
        rows = rows.filter(occurrence_id=occurrence_id)
    rows.filter(status=Registrant.Status.PENDING).delete()
    gone = Registrant.Status.GONE if is_deleted else Registrant.Status.DENIED
    rows.filter(status=Registrant.Status.APPROVED).update(status=gone, cancelled_at=timezone.now())
    _write_contact(webinar, contact)


def _write_contact(webinar: Webinar, contact: Contact) -> None:
    """What the sync would write of this person, as far as it is about sessions to come (R24-R29)."""
    emails = _entering(webinar, contact)
    if not emails:
        return
    dates = _upcoming(webinar)
    if not dates:
        enqueue_webinar(webinar, SyncRun.Trigger.WEBHOOK)
        return
    person = Person(key=emails[0], email=emails[0], registrations=list(_rows(webinar, emails)))
    outcome = outcome_of(
        person, [_facts(date) for date in dates], per_occurrence=registers_per_occurrence(webinar)
    )
    written = write_participations([_part(part, contact) for part in outcome.parts])
    _write_timeline(webinar, contact, outcome, dates)
    recount_contacts([contact.pk], count_webinars)
    _count_in_events(outcome, written)


def _count_in_events(outcome: Outcome, written: Written) -> None:
    """One more where someone is new: in a bulk of thousands the others are not counted each time."""
    events = [part.session.event_id for part in outcome.parts]
    if written.inserted == len(events) and all(part.state == State.REGISTERED for part in outcome.parts):
        MarketingEvent.objects.filter(pk__in=events).update(registered_count=F("registered_count") + 1)
    elif written.total:
        recount_events(events)


def _entering(webinar: Webinar, contact: Contact) -> list[str]:
    """The contact's addresses whose activity the rules let in; none if the webinar doesn't sync (D3, D5)."""
    policy = load_policy(webinar.connection.brand)
    if not policy.effect(webinar).webinar:
        return []
    emails = list(contact.addresses.counting().primary_first().values_list("email", flat=True))
    addresses = {email: Address(contact.pk, counts=True) for email in emails}
    about = policy.of_batch(addresses, deleted_among(emails))
    return [email for email in emails if isinstance(decide(email, about), Entry)]


def _upcoming(webinar: Webinar) -> list[WebinarDate]:
    """Those that were not held yet: nothing is known here of who attended the others."""
    dates = [date for date in dates_of(webinar) if date.row.event_id and date.row.is_planned]
    return [date for date in dates if not date.instances and not date.is_cancelled]


def _rows(webinar: Webinar, emails: Iterable[str]) -> Iterable[RegistrantRow]:
    rows = Registrant.objects.filter(webinar=webinar, email__in=emails).order_by("registered_at", "pk")
    for row in rows:
        yield RegistrantRow(
            Status(row.status),
            row.registered_at,
            row.cancelled_at,
            row.occurrence_id,
            row.cancellation_noticed_at,
        )


def _facts(date: WebinarDate) -> SessionFacts:
    return SessionFacts(date.event_id, "", date.row.occurrence_id, ())


def _part(part: SessionOutcome, contact: Contact) -> ParticipationRow:
    """No one has attended yet."""
    return ParticipationRow(
        part.session.event_id,
        contact.pk,
        part.state,
        part.registered_at,
        part.cancelled_at,
        first_joined_at=None,
        last_left_at=None,
        duration_seconds=0,
        attendance_percent=None,
        cancellation_noticed_at=part.cancellation_noticed_at,
    )


def _write_timeline(webinar: Webinar, contact: Contact, outcome: Outcome, dates: list[WebinarDate]) -> None:
    subject = webinar_subject(webinar)
    starts = [date.row.starts_at for date in dates if date.row.starts_at]
    moments = [
        TimelineFact(
            contact.pk,
            moment.kind,
            subject,
            moment.occurred_at,
            webinar.topic or str(webinar.zoom_webinar_id),
            outcome.only_event_id,
            webinar.zoom_webinar_id,
            min(starts, default=webinar.starts_at),
            noticed_at=moment.noticed_at,
        )
        for moment in outcome.moments
        if moment.occurred_at
    ]
    write_timeline(moments)
    kept = {(moment.contact_id, moment.kind, moment.subject_key) for moment in moments}
    retract_timeline({contact.pk}, [subject], kept)
