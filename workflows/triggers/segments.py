"""The trigger of segments: a contact enters one; with `existing`, also those who are in it already."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.models import Contact, Segment
from contacts.models.contact import ContactQuerySet
from contacts.segments.errors import DefinitionError
from contacts.segments.members import members_of
from workflows.definition.fields import Names
from workflows.definition.reference_fields import SegmentField
from workflows.engine.happenings import Happening, of_contacts
from workflows.registry import Group, Trigger, register_trigger

_EFFECTS = {
    "event_registered": "registration",
    "zoom_registration": "registration",
    "event_cancelled": "removal",
}


class SegmentEntered(Trigger):
    """Followed by `workflows.engine.entering`, each entry once."""

    key = "segment_entered"
    label = lazy("Entered a segment")
    group = Group.SEGMENT
    icon = "users"
    fields = (SegmentField(name="segment"),)

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        return _("Enters the segment %(segment)s") % {"segment": self.words("segment", arguments, names)}

    def existing(self, arguments: Mapping[str, Any], now: datetime) -> Iterator[Happening]:
        key = f"segment:{arguments['segment']}:existing"
        for contact in of_contacts(self.existing_contacts(arguments, now)):
            yield Happening(contact, key, data={"segment_id": arguments["segment"]})

    def existing_contacts(self, arguments: Mapping[str, Any], now: datetime) -> ContactQuerySet:
        segment = Segment.objects.active().filter(pk=arguments["segment"]).first()
        try:
            return members_of(segment) if segment else Contact.objects.none()
        except DefinitionError:
            return Contact.objects.none()

    def causes(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        definitions = dict(Segment.objects.values_list("pk", "definition"))
        return set(_causes(arguments["segment"], definitions, set()))


def _causes(segment: int, definitions: Mapping[int, Any], seen: set[int]) -> Iterator[str]:
    """What moves people into a segment: putting them in, and whatever its conditions ask about.

    Anyone who leaves a segment may enter another one, whose conditions name it.
    """
    yield f"segment:{segment}"
    if segment not in seen:
        seen.add(segment)
        yield from _causes_in(definitions.get(segment), definitions, seen)


def _causes_in(node: Any, definitions: Mapping[int, Any], seen: set[int]) -> Iterator[str]:
    if isinstance(node, list):
        for inner in node:
            yield from _causes_in(inner, definitions, seen)
    elif isinstance(node, dict):
        yield from _causes_of_condition(node, definitions, seen)
        for inner in node.values():
            yield from _causes_in(inner, definitions, seen)


def _causes_of_condition(
    node: Mapping[str, Any], definitions: Mapping[int, Any], seen: set[int]
) -> Iterator[str]:
    kind = node.get("filter")
    if kind == "property":
        yield f"property:{node.get('property')}"
    elif kind == "segment" and isinstance(node.get("id"), int):
        yield f"left:{node['id']}"
        yield from _causes(node["id"], definitions, seen)
    elif isinstance(kind, str) and kind in _EFFECTS:
        yield f"{_EFFECTS[kind]}:*"


register_trigger(SegmentEntered())
