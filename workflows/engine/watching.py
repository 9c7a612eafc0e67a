"""Changes of the properties that workflows wait for: today's value compared with the one that was seen last.

A write of a contact says only that it changed. The rows here say what was there before, so that a change
is found once, whatever wrote it and however often it is looked at.
"""

from collections.abc import Collection, Iterator
from hashlib import sha256
from itertools import batched
from uuid import uuid4

from contacts.models import Contact
from contacts.outbox import Changes
from core import array_lookup  # noqa: F401 - a lookup
from core.jobs import Lease
from workflows.engine.happenings import Happening
from workflows.models import EnrolmentBatch, PublishedTrigger, WatchedValue
from workflows.steps.webinars import property_text

AT_ONCE = 1_000
TRIGGER = "property_changed"


def watched_properties() -> list[str]:
    rows = PublishedTrigger.objects.filter(trigger=TRIGGER).exclude(property="")
    return list(rows.order_by("property").values_list("property", flat=True).distinct())


def seed_values(name: str, lease: Lease) -> None:
    """Note the values of all contacts. One that is noted already stays: it may be about to be compared."""
    for contacts in batched(Contact.objects.order_by("pk").iterator(chunk_size=AT_ONCE), AT_ONCE):
        with lease.writing():
            _note(name, contacts)


def _note(name: str, contacts: Collection[Contact]) -> None:
    rows = [
        WatchedValue(property=name, contact=contact, digest=digest_of(contact, name)) for contact in contacts
    ]
    WatchedValue.objects.bulk_create(rows, ignore_conflicts=True)


def digest_of(contact: Contact, name: str) -> str:
    text = property_text(contact, name)
    return sha256(text.encode()).hexdigest() if text else ""


def changed_values(name: str, changes: Changes) -> list[Happening]:
    """Whose value differs; notes the new one. Must run inside the transaction of what follows from it."""
    created = set(changes.contacts_created)
    happenings: list[Happening] = []
    for keys in batched(sorted(created | set(changes.contacts_changed)), AT_ONCE):
        happenings += _compare(name, keys, created)
    return happenings


def _compare(name: str, keys: Collection[int], created: Collection[int]) -> Iterator[Happening]:
    contacts = Contact.objects.select_for_update(no_key=True).filter(pk__any_of=list(keys)).order_by("pk")
    known = {row.contact_id: row for row in _rows(name, keys)}
    is_seeding = _is_seeding(name)
    new: list[Contact] = []
    for contact in contacts:
        row, digest = known.get(contact.pk), digest_of(contact, name)
        if row is None:
            new.append(contact)
            is_changed = bool(digest) and contact.pk not in created and not is_seeding
        else:
            is_changed = row.digest != digest
            WatchedValue.objects.filter(pk=row.pk).update(digest=digest)
        if is_changed:
            # The value is noted in the same transaction: a change is found once, so any key will do.
            yield Happening(contact.pk, f"property:{name}:{uuid4().hex}", data={"property": name})
    _note(name, new)


def _rows(name: str, keys: Collection[int]) -> Iterator[WatchedValue]:
    rows = WatchedValue.objects.filter(property=name, contact__any_of=list(keys))
    return rows.select_for_update().order_by("pk").iterator()


def _is_seeding(name: str) -> bool:
    """Whether the values are still being noted for the first time: one that is missing says nothing then."""
    active = EnrolmentBatch.objects.filter(kind=EnrolmentBatch.Kind.WATCH, state__in=EnrolmentBatch.ACTIVE)
    return any(spec.get("property") == name for spec in active.values_list("spec", flat=True))
