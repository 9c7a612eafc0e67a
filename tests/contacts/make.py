"""Contacts for the tests, each with all that it must have and nothing that the test has to know."""

from itertools import count
from typing import Any

from contacts.models import Contact, EmailAddress

_numbers = count(1)


def make_contact(email: str = "", *, secondary_emails: tuple[str, ...] = (), **fields: Any) -> Contact:
    contact = Contact.objects.create(email=email or f"person{next(_numbers)}@example.com", **fields)
    EmailAddress.objects.create(contact=contact, email=contact.email, is_primary=True)
    for address in secondary_emails:
        EmailAddress.objects.create(contact=contact, email=address)
    return contact
