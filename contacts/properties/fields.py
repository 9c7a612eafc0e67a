"""Form fields for properties, each by its kind. What is valid, `contacts.properties.values` decides."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from contacts.properties.kinds import PropertyKind, PropertySpec
from contacts.properties.values import MAX_VALUE_LENGTH, InvalidValueError, Stored, as_text, normalise


class PropertyField(forms.Field):
    """A value of a property as someone types or chooses it. Cleaned, it is what is stored, or ""."""

    def __init__(self, spec: PropertySpec, value: Any = None) -> None:
        self.spec = spec
        super().__init__(
            label=spec.label, required=False, initial=_initial(spec, value), widget=_widget(spec, value)
        )

    def clean(self, value: Any) -> Stored:
        try:
            stored = normalise(value, self.spec, get_current_timezone())
        except InvalidValueError as error:
            raise ValidationError(str(error)) from error
        return "" if stored is None else stored


def _initial(spec: PropertySpec, value: Any) -> Any:
    """The value as its field shows it: times by the viewer's clock."""
    if spec.kind == PropertyKind.CHOICES and isinstance(value, list):
        return value
    if spec.kind == PropertyKind.DATE_TIME and isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(get_current_timezone()).strftime("%Y-%m-%dT%H:%M:%S")
    return as_text(value)


def _widget(spec: PropertySpec, value: Any) -> forms.Widget:
    match spec.kind:
        case PropertyKind.LONG_TEXT:
            return forms.Textarea(attrs={"rows": 4, "maxlength": MAX_VALUE_LENGTH})
        case PropertyKind.NUMBER:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case PropertyKind.DATE:
            return forms.TextInput(attrs={"type": "date"})
        case PropertyKind.DATE_TIME:
            return forms.TextInput(attrs={"type": "datetime-local", "step": "1"})
        case PropertyKind.YES_NO:
            return forms.Select(choices=[("", ""), ("yes", _("Yes")), ("no", _("No"))])
        case PropertyKind.CHOICE:
            return forms.Select(choices=[("", ""), *_offered(spec, [value])])
        case PropertyKind.CHOICES:
            current = value if isinstance(value, list) else []
            return forms.SelectMultiple(choices=_offered(spec, current), attrs={"size": 5})
        case PropertyKind.LINK:
            return forms.TextInput(attrs={"type": "url", "autocomplete": "off"})
    return forms.TextInput(attrs={"maxlength": MAX_VALUE_LENGTH, "autocomplete": "off"})


def _offered(spec: PropertySpec, current: list[Any]) -> list[tuple[str, str]]:
    """Archived choices only where the contact has them."""
    return [
        (choice.value, choice.label)
        for choice in spec.choices
        if not choice.is_archived or choice.value in current
    ]
