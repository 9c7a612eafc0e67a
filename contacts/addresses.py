"""Addresses and names of contacts: how they are cleaned, and who has an address.

What follows when an address belongs to another contact is up to the caller.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched
from typing import NamedTuple

from django.utils.translation import gettext as _

from contacts.errors import InvalidAddressError, InvalidNameError
from contacts.models import EmailAddress
from core.emails import normalise, problem_of
from core.messages import Message

MAX_NAME_LENGTH = 200
SECONDARY = "secondary_emails"
UNKNOWN_SHOWN = 5
_AT_ONCE = 5_000  # addresses, in one statement


class Owner(NamedTuple):
    contact_id: int
    primary_email: str
    is_merged: bool = False  # the address counts for the contact, though it is not the primary one


def clean_address(raw: str, field: str = "email") -> str:
    """The normalised address. Raises `InvalidAddressError`."""
    email = normalise(raw)
    if problem := problem_of(email):
        raise InvalidAddressError(email, problem, field, is_one_of_many=field == SECONDARY)
    return email


def clean_secondaries(raw: Iterable[str], primary: str) -> tuple[str, ...]:
    """Each other address once, in the order given; blank ones are nothing. Raises `InvalidAddressError`."""
    cleaned = [clean_address(text, SECONDARY) for text in raw if text.strip()]
    return tuple(email for email in dict.fromkeys(cleaned) if email != primary)


def clean_name(raw: str, field: str) -> str:
    """The name with single spaces. Raises `InvalidNameError`."""
    name = " ".join(raw.split())
    if "\0" in name:
        raise InvalidNameError(Message("contact.name_with_nul"), field)
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidNameError(Message("contact.name_too_long", max=MAX_NAME_LENGTH), field)
    return name


def owners_of(emails: Iterable[str]) -> dict[str, Owner]:
    """Whose each of these normalised addresses is, for those that are anybody's. One query."""
    rows = EmailAddress.objects.filter(email__in=set(emails)).values_list(
        "email", "contact_id", "contact__email", "is_merged"
    )
    return {email: Owner(contact, primary, merged) for email, contact, primary, merged in rows}


@dataclass(frozen=True)
class Pasted:
    """The contacts with the addresses of a text, each once and in order, and the addresses of no contact."""

    contacts: list[int]
    unknown: list[str]

    @property
    def is_empty(self) -> bool:
        return not self.contacts and not self.unknown

    @property
    def unknown_in_words(self) -> str:
        """A sentence; blank if all are contacts."""
        shown = ", ".join(self.unknown[:UNKNOWN_SHOWN]) + (" …" if len(self.unknown) > UNKNOWN_SHOWN else "")
        return _("No contact has the address %s.") % shown if shown else ""


def _without_signs(part: str) -> str:
    """Without what is put around an address: quotes, brackets, the end of a sentence, the start of a link."""
    return part.strip("'\u2018\u2019“”()[]{}.:!?").removeprefix("mailto:")


def read_pasted(text: str) -> Pasted:
    """Read addresses as people paste them: from a column, a list, or an email's "Ann Berg <ann@x.example>".

    What has no "@" is a name, and left out.
    """
    parts = (_without_signs(part) for part in re.split(r"[\s,;<>\"\0]+", text))
    typed = {normalise(part): part for part in parts if "@" in part}
    owners: dict[str, Owner] = {}
    for emails in batched(typed, _AT_ONCE):
        owners |= owners_of(emails)
    contacts = dict.fromkeys(owners[email].contact_id for email in typed if email in owners)
    return Pasted(list(contacts), [part for email, part in typed.items() if email not in owners])
