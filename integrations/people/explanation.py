"""Why one person is in the CRM, or is not: everything that is known of an email address, webinar by webinar.

Puts facts beside each other: what Zoom's lists have, what is in the CRM, whom the rules kept out, what they
say now. The rules themselves are asked (`eligibility`); nothing is decided here but which fact
explains the standing in a webinar. The number of queries does not depend on how much there is.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from contacts.models import Brand, Contact, EmailAddress
from contacts.suppression import suppressed_among
from core.emails import normalise
from integrations.models import AttendanceRow, Registrant, SkippedPerson, Webinar
from integrations.models.deleted_people import skipped_among
from integrations.people.eligibility import verdict_on
from integrations.rules.people import Decision, Entry, Skip
from integrations.rules.registration import RegistrantRow, Registration, State, Status, registration_of
from integrations.rules.switches import SyncDecision
from integrations.settings.effective import excluded_hosts
from integrations.settings.policy import Policy, load_policy
from marketing_events.models import Participation


class CrmStatus(StrEnum):
    """How a person stands in a webinar, as far as the CRM is concerned."""

    ENTERED = "entered"
    SKIPPED = "skipped"  # a rule kept them out
    PENDING = "pending"  # their registration waits for approval in Zoom
    NOT_READ = "not_read"  # the switches of the webinar say no
    WAITING = "waiting"  # the rules let them in: the next sync writes it
    NOTHING = "nothing"  # Zoom lists them, and there is nothing that would be written


@dataclass(frozen=True)
class Attendance:
    """In one session, from the first joining to the last leaving."""

    session_uuid: str
    joined_at: datetime
    left_at: datetime


@dataclass
class WebinarAppearance:
    """One webinar in which the address occurs."""

    webinar: Webinar
    effect: SyncDecision
    decision: Decision  # what the rules say now
    registrations: list[RegistrantRow] = field(default_factory=list)
    stays: list[Attendance] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    skipped: list[SkippedPerson] = field(default_factory=list)

    @property
    def registration(self) -> Registration | None:
        return registration_of(self.registrations)

    @property
    def crm_status(self) -> CrmStatus:
        if self.participations:
            return CrmStatus.ENTERED
        if self.skipped:
            return CrmStatus.SKIPPED
        registration = self.registration
        if registration and registration.state is State.PENDING and not self.stays:
            return CrmStatus.PENDING
        if not self.effect:
            return CrmStatus.NOT_READ
        if not isinstance(self.decision, Entry):
            return CrmStatus.SKIPPED
        return CrmStatus.WAITING if registration or self.stays else CrmStatus.NOTHING


@dataclass(frozen=True)
class BrandVerdict:
    """What would become of the person in a brand, if they registered for one of its webinars today."""

    brand: Brand
    decision: Decision
    skips: list[Skip]  # every rule that keeps the person out, and not only the first
    is_on: bool  # "Sync webinar data"
    unread: int  # webinars whose switches say no: who is in them is not known


@dataclass(frozen=True)
class Explanation:
    email: str  # normalised
    keys: list[str]  # of Zoom's rows: the email, and what stands for a deleted contact's (D22)
    address: EmailAddress | None  # with its contact
    others: list[EmailAddress]  # of the same contact
    names: list[str]  # as Zoom has them
    verdicts: list[BrandVerdict]
    webinars: list[int]  # keys of those in which the address occurs, the newest first

    @property
    def contact(self) -> Contact | None:
        return self.address.contact if self.address else None


@dataclass(frozen=True)
class Namesake:
    """Someone whose name holds what was typed."""

    email: str
    name: str
    is_contact: bool


MOST_NAMESAKES = 50


def people_named(typed: str) -> list[Namesake]:
    """Contacts and skipped people with this name, each address once. Two queries."""
    contacts = Contact.objects.search(typed).order_by("last_name", "first_name", "pk")[:MOST_NAMESAKES]
    namesakes = {contact.email: Namesake(contact.email, contact.name, True) for contact in contacts}
    skipped = SkippedPerson.objects.exclude(email="").named(typed).order_by("name", "email")
    for email, name in skipped.values_list("email", "name").distinct()[:MOST_NAMESAKES]:
        namesakes.setdefault(email, Namesake(email, name, False))
    return list(namesakes.values())


def explain(typed: str) -> Explanation:
    """Explains an email address, as it was typed."""
    email = normalise(typed)
    address = EmailAddress.objects.filter(email=email).select_related("contact").first()
    others = (
        list(EmailAddress.objects.filter(contact=address.contact).exclude(pk=address.pk).order_by("email"))
        if address
        else []
    )
    keys = [email, *suppressed_among([email]).values()]
    return Explanation(
        email=email,
        keys=keys,
        address=address,
        others=others,
        names=_names(keys),
        verdicts=verdicts_on(email),
        webinars=_webinars(keys, address),
    )


def verdicts_on(email: str) -> list[BrandVerdict]:
    """What the rules of each connected brand say about a normalised address."""
    brands = Brand.objects.filter(connection__isnull=False).in_order()
    return [_verdict(brand, email) for brand in brands]


def _verdict(brand: Brand, email: str) -> BrandVerdict:
    policy = load_policy(brand)
    webinars = Webinar.objects.filter(connection__brand=brand)
    blocked = Q(sync_enabled=False) | Q(is_zoom_event=True) | Q(host_email__in=excluded_hosts(brand))
    is_on = policy.switches.sync_webinars
    unread = webinars.filter(blocked).count() if is_on else webinars.count()
    return BrandVerdict(brand, *verdict_on(policy, email), is_on, unread)


def _names(keys: Collection[str]) -> list[str]:
    rows = _registrants(keys).values_list("first_name", "last_name").distinct()[:10]
    return sorted({name for first, last in rows if (name := f"{first} {last}".strip())})


def _registrants(keys: Collection[str]) -> QuerySet[Registrant]:
    return Registrant.objects.filter(email__in=keys)


def _attendance(keys: Collection[str]) -> QuerySet[AttendanceRow]:
    return AttendanceRow.objects.filter(person_key__in=keys)


def _webinars(keys: Collection[str], address: EmailAddress | None) -> list[int]:
    seen = set(_registrants(keys).values_list("webinar", flat=True))
    seen |= set(_attendance(keys).values_list("instance__webinar", flat=True).distinct())
    seen |= set(skipped_among(keys, keys).values_list("webinar", flat=True))
    if address and address.counts:
        parts = Participation.objects.filter(contact=address.contact_id, event__occurrence__isnull=False)
        seen |= set(parts.values_list("event__occurrence__webinar", flat=True))
    webinars = Webinar.objects.filter(pk__in=seen).order_by(F("starts_at").desc(nulls_last=True), "-pk")
    return list(webinars.values_list("pk", flat=True))


def appearances(explanation: Explanation, keys: Collection[int]) -> list[WebinarAppearance]:
    """What there is of the person in these webinars, in the order of the keys."""
    webinars = Webinar.objects.filter(pk__in=keys).select_related("host", "connection__brand")
    decisions = {verdict.brand.pk: verdict.decision for verdict in explanation.verdicts}
    policies: dict[int, Policy] = {}
    by_webinar: dict[int, WebinarAppearance] = {}
    for webinar in webinars:
        brand = webinar.connection.brand
        policy = policies.get(brand.pk) or policies.setdefault(brand.pk, load_policy(brand))
        by_webinar[webinar.pk] = WebinarAppearance(
            webinar, policy.effect(webinar).webinar, decisions[brand.pk]
        )
    _add_rows(by_webinar, explanation.keys)
    _add_crm(by_webinar, explanation.address)
    return [by_webinar[key] for key in keys if key in by_webinar]


def _add_rows(by_webinar: dict[int, WebinarAppearance], keys: Collection[str]) -> None:
    """What Zoom's lists have, and whom the rules kept out."""
    names = ("status", "registered_at", "cancelled_at", "occurrence_id", "cancellation_noticed_at")
    registrants = Registrant.objects.filter(webinar__in=by_webinar, email__in=keys).order_by("pk")
    for webinar, status, *facts in registrants.values_list("webinar", *names):
        by_webinar[webinar].registrations.append(RegistrantRow(Status(status), *facts))
    rows = AttendanceRow.objects.filter(instance__webinar__in=by_webinar, person_key__in=keys)
    stays = rows.values_list("instance__webinar", "instance__uuid")
    spans = stays.annotate(
        joined=Min("joined_at"), left=Max(Coalesce("left_at", "instance__ended_at", "joined_at"))
    ).order_by("joined")
    for webinar, uuid, joined, left in spans:
        by_webinar[webinar].stays.append(Attendance(uuid, joined, left))
    for person in skipped_among(keys, keys).filter(webinar__in=by_webinar).order_by("stage", "pk"):
        by_webinar[person.webinar_id].skipped.append(person)


def _add_crm(appearances_by_webinar: dict[int, WebinarAppearance], address: EmailAddress | None) -> None:
    """A contact takes part with the primary address and merged ones, and with no other."""
    if address is None or not address.counts:
        return
    parts = Participation.objects.filter(
        contact=address.contact_id, event__occurrence__webinar__in=appearances_by_webinar
    )
    by_webinar: dict[int, list[Participation]] = defaultdict(list)
    for part in parts.select_related("event__occurrence").order_by("event__starts_at", "pk"):
        by_webinar[part.event.occurrence.webinar_id].append(part)
    for webinar, listed in by_webinar.items():
        appearances_by_webinar[webinar].participations = listed
