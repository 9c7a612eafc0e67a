"""Contacts are locked before whatever refers to them, in order, as whoever deletes or merges them does."""

from collections.abc import Collection

from contacts.models import Contact

_NEEDED = ("email", "first_name", "last_name")


def lock_contacts(keys: Collection[int]) -> dict[int, Contact]:
    """Those of them who are still there; they stay until the transaction is over."""
    rows = Contact.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {contact.pk: contact for contact in rows.only(*_NEEDED)}
