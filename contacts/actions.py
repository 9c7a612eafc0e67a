"""Every change that a person makes to one contact: one function each, atomic, all or nothing.

What many contacts go through at once (sync, import) is `contacts.bulk` and `contacts.importing`. Who may do
this is the view's decision.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import suppression
from contacts.addresses import clean_address, clean_name, clean_secondaries, owners_of
from contacts.errors import (
    AddressTakenError,
    ContactError,
    ContactGoneError,
    DeletedContactError,
    LastAddressError,
    NotItsAddressError,
)
from contacts.history import FieldChange, changes_between, fields_of, write_history
from contacts.models import Contact, EmailAddress, ImportProblem
from contacts.outbox import record_contacts
from contacts.properties.definitions import clean_properties, custom_specs, demand_known_properties
from contacts.signals import addresses_changed, contact_deleting
from core.bulk import bulk_update
from core.messages import Message
from core.security_log import SecurityCode, record


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """What a contact is made of, as typed; `create_contact` cleans it."""

    email: str
    first_name: str = ""
    last_name: str = ""
    secondary_emails: Iterable[str] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    zone: tzinfo = UTC  # of times without an offset


@transaction.atomic
def create_contact(new: NewContact, *, source: str = Contact.Source.MANUAL) -> Contact:
    """A new contact. Made by hand (the default source) it lifts the mark of an earlier deletion (D11).

    Raises `ContactError`: the address is invalid or taken, or was deleted and the source is not a person.
    """
    email = clean_address(new.email)
    secondaries = clean_secondaries(new.secondary_emails, email)
    addresses = (email, *secondaries)
    if source == Contact.Source.MANUAL:
        suppression.lift(addresses)
    else:
        _refuse_deleted(addresses)
    contact = Contact(
        email=email,
        first_name=clean_name(new.first_name, "first_name"),
        last_name=clean_name(new.last_name, "last_name"),
        source=source,
        properties=clean_properties(new.properties, zone=new.zone),
    )
    _write_addresses(addresses, lambda: _insert(contact, secondaries))
    addresses_changed.send(Contact, contact=contact, emails=set(addresses))
    record_contacts(created=[contact.pk])
    return contact


@transaction.atomic
def edit_contact(
    contact_id: int,
    *,
    first_name: str,
    last_name: str,
    properties: Mapping[str, Any] | None = None,
    zone: tzinfo = UTC,
    who: str = "",
) -> Contact:
    """Set the names, and of the custom properties those given: a blank value takes one away.

    `who` is named in the history; by default whoever sent the request.
    """
    contact = _locked(contact_id)
    before = fields_of(contact)
    name = contact.first_name, contact.last_name
    contact.first_name = clean_name(first_name, "first_name")
    contact.last_name = clean_name(last_name, "last_name")
    if name != (contact.first_name, contact.last_name):
        contact.name_source = Contact.NameSource.PERSON
    contact.properties = clean_properties(properties or {}, current=contact.properties, zone=zone)
    if changes := changes_between(before, fields_of(contact)):
        _touch(contact, "first_name", "last_name", "name_source", "properties")
        write_history([(contact.pk, changes)], who)
    return contact


@transaction.atomic
def set_property(contact_id: int, name: str, value: Any, *, zone: tzinfo = UTC) -> Contact:
    """Set one custom property that is in use; a blank value takes it away. Raises `ContactError`."""
    contact = _locked(contact_id)
    demand_known_properties([name])
    return edit_contact(
        contact_id,
        first_name=contact.first_name,
        last_name=contact.last_name,
        properties={name: value},
        zone=zone,
    )


@transaction.atomic
def set_property_of_many(
    name: str, values: Sequence[tuple[Contact, Any]], *, who: str = ""
) -> dict[int, ContactError]:
    """Set one custom property of contacts that the caller has locked; why not, by the key of a contact."""
    specs, rejected, edits = (
        custom_specs([name]),
        dict[int, ContactError](),
        dict[Contact, list[FieldChange]](),
    )
    for contact, value in values:
        before = fields_of(contact)
        try:
            contact.properties = clean_properties({name: value}, current=contact.properties, specs=specs)
        except ContactError as error:
            rejected[contact.pk] = error
        else:
            contact.updated_at = timezone.now()
            if changes := changes_between(before, fields_of(contact)):
                edits[contact] = changes
    write_properties(edits, who)
    return rejected


def write_properties(edits: Mapping[Contact, list[FieldChange]], who: str) -> None:
    """Write the custom properties of contacts that the caller has locked, with what changed in each."""
    rows = [(contact.pk, contact.properties, contact.updated_at) for contact in edits]
    bulk_update(Contact, ["properties", "updated_at"], rows)
    record_contacts(changed=[contact.pk for contact in edits])
    write_history([(contact.pk, changes) for contact, changes in edits.items()], who)


@transaction.atomic
def add_secondary(contact_id: int, email: str) -> Contact:
    """Give the contact one more address.

    Raises `ContactError`. An address that was deleted may be added (as a secondary one the sync ignores it
    either way) and stays marked as deleted.
    """
    contact = _locked(contact_id)
    address = clean_address(email)
    row = EmailAddress(contact=contact, email=address)
    _write_addresses([address], lambda: row.save(force_insert=True))
    _touch(contact)
    addresses_changed.send(Contact, contact=contact, emails={address})
    return contact


@transaction.atomic
def make_primary(contact_id: int, email: str) -> Contact:
    """Make one of the contact's addresses the one that the sync knows it by; the former becomes secondary.

    A merged one changes places with the former: both still count (D28).

    Raises `ContactError`: it is not the contact's, or it was deleted, so that the sync would ignore it.
    """
    contact = _locked(contact_id)
    address = clean_address(email)
    former = contact.email
    if address == former:
        return contact
    own = _own_address(contact, address)
    _refuse_deleted([address])
    contact.email = address
    if own.is_merged:
        contact.addresses.filter(email=address).update(is_merged=False)
        contact.addresses.filter(email=former).update(is_merged=True)
    _touch(contact, "email")
    write_history([(contact.pk, [FieldChange("email", former, address)])])
    addresses_changed.send(Contact, contact=contact, emails={address, former})
    return contact


@transaction.atomic
def remove_secondary(contact_id: int, email: str) -> Contact:
    """Take an address away from the contact. Raises `LastAddressError` for the primary one."""
    contact = _locked(contact_id)
    address = clean_address(email)
    if address == contact.email:
        raise LastAddressError(Message("contact.last_address"), "email")
    _own_address(contact, address).delete()
    _touch(contact)
    addresses_changed.send(Contact, contact=contact, emails={address})
    return contact


@transaction.atomic
def delete_contact(contact_id: int, *, actor: Any = None) -> None:
    """Delete all that the CRM knows of the contact; a keyed hash of each address stays (D11).

    What Zoom's lists say of the person stays as well, without the tie to a contact. `actor` is the user who
    asked for it, by default whoever sent the request. Raises `ContactGoneError`.
    """
    contact = _locked(contact_id, for_deletion=True)
    addresses = set(contact.addresses.values_list("email", flat=True)) | {contact.email}
    contact_deleting.send(Contact, contact=contact)
    contact.delete()
    suppression.suppress(addresses)
    _forget_rejected_rows(addresses)
    addresses_changed.send(Contact, contact=None, emails=addresses)
    record(SecurityCode.CONTACT_DELETED, actor=actor, contact=contact_id)


def _forget_rejected_rows(addresses: Iterable[str]) -> None:
    """Rows of files that were imported, of which the report keeps address and reason (D22)."""
    for address in addresses:
        named = Q(email__iexact=address) | Q(message__icontains=address) | Q(cells__icontains=address)
        words = _("About a contact who was deleted.")
        ImportProblem.objects.filter(named).update(email="", message=words, cells=[])


def _locked(contact_id: int, *, for_deletion: bool = False) -> Contact:
    """The contact, with others who would change it waiting until this transaction is over.

    Rows that refer to it may be written meanwhile, unless it is to be deleted.
    """
    locked = Contact.objects.select_for_update(no_key=not for_deletion)
    contact = locked.filter(pk=contact_id).first()
    if contact is None:
        raise ContactGoneError
    return contact


def _touch(contact: Contact, *fields: str) -> None:
    contact.updated_at = timezone.now()
    contact.save(update_fields=[*fields, "updated_at"])
    if fields:
        record_contacts(changed=[contact.pk])


def _insert(contact: Contact, secondaries: Iterable[str]) -> None:
    contact.save(force_insert=True)
    rows = [EmailAddress(contact=contact, email=contact.email)]
    rows += [EmailAddress(contact=contact, email=email) for email in secondaries]
    EmailAddress.objects.bulk_create(rows)


def _own_address(contact: Contact, address: str) -> EmailAddress:
    row = contact.addresses.filter(email=address).first()
    if row is None:
        raise NotItsAddressError(address)
    return row


def _write_addresses(addresses: Iterable[str], write: Callable[[], None]) -> None:
    """Write, or say whose the address is: looked up first, and again if someone else was faster."""
    _refuse_taken(addresses)
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        _refuse_taken(addresses)
        raise


def _refuse_taken(addresses: Iterable[str]) -> None:
    owners = owners_of(addresses)
    for address in addresses:
        if owner := owners.get(address):
            raise AddressTakenError(address, owner.primary_email, owner.contact_id, "email")


def _refuse_deleted(addresses: Iterable[str]) -> None:
    gone = suppression.deleted_among(addresses)
    for address in addresses:
        if address in gone:
            raise DeletedContactError(address, "email")
