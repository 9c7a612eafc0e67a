"""Changes of the properties that workflows wait for: today's value compared with the one that was seen last.

A write of a contact says only that it changed. The rows here say what was there before, so that a change
is found once, whatever wrote it and however often it is looked at.
"""

from collections import defaultdict
from collections.abc import Collection
from hashlib import sha256
from itertools import batched, product
from uuid import uuid4

from contacts.models import Contact
from core import array_lookup  # noqa: F401 - a lookup
from core.bulk import bulk_update
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
        rows = [
            WatchedValue(property=name, contact=contact, digest=digest_of(contact, name))
            for contact in contacts
        ]
        with lease.writing():
            WatchedValue.objects.bulk_create(rows, ignore_conflicts=True)


def digest_of(contact: Contact, name: str) -> str:
    text = property_text(contact, name)
    return sha256(text.encode()).hexdigest() if text else ""


def changed_values(
    names: Collection[str], keys: Collection[int], created: Collection[int]
) -> dict[str, list[Happening]]:
    """Whose value of which property differs, of these contacts; notes the new ones.

    Must run inside the transaction of what follows from it. As many statements for many properties and
    contacts as for one.
    """
    locked = Contact.objects.select_for_update(no_key=True).filter(pk__any_of=list(keys)).order_by("pk")
    contacts = list(locked)
    known = _noted(names, keys)
    seeding = _being_seeded()
    happenings: dict[str, list[Happening]] = defaultdict(list)
    new: list[WatchedValue] = []
    different: list[tuple[int, str]] = []
    for name, contact in product(names, contacts):
        digest = digest_of(contact, name)
        row = known.get((name, contact.pk))
        if row is None:
            new.append(WatchedValue(property=name, contact=contact, digest=digest))
            is_changed = bool(digest) and contact.pk not in created and name not in seeding
        elif is_changed := row.digest != digest:
            different.append((row.pk, digest))
        if is_changed:
            # The value is noted in the same transaction: a change is found once, so any key will do.
            happening = Happening(contact.pk, f"property:{name}:{uuid4().hex}", data={"property": name})
            happenings[name].append(happening)
    WatchedValue.objects.bulk_create(new, ignore_conflicts=True)
    bulk_update(WatchedValue, ["digest"], different)
    return happenings


def _noted(names: Collection[str], keys: Collection[int]) -> dict[tuple[str, int], WatchedValue]:
    rows = WatchedValue.objects.filter(property__in=names, contact__any_of=list(keys))
    locked = rows.select_for_update().order_by("pk")
    return {(row.property, row.contact_id): row for row in locked.iterator()}


def _being_seeded() -> set[str]:
    """Properties whose values are still being noted for the first time: a missing one says nothing then."""
    active = EnrolmentBatch.objects.filter(kind=EnrolmentBatch.Kind.WATCH, state__in=EnrolmentBatch.ACTIVE)
    return {spec.get("property", "") for spec in active.values_list("spec", flat=True)}
