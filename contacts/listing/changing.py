"""What is done to many contacts at once. Each answers how many it concerned."""

from collections.abc import Iterable
from datetime import UTC, tzinfo
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from contacts.actions import delete_contact
from contacts.errors import ContactGoneError
from contacts.history import changes_between, fields_of, write_history
from contacts.models import Contact
from contacts.outbox import record_contacts
from contacts.properties.definitions import clean_properties, custom_specs, demand_known_properties

AT_ONCE = 500


def set_property_of(ids: Iterable[int], name: str, value: Any, *, zone: tzinfo = UTC) -> int:
    """Set a property of these contacts, a batch in a transaction. How many changed.

    Raises `ContactError` before anything is written: unknown property, wrong value.
    """
    demand_known_properties([name])
    specs = custom_specs([name])
    clean_properties({name: value}, specs=specs, zone=zone)
    return sum(_set_property(batch, name, value, zone) for batch in batched(sorted(set(ids)), AT_ONCE))


@transaction.atomic
def _set_property(ids: tuple[int, ...], name: str, value: Any, zone: tzinfo) -> int:
    contacts = list(Contact.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    specs, now = custom_specs([name]), timezone.now()
    edits, changed = [], []
    for contact in contacts:
        before = fields_of(contact)
        contact.properties = clean_properties(
            {name: value}, current=contact.properties, specs=specs, zone=zone
        )
        if changes := changes_between(before, fields_of(contact)):
            contact.updated_at = now
            changed.append(contact)
            edits.append((contact.pk, changes))
    Contact.objects.bulk_update(changed, ["properties", "updated_at"])
    write_history(edits)
    record_contacts(changed=[contact.pk for contact in changed])
    return len(changed)


def delete_contacts(ids: Iterable[int]) -> int:
    """Delete each as on its own page. One that is gone already is left out."""
    return sum(1 for contact_id in sorted(set(ids)) if _deleted(contact_id))


def _deleted(contact_id: int) -> bool:
    try:
        delete_contact(contact_id)
    except ContactGoneError:
        return False
    return True
