"""One change of a whole contact, for callers that say how it is to be: names, addresses, properties."""

from django.db import transaction

from contacts.actions import NewContact, add_secondary, edit_contact, make_primary, remove_secondary
from contacts.addresses import clean_address, clean_secondaries
from contacts.models import Contact
from contacts.properties.definitions import demand_known_properties


@transaction.atomic
def replace_contact(contact_id: int, new: NewContact) -> Contact:
    """Make the contact as wanted: what it has beyond that is taken away. Raises `ContactError`."""
    primary = clean_address(new.email)
    secondaries = clean_secondaries(new.secondary_emails, primary)
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    _set_fields(contact, new)
    there = set(contact.addresses.values_list("email", flat=True))
    for email in (primary, *secondaries):
        if email not in there:
            add_secondary(contact_id, email)
    if primary != contact.email:
        make_primary(contact_id, primary)
    for email in sorted(there - {primary, *secondaries}):
        remove_secondary(contact_id, email)
    contact.refresh_from_db()
    return contact


def _set_fields(contact: Contact, new: NewContact) -> None:
    before = (contact.first_name, contact.last_name, contact.properties)
    if before == (new.first_name, new.last_name, dict(new.properties)):
        return
    removed = dict.fromkeys(contact.properties.keys() - new.properties.keys(), "")
    demand_known_properties(new.properties.keys() - contact.properties.keys())
    edit_contact(
        contact.pk,
        first_name=new.first_name,
        last_name=new.last_name,
        properties={**removed, **new.properties},
    )
