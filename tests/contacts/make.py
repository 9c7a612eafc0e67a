"""Contacts for the tests, each with all that it must have and nothing that the test has to know."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from django.db import transaction

from contacts.models import Contact, EmailAddress

_numbers = count(1)


@transaction.atomic
def make_contacts(emails: Iterable[str]) -> list[Contact]:
    """Many at once."""
    contacts = Contact.objects.bulk_create(Contact(email=email) for email in emails)
    EmailAddress.objects.bulk_create(
        EmailAddress(contact=contact, email=contact.email) for contact in contacts
    )
    return contacts


@transaction.atomic
def make_contact(
    email: str = "",
    *,
    secondary_emails: tuple[str, ...] = (),
    merged_emails: tuple[str, ...] = (),
    **fields: Any,
) -> Contact:
    contact = Contact.objects.create(email=email or f"person{next(_numbers)}@example.com", **fields)
    EmailAddress.objects.create(contact=contact, email=contact.email)
    for address in secondary_emails:
        EmailAddress.objects.create(contact=contact, email=address)
    for address in merged_emails:
        EmailAddress.objects.create(contact=contact, email=address, is_merged=True)
    return contact
