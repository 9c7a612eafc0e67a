"""What follows here from changes of contacts: a deleted contact is no longer counted on any event."""

from typing import Any

from django.dispatch import receiver

from contacts.models import Contact
from contacts.signals import contact_deleting
from marketing_events.bulk import recount_events
from marketing_events.models import Participation


@receiver(contact_deleting, dispatch_uid="marketing_events.take_off_events")
def take_off_events(contact: Contact, **_: Any) -> None:
    """The participations go before the contact, so that the events can be counted without them."""
    participations = Participation.objects.filter(contact=contact)
    events = list(participations.order_by("event_id").values_list("event_id", flat=True))
    participations.delete()
    if events:
        recount_events(events)
