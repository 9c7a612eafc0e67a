"""What registering these contacts for a webinar would come to, before it is done (X9)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from contacts.models import Contact, EmailAddress
from core import array_lookup  # noqa: F401 - a lookup
from core.emails import is_valid, normalise
from integrations.models import Registrant, Webinar
from integrations.rules.registration_checks import (
    Connection,
    Person,
    PlannedDate,
    WebinarForm,
    refusal_of_person,
    refusal_of_webinar,
)
from integrations.rules.registration_reasons import Refusal, RefusalReason
from integrations.zoom.errors import ZoomError
from workflows.registrations.connections import Account, account_for, as_rule_input, client_of
from workflows.registrations.forms import FormFacts, as_form, load_facts
from workflows.registrations.wording import REASONS, reason_detail

# So many are judged while a person waits; the others when they are registered.
MOST_JUDGED = 10_000
# Named one by one; of the others only the number is shown.
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A contact who cannot be registered, and why."""

    contact: Contact
    detail: str
    remedy: str


@dataclass(slots=True)
class Preflight:
    """`problem` is what keeps everyone out. `zoom_error`: Zoom could not be asked, so nothing is certain."""

    topic: str = ""
    starts_at: datetime | None = None
    dates: Sequence[PlannedDate] = ()
    needs_date: bool = False
    problem: str = ""
    remedy: str = ""
    zoom_error: str = ""
    is_manual: bool = False
    sends_confirmation: bool = True
    can: int = 0
    registered: int = 0
    cannot: int = 0
    unjudged: int = 0
    hindrances: list[Hindrance] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return not self.problem and self.to_register > 0

    @property
    def judged(self) -> int:
        return self.can + self.registered + self.cannot

    @property
    def to_register(self) -> int:
        return self.can + self.unjudged


def preflight(
    contacts: QuerySet[Contact],
    zoom_webinar_id: int,
    occurrence_id: str = "",
    starts_after: datetime | None = None,
) -> Preflight:
    """Asks Zoom about the webinar where what is known is older than an hour."""
    answer = _ask_about(zoom_webinar_id)
    if isinstance(answer, Preflight):
        answer.can = contacts.count() if answer.zoom_error else 0
        return answer
    account, facts = answer
    return _judged(account, facts, contacts, occurrence_id, starts_after)


def preflight_of_removal(zoom_webinar_id: int) -> Preflight:
    """Only the webinar counts: someone who isn't registered needn't be removed."""
    answer = _ask_about(zoom_webinar_id)
    return answer if isinstance(answer, Preflight) else Preflight(topic=answer[1].topic)


def _ask_about(zoom_webinar_id: int) -> tuple[Account, FormFacts] | Preflight:
    """What Zoom says of the webinar, or what is in the way of asking."""
    account = account_for(zoom_webinar_id)
    if isinstance(account, RefusalReason):
        return _closed(Refusal(account))
    try:
        facts = load_facts(account.connection, zoom_webinar_id, client_of(account.connection))
    except ZoomError as error:
        return Preflight(zoom_error=error.message)
    return (account, facts) if facts else _closed(Refusal(RefusalReason.WEBINAR_NOT_FOUND))


def _closed(refusal: Refusal) -> Preflight:
    values = {"fields": list(refusal.fields), "scopes": list(refusal.scopes)}
    remedy = str(REASONS[refusal.reason].remedy)
    return Preflight(problem=reason_detail(refusal.reason, values), remedy=remedy)


def _judged(
    account: Account,
    facts: FormFacts,
    contacts: QuerySet[Contact],
    occurrence_id: str,
    starts_after: datetime | None,
) -> Preflight:
    form, rule_input = as_form(account.webinar, facts), as_rule_input(account.connection)
    now = timezone.now()
    refusal = refusal_of_webinar(rule_input, form, occurrence_id, now, starts_after)
    result = _closed(refusal) if refusal else Preflight()
    result.topic, result.starts_at = facts.topic, facts.starts_at
    result.dates = [date for date in facts.dates if not date.is_deleted and not date.is_over(now)]
    result.needs_date = form.needs_date()
    result.is_manual = facts.approval == Webinar.Approval.MANUAL
    result.sends_confirmation = facts.sends_confirmation
    if not refusal and rule_input:
        date = form.next_date(now, starts_after) if form.needs_date() else None
        known = _registered(account.webinar, occurrence_id or (date.occurrence_id if date else ""))
        _count(result, contacts, rule_input, form, known)
    return result


def _count(
    result: Preflight, contacts: QuerySet[Contact], connection: Connection, form: WebinarForm, known: set[str]
) -> None:
    result.unjudged = max(contacts.count() - MOST_JUDGED, 0)
    for contact, person in _people(contacts[:MOST_JUDGED]):
        refusal = refusal_of_person(connection, form, person)
        if refusal:
            result.cannot += 1
            if len(result.hindrances) < MOST_NAMED:
                text = REASONS[refusal.reason]
                result.hindrances.append(Hindrance(contact, str(text.detail), str(text.remedy)))
        elif person.email in known:
            result.registered += 1
        else:
            result.can += 1


def _people(contacts: QuerySet[Contact]) -> Iterator[tuple[Contact, Person]]:
    named = contacts.only("email", "first_name", "last_name")
    for contact in named.iterator(chunk_size=2_000):
        email = normalise(contact.email)
        yield (
            contact,
            Person(
                email=email,
                first_name=contact.first_name,
                last_name=contact.last_name,
                is_email_valid=is_valid(email),
            ),
        )


def _registered(webinar: Webinar | None, occurrence_id: str) -> set[str]:
    """The addresses that are registered, as last seen."""
    rows = Registrant.objects.filter(
        webinar=webinar,
        occurrence_id__in={"", occurrence_id},
        status__in=[Registrant.Status.APPROVED, Registrant.Status.PENDING],
    )
    emails = set(rows.values_list("email", flat=True))
    merged = EmailAddress.objects.filter(is_merged=True, email__any_of=emails)
    return emails | set(merged.values_list("contact__email", flat=True))
