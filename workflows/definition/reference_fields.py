"""Fields that refer to something: a webinar, a segment, a property, addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.segments.catalogue import Catalogue, Property
from contacts.segments.place import Place
from core.emails import is_valid
from integrations.rules.registration_checks import normalise_webinar_id
from integrations.webhooks.post import BadAddressError, check_address
from workflows.definition.fields import Field, Names, Words
from workflows.definition.values import WebinarRef

_WEBINAR, _SEGMENT, _PROPERTY = lazy("Webinar"), lazy("Segment"), lazy("Property")


@dataclass(frozen=True, kw_only=True)
class WebinarField(Field):
    """A webinar's ID, typed with spaces and dashes or not (R79), or where the ID is found (R80)."""

    control = "webinar"
    label: Words = _WEBINAR

    def read(self, place: Place, catalogue: Catalogue) -> WebinarRef | None:
        value = place.value
        if isinstance(value, str | int) and not isinstance(value, bool):
            number = normalise_webinar_id(str(value))
            if number is None:
                place.refuse(_("Is not a webinar ID. It has 9 to 11 digits, such as 931 1234 5678."))
            return None if number is None else WebinarRef(number)
        if isinstance(value, dict) and set(value) == {"trigger"}:
            return self._of_trigger(place.at("trigger"))
        if isinstance(value, dict) and set(value) == {"property"}:
            name = PropertyField(name="property", label="").read(place.at("property"), catalogue)
            return WebinarRef(from_property=name) if name else None
        place.refuse(_("Must be a webinar ID, {“property”: NAME} or {“trigger”: “webinar_id”}."))
        return None

    def _of_trigger(self, place: Place) -> WebinarRef | None:
        if place.value == "webinar_id":
            return WebinarRef()
        place.refuse(_("Must be webinar_id."))
        return None

    def write(self, value: WebinarRef) -> Any:
        if value.zoom_webinar_id is not None:
            return str(value.zoom_webinar_id)
        return {"property": value.from_property} if value.from_property else {"trigger": "webinar_id"}

    def words(self, value: WebinarRef, names: Names) -> str:
        if value.from_property:
            label = names.properties.get(value.from_property, value.from_property)
            return _("the webinar in “%(property)s”") % {"property": label}
        if value.zoom_webinar_id is None:
            return _("the webinar of the trigger")
        return names.webinars.get(value.zoom_webinar_id) or str(value.zoom_webinar_id)


@dataclass(frozen=True, kw_only=True)
class SegmentField(Field):
    """A segment by its ID; `only_static` where people are put in and taken out."""

    control = "segment"
    label: Words = _SEGMENT
    only_static: bool = False

    def read(self, place: Place, catalogue: Catalogue) -> int | None:
        key = place.whole_number()
        if key is None:
            return None
        segment = catalogue.segments.get(key)
        if segment is None:
            place.refuse(_("There is no such segment."))
        elif self.only_static and not segment.is_static:
            place.refuse(_("“%(name)s” isn't a static list.") % {"name": segment.name})
        else:
            return key
        return None

    def words(self, value: int, names: Names) -> str:
        return f"“{names.segments.get(value, value)}”"


@dataclass(frozen=True, kw_only=True)
class PropertyField(Field):
    """A contact's property by its name; `only_settable` for those that a person may edit."""

    control = "property"
    label: Words = _PROPERTY
    only_settable: bool = False

    def read(self, place: Place, catalogue: Catalogue) -> str | None:
        known = catalogue.properties.get(place.value) if isinstance(place.value, str) else None
        if known is None:
            place.refuse(_("There is no such property."))
        elif self.only_settable and not is_settable(known):
            place.refuse(_("“%(name)s” is kept up to date automatically.") % {"name": known.label})
        else:
            return known.name
        return None

    def words(self, value: str, names: Names) -> str:
        return f"“{names.properties.get(value, value)}”"


def is_settable(row: Property) -> bool:
    return row.is_custom or row.name in ("first_name", "last_name")


@dataclass(frozen=True, kw_only=True)
class EmailsField(Field):
    """Addresses of the team."""

    control = "emails"
    most: int = 20

    def read(self, place: Place, catalogue: Catalogue) -> tuple[str, ...] | None:
        items = place.list_items(most=self.most)
        if items is None:
            return None
        if not items:
            place.refuse(_("Must have at least one address."))
            return None
        before = len(place.problems)
        for item in items:
            if not isinstance(item.value, str) or not is_valid(item.value.strip().lower()):
                item.refuse(_("Is not an email address."))
        if len(place.problems) > before:
            return None
        return tuple(dict.fromkeys(item.value.strip().lower() for item in items))

    def write(self, value: Sequence[str]) -> list[str]:
        return list(value)

    def words(self, value: Sequence[str], names: Names) -> str:
        return ", ".join(value)


@dataclass(frozen=True, kw_only=True)
class AddressField(Field):
    """The address that a webhook is posted to."""

    control = "url"

    def read(self, place: Place, catalogue: Catalogue) -> str | None:
        text = place.value
        if not isinstance(text, str):
            place.refuse(_("Must be a text."))
            return None
        try:
            check_address(text)
        except BadAddressError as error:
            place.refuse(str(error))
            return None
        return text

    def words(self, value: str, names: Names) -> str:
        return value.partition("?")[0]
