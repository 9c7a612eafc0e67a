"""Triggers about the contact itself: created, or one of its properties changed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from workflows.definition.fields import Names
from workflows.definition.reference_fields import PropertyField
from workflows.engine.happenings import ChangeFacts, Happening, of_contacts
from workflows.registry import Group, Trigger, register_trigger

CREATED = "created"


class ContactCreated(Trigger):
    key = "contact_created"
    label = lazy("Contact created")
    group = Group.CONTACT
    icon = "user-round-plus"
    help = lazy("By the sync, an import, the API, or manually.")
    listens_to = frozenset({"contacts_created"})

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("A contact is created")

    def happenings(self, arguments: Mapping[str, Any], changes: ChangeFacts) -> Iterable[Happening]:
        return (Happening(contact, CREATED) for contact in dict.fromkeys(changes.changes.contacts_created))

    def existing(self, arguments: Mapping[str, Any], now: datetime) -> Iterator[Happening]:
        return (Happening(contact, CREATED) for contact in of_contacts(Contact.objects.all()))

    def existing_contacts(self, arguments: Mapping[str, Any], now: datetime) -> ContactQuerySet:
        return Contact.objects.all()


class PropertyChanged(Trigger):
    """Found by `workflows.engine.watching`, which compares with the value that was seen last."""

    key = "property_changed"
    label = lazy("Property changed")
    group = Group.CONTACT
    icon = "pencil-line"
    help = lazy("For particular values, add conditions that must hold at enrolment.")
    fields = (PropertyField(name="property", label=lazy("Property")),)

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("The property %(property)s changes") % {"property": self.words("property", arguments, names)}

    def causes(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        return [f"property:{arguments['property']}"]


for trigger in (ContactCreated(), PropertyChanged()):
    register_trigger(trigger)
