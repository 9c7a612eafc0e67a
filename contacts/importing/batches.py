"""Writes people from a file or the API, a batch at a time: all of a batch or none of it.

The result is the same as if each person were written before the next one is read. The number of queries
does not depend on the size of the batch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from operator import itemgetter
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.utils import timezone

from contacts.addresses import SECONDARY, owners_of
from contacts.errors import AddressTakenError, ContactError, DeletedContactError
from contacts.history import changes_between, fields_of, write_history
from contacts.importing.columns import Person, Refusal
from contacts.models import Contact, EmailAddress, Existing, PropertyDefinition
from contacts.outbox import record_contacts
from contacts.properties.definitions import check_properties, custom_specs
from contacts.properties.kinds import PropertySpec
from contacts.signals import addresses_changed
from contacts.suppression import deleted_among
from core.bulk import bulk_update
from core.retry import retrying

# What an import may change of a contact that is there.
_WRITTEN = ("first_name", "last_name", "name_source", "properties", "updated_at")

TRIES = 5  # when the sync or another import writes the same people at the same moment


class Change(Enum):
    """What a person of the batch came to."""

    ADDED = auto()
    CHANGED = auto()
    UNCHANGED = auto()


@dataclass(slots=True)
class Outcome:
    """`by_line` has what each person came to: the contact, or everything for which they were refused."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    by_line: dict[int, tuple[Change, Contact] | list[ContactError]] = field(default_factory=dict)
    new_properties: list[PropertySpec] = field(default_factory=list)

    def count(self, person: Person, change: Change, contact: Contact) -> None:
        self.by_line[person.line] = (change, contact)
        self.added += change is Change.ADDED
        self.changed += change is Change.CHANGED
        self.unchanged += change is Change.UNCHANGED

    def refuse(self, person: Person, errors: list[ContactError]) -> None:
        self.by_line[person.line] = errors
        reasons = tuple(dict.fromkeys(error.reason for error in errors))
        self.refusals.append(Refusal(person.line, person.email, reasons, person.cells))


class _ChangedMeanwhileError(DatabaseError):
    """Someone changed one of these people between our look and our write."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How people are written. `who` is named in the history of contacts that change; by default whoever sent
    the request. A dry run writes nothing, but counts. `new_specs` are properties that are made as soon as
    a contact has one.
    """

    who: str = ""
    existing: str = Existing.UPDATE
    is_dry_run: bool = False
    new_specs: Mapping[str, PropertySpec] = field(default_factory=dict)


def apply(people: list[Person], source: str = Contact.Source.IMPORT, manner: Manner = Manner()) -> Outcome:
    """Write these people, in a transaction. `source` is that of the contacts that are new.

    Tries again when others were writing the same people; raises the database's error after `TRIES`.
    """

    @transaction.atomic
    def write() -> Outcome:
        outcome = _Batch(people, source, manner).write()
        if manner.is_dry_run:
            transaction.set_rollback(True)
        return outcome

    return retrying(IntegrityError, OperationalError, _ChangedMeanwhileError, tries=TRIES)(write)


class _Batch:
    """One try at writing a batch."""

    def __init__(self, people: list[Person], source: str, manner: Manner) -> None:
        # Whose each address is, by the primary one; people of this batch come in as they are judged.
        self.owners, self.people = _by_primary(people)
        self.source = source
        self.manner = manner
        self.outcome = Outcome()
        self.addresses = {email for person in self.people for email in person.addresses}
        self.deleted = deleted_among(self.addresses)
        self.contacts = self._lock_existing()
        names = {name for person in people for name in person.properties}
        known = custom_specs(names) if names else {}
        self.specs = {**manner.new_specs, **known}
        self.undefined = manner.new_specs.keys() - known.keys()
        self.used: set[str] = set()  # the undefined ones that contacts have
        self.before = {email: fields_of(contact) for email, contact in self.contacts.items()}
        self.changed: dict[str, Contact] = {}
        self.new: dict[str, Contact] = {}
        self.new_addresses: list[tuple[Contact, str]] = []

    def write(self) -> Outcome:
        for person in self.people:
            self._take(person)
        self._define_properties()
        self._insert()
        self._update()
        record_contacts(
            created=[contact.pk for contact in self.new.values()],
            changed=[contact.pk for contact in self.changed.values() if contact.email not in self.new],
        )
        return self.outcome

    def _lock_existing(self) -> dict[str, Contact]:
        """The contacts that these people are already, ordered, so that no two batches block each other."""
        emails = {person.email for person in self.people}
        known = [email for email in emails if self.owners.get(email) == email]
        rows = Contact.objects.select_for_update().filter(email__in=known).order_by("pk")
        contacts = {contact.email: contact for contact in rows}
        if len(contacts) != len(known):
            raise _ChangedMeanwhileError
        return contacts

    def _take(self, person: Person) -> None:
        """Refuses the person with all that is wrong, before anything about them has changed."""
        contact = self.contacts.get(person.email) or self.new.get(person.email)
        is_skipped = person.email in self.contacts and self.manner.existing == Existing.SKIP
        current = contact.properties if contact else {}
        given = {} if is_skipped else person.properties
        if self.manner.existing == Existing.FILL:
            given = {name: value for name, value in given.items() if name not in current}
        properties, invalid = check_properties(given, current=current, specs=self.specs)
        if errors := [*person.errors, *self._address_errors(person), *invalid]:
            self.outcome.refuse(person, errors)
        elif contact and is_skipped:
            self.outcome.count(person, Change.UNCHANGED, contact)
        else:
            self.used |= self.undefined & given.keys() & properties.keys()
            self._write(person, contact, properties)

    def _address_errors(self, person: Person) -> Iterator[ContactError]:
        for email in person.addresses:
            owner = self.owners.get(email, person.email)
            if owner != person.email:
                yield AddressTakenError(email, owner, None, _field_of(email, person))
            elif email in self.deleted:
                yield DeletedContactError(email, _field_of(email, person))

    def _write(self, person: Person, known: Contact | None, properties: dict[str, Any]) -> None:
        contact = known or self._add(person, properties)
        added = [email for email in person.addresses if email not in self.owners]
        self.owners |= dict.fromkeys(added, person.email)
        self.new_addresses += [(contact, email) for email in added]
        if known is None:
            self.outcome.count(person, Change.ADDED, contact)
        elif self._overwrite(contact, person, properties) or added:
            self.changed[contact.email] = contact
            self.outcome.count(person, Change.CHANGED, contact)
        else:
            self.outcome.count(person, Change.UNCHANGED, contact)

    def _add(self, person: Person, properties: dict[str, Any]) -> Contact:
        contact = Contact(
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            properties=properties,
            source=self.source,
        )
        self.new[person.email] = contact
        return contact

    def _overwrite(self, contact: Contact, person: Person, properties: dict[str, Any]) -> bool:
        """Blank cells overwrite nothing. Whether anything is another now."""
        before = (contact.first_name, contact.last_name, contact.properties)
        if self.manner.existing == Existing.FILL:
            contact.first_name = contact.first_name or person.first_name
            contact.last_name = contact.last_name or person.last_name
        else:
            contact.first_name = person.first_name or contact.first_name
            contact.last_name = person.last_name or contact.last_name
        if before[:2] != (contact.first_name, contact.last_name):
            contact.name_source = Contact.NameSource.PERSON
        contact.properties = properties
        return before != (contact.first_name, contact.last_name, contact.properties)

    def _define_properties(self) -> None:
        made = [spec for name, spec in self.manner.new_specs.items() if name in self.used]
        self.outcome.new_properties = made
        if made and not self.manner.is_dry_run:
            rows = [PropertyDefinition(name=spec.name, label=spec.label, kind=spec.kind) for spec in made]
            PropertyDefinition.objects.bulk_create(rows, ignore_conflicts=True)

    def _insert(self) -> None:
        """Ordered, so that two who insert the same people wait for each other and do not block."""
        Contact.objects.bulk_create(self.new[email] for email in sorted(self.new))
        rows = [
            EmailAddress(contact=contact, email=email)
            for contact, email in sorted(self.new_addresses, key=lambda pair: pair[1])
        ]
        EmailAddress.objects.bulk_create(rows)
        if not rows:
            return
        emails = {row.email for row in rows}
        if self.new and deleted_among(emails):  # deleted after we looked
            raise _ChangedMeanwhileError
        addresses_changed.send(Contact, contact=None, emails=emails)

    def _update(self) -> None:
        if not self.changed:
            return
        now = timezone.now()
        for contact in self.changed.values():
            contact.updated_at = now
        rows = [
            (contact.pk, *(getattr(contact, name) for name in _WRITTEN)) for contact in self.changed.values()
        ]
        bulk_update(Contact, _WRITTEN, sorted(rows, key=itemgetter(0)))
        known = [contact for email, contact in self.changed.items() if email in self.before]
        changes = [(row.pk, changes_between(self.before[row.email], fields_of(row))) for row in known]
        write_history(changes, self.manner.who)


def _by_primary(people: list[Person]) -> tuple[dict[str, str], list[Person]]:
    """Whose each address is, and the people: a merged address stands for the contact that has it (D28)."""
    owners = owners_of(email for person in people for email in person.addresses)
    merged = {email: owner.primary_email for email, owner in owners.items() if owner.is_merged}
    primaries = {email: owner.primary_email for email, owner in owners.items()}
    primaries |= {email: email for email in merged.values()}
    return primaries, [_known_as(merged, person) for person in people]


def _known_as(merged: Mapping[str, str], person: Person) -> Person:
    if person.email not in merged:
        return person
    return replace(
        person,
        email=merged[person.email],
        secondary_emails=tuple(email for email in person.addresses if email != merged[person.email]),
    )


def _field_of(email: str, person: Person) -> str:
    return "email" if email == person.email else SECONDARY
