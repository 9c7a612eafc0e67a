"""Who may enter the CRM, and if not, by which rule (D5, R6, R22-R29, R47-R51).

Decides about one normalised address. The caller loads what it needs for a page of people at once. The rules
are the same for registrations and attendance.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from core import emails
from core.domains import NO_DOMAINS, DomainList


class Reason(StrEnum):
    """Why a person does not enter, in the order in which the rules are asked; the first that applies."""

    NO_EMAIL = "no_email"  # R6
    DELETED_CONTACT = "deleted_contact"  # R28; before those that ask for the address, which is not kept (D22)
    INVALID_EMAIL = "invalid_email"  # R50
    ACCOUNT_USER = "account_user"  # R24, R25
    EXCLUDED_DOMAIN = "excluded_domain"  # R15
    STAFF = "staff"  # D26, where a setting keeps hosts and panelists out
    SECONDARY_EMAIL = "secondary_email"  # R26, R27, R29
    CREATION_OFF = "creation_off"  # R9


class Address(NamedTuple):
    """An address that a contact has."""

    contact_id: int
    counts: bool  # the primary one, or a merged one: what happens under it is the contact's


class Entry(NamedTuple):
    """This person enters: as the contact whose address this is, or as a new one (None)."""

    contact_id: int | None


class Skip(NamedTuple):
    reason: Reason
    entry: str = ""  # excluded_domain: the entry of the list that hit
    contact_id: int | None = None  # secondary_email: whose address it is


Decision = Entry | Skip

_NEW = Entry(None)
_NO_EMAIL = Skip(Reason.NO_EMAIL)
_INVALID = Skip(Reason.INVALID_EMAIL)
_ACCOUNT_USER = Skip(Reason.ACCOUNT_USER)
_STAFF = Skip(Reason.STAFF)
_DELETED = Skip(Reason.DELETED_CONTACT)
_CREATION_OFF = Skip(Reason.CREATION_OFF)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the rules have to know about a batch of people. All addresses are normalised."""

    account_users: Set[str] = frozenset()
    excluded_domains: DomainList = NO_DOMAINS
    deleted: Set[str] = frozenset()  # those of the batch that a deleted contact had, or that stand for one
    addresses: Mapping[str, Address] = field(default_factory=dict)  # those of the batch that contacts have
    staff: Set[str] = frozenset()  # those of the webinar's staff whom the company keeps out
    creates_contacts: bool = True  # R9


def decide(email: str, policy: Policy) -> Decision:
    """May the person with this normalised address (or "") enter the CRM?"""
    first = next(skips_of(email, policy), None)
    if first is not None:
        return first
    address = policy.addresses.get(email)
    return _NEW if address is None else Entry(address.contact_id)


def skips_of(email: str, policy: Policy) -> Iterator[Skip]:
    """Every rule that excludes this person, in the order of `Reason`. Pages show the first."""
    if not email:
        yield _NO_EMAIL
        return
    if email in policy.deleted:
        yield _DELETED
    if not emails.is_valid(email):
        yield _INVALID
    if email in policy.account_users:
        yield _ACCOUNT_USER
    if entry := policy.excluded_domains.match_email(email):
        yield Skip(Reason.EXCLUDED_DOMAIN, entry=entry)
    if email in policy.staff:
        yield _STAFF
    address = policy.addresses.get(email)
    if address is not None and not address.counts:
        yield Skip(Reason.SECONDARY_EMAIL, contact_id=address.contact_id)
    if address is None and not policy.creates_contacts:
        yield _CREATION_OFF


def decide_all(batch: Iterable[str], policy: Policy) -> dict[str, Decision]:
    """The decision for each address of a batch, taken once however often it occurs."""
    return {email: decide(email, policy) for email in set(batch)}


class Name(NamedTuple):
    first: str
    last: str
