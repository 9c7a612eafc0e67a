"""Addresses of deleted contacts, kept only as keyed hashes (D11, R28).

The key is a row that is created with the first deletion, so no row means no deletions. It is read each time
and not kept by the process: one look-up by primary key is cheap, and a worker that outlives a restored
database must not keep hashing with the old key.
"""

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

from contacts.models import SuppressedAddress, SuppressionKey
from core.emails import normalise

_KEY_NAME = "deleted_addresses"
STAND_IN = "deleted:"  # no address: it has no @


def hash_address(email: str) -> str:
    """HMAC-SHA256 of the normalised address, in hexadecimal. Makes the key where there is none yet."""
    return _digest(_get_or_create_key(), email)


def deleted_among(emails: Iterable[str]) -> set[str]:
    """Which of these are addresses of a deleted contact, as they are given, or stand for one.

    At most two queries.
    """
    addresses = set(emails)
    stand_ins = set(filter(is_stand_in, addresses))
    return stand_ins | suppressed_among(addresses - stand_ins).keys()


def suppressed_among(emails: Iterable[str]) -> dict[str, str]:
    """Those of the addresses, as given, that belonged to a deleted contact, each with its stand-in.

    At most two queries.
    """
    addresses = list(emails)
    key = _get_key() if addresses else None
    if key is None:
        return {}
    by_hash: dict[str, list[str]] = {}
    for email in addresses:
        by_hash.setdefault(_digest(key, email), []).append(email)
    hashes = SuppressedAddress.objects.filter(address_hash__in=by_hash).values_list("address_hash", flat=True)
    return {email: STAND_IN + address_hash for address_hash in hashes for email in by_hash[address_hash]}


def stand_ins_of(emails: Iterable[str]) -> dict[str, str]:
    """What stands for these addresses where they are, or were, those of a deleted contact."""
    key = _get_key()
    return {email: STAND_IN + _digest(key, email) for email in emails} if key else {}


def is_stand_in(text: str) -> bool:
    """Whether it stands for the address of a deleted contact, in rows that must not keep that (D22)."""
    return text.startswith(STAND_IN)


def suppress(emails: Iterable[str]) -> None:
    key = _get_or_create_key()
    rows = [SuppressedAddress(address_hash=_digest(key, email)) for email in emails]
    SuppressedAddress.objects.bulk_create(rows, ignore_conflicts=True)


def lift(emails: Iterable[str]) -> None:
    """Forget that these were deleted: a person has created the contact anew, by hand."""
    if key := _get_key():
        hashes = [_digest(key, email) for email in emails]
        SuppressedAddress.objects.filter(address_hash__in=hashes).delete()


def _digest(key: str, email: str) -> str:
    return hmac.new(bytes.fromhex(key), normalise(email).encode(), sha256).hexdigest()


def _get_key() -> str | None:
    return SuppressionKey.objects.filter(name=_KEY_NAME).values_list("key", flat=True).first()


def _get_or_create_key() -> str:
    """Two who delete the first contact at once agree on one key: its name is the table's primary key."""
    row, _created = SuppressionKey.objects.get_or_create(
        name=_KEY_NAME, defaults={"key": secrets.token_hex(32)}
    )
    return row.key
