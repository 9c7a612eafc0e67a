"""What people type about a contact. Whether it may be so, `contacts.actions` decides when it is written."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.actions import NewContact
from contacts.addresses import MAX_NAME_LENGTH
from contacts.errors import ContactError
from contacts.importing.header import FIELDS
from contacts.models import Contact
from contacts.properties.definitions import custom_specs
from contacts.properties.fields import PropertyField
from contacts.properties.values import Stored

_PREFIX = "property_"


class Changes(TypedDict):
    first_name: str
    last_name: str
    properties: dict[str, Stored]


class _WithProperties(forms.Form):
    """A form that ends in a field for each custom property."""

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = contact.properties if contact else {}
        for name, spec in custom_specs().items():
            if not spec.is_archived:
                self.fields[f"{_PREFIX}{name}"] = PropertyField(spec, values.get(name))

    def properties(self) -> dict[str, Stored]:
        return {
            name.removeprefix(_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX)
        }

    def refuse(self, refusal: ContactError) -> None:
        name = refusal.field.replace("properties.", _PREFIX)
        self.add_error(name if name in self.fields else None, str(refusal))


class ContactForm(_WithProperties):
    """The names and custom properties of a contact that there is."""

    first_name = forms.CharField(label=_("First name"), required=False, max_length=MAX_NAME_LENGTH)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=MAX_NAME_LENGTH)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, contact=contact, **kwargs)
        self.initial = {"first_name": contact.first_name, "last_name": contact.last_name}

    def changes(self) -> Changes:
        return {
            "first_name": self.cleaned_data["first_name"],
            "last_name": self.cleaned_data["last_name"],
            "properties": self.properties(),
        }


class NewContactForm(_WithProperties):
    email = forms.CharField(
        label=_("Email"),
        widget=forms.EmailInput(attrs={"autofocus": True}),
        help_text=_("The primary address. The sync matches contacts by it."),
    )
    first_name = forms.CharField(label=_("First name"), required=False, max_length=MAX_NAME_LENGTH)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=MAX_NAME_LENGTH)
    secondary_emails = forms.CharField(
        label=_("Secondary emails"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One per line, or separated by ; or commas."),
    )

    def new_contact(self) -> NewContact:
        data = self.cleaned_data
        return NewContact(
            email=data["email"],
            first_name=data["first_name"],
            last_name=data["last_name"],
            secondary_emails=data["secondary_emails"].replace(",", " ").replace(";", " ").split(),
            properties=self.properties(),
        )


class AddressForm(forms.Form):
    email = forms.CharField(label=_("Another address"), widget=forms.EmailInput)


class ColumnsForm(forms.Form):
    """Which column of a file holds what, for a file whose header says so in words that no one knows here."""

    email = forms.ChoiceField(label=_("Email"))
    first_name = forms.ChoiceField(label=_("First name"), required=False)
    last_name = forms.ChoiceField(label=_("Last name"), required=False)
    secondary_emails = forms.ChoiceField(label=_("Secondary emails"), required=False)

    def __init__(self, *args: Any, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("", _("None"))]
        choices += [(str(at), label or _("Column %d") % (at + 1)) for at, label in enumerate(columns)]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, required=self.fields[name].required, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        positions = [position for position in self.cleaned_data.values() if position]
        if len(set(positions)) < len(positions):
            raise forms.ValidationError(_("Choose a different column for each field."))
        return self.cleaned_data

    def chosen(self) -> dict[str, int]:
        return {name: int(position) for name, position in self.cleaned_data.items() if position}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"})
    )
