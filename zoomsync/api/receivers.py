"""What the API remembers of a contact goes with the contact (D22)."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from contacts.models import Contact
from contacts.signals import contact_deleting
from zoomsync.api.models import StoredAnswer


@receiver(contact_deleting, dispatch_uid="zoomsync.forget_stored_answers")
def forget_answers(contact: Contact, **_: Any) -> None:
    """Stored answers that name an address of the contact; they are few, and a day old at most."""
    named = Q()
    for email in contact.addresses.values_list("email", flat=True):
        named |= Q(body__contains=email)
    StoredAnswer.objects.filter(named).delete()
