"""Reads a definition as it comes from the API, a file or the builder, and names every place that is wrong."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from contacts.segments.catalogue import Catalogue
from contacts.segments.definition import AllOf, AnyOf, Condition, Negated, Node
from contacts.segments.errors import DefinitionError
from contacts.segments.place import Place
from contacts.segments.registry import SegmentFilter, filters

VERSION = 1
MOST_LEVELS = 6  # a condition alone is one
MOST_CONDITIONS = 100
GROUPS = ("all", "any", "not")


def read_definition(raw: Any, catalogue: Catalogue) -> Node:
    """The tree of `{"version": 1, "where": NODE}`. Raises `DefinitionError` with all that is wrong."""
    place = Place(raw)
    node = None
    if place.is_object(required=["version", "where"]):
        version = place.at("version")
        if version.value != VERSION or isinstance(version.value, bool):
            version.refuse(_("Must be %(version)s.") % {"version": VERSION})
        node = _Reader(catalogue).node(place.at("where"), level=1)
    if place.problems or node is None:
        raise DefinitionError(place.problems)
    return node


@dataclass
class _Reader:
    catalogue: Catalogue
    conditions: int = 0

    def node(self, place: Place, level: int) -> Node | None:
        if level > MOST_LEVELS:
            place.refuse(_("Is more than %(most)s levels deep.") % {"most": MOST_LEVELS})
            return None
        if not isinstance(place.value, dict):
            place.refuse(_("Must be an object."))
            return None
        kind = next((key for key in GROUPS if key in place.value), None)
        if kind is None:
            return self._condition(place)
        if not place.is_object(required=[kind]):
            return None
        if kind == "not":
            node = self.node(place.at(kind), level + 1)
            return None if node is None else Negated(node)
        return self._group(place.at(kind), level, AllOf if kind == "all" else AnyOf)

    def _group(self, place: Place, level: int, group: type[AllOf] | type[AnyOf]) -> Node | None:
        items = place.list_items()
        if items is None:
            return None
        nodes = [node for item in items if (node := self.node(item, level + 1)) is not None]
        return group(tuple(nodes))

    def _condition(self, place: Place) -> Node | None:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            if self.conditions == MOST_CONDITIONS + 1:
                place.refuse(_("Is one of more than %(most)s conditions.") % {"most": MOST_CONDITIONS})
            return None
        name = place.at("filter")
        if not place.has("filter"):
            place.refuse(_("Must have one of the keys all, any, not and filter."))
            return None
        known = filters()
        if not isinstance(name.value, str) or name.value not in known:
            name.refuse(_("Must be one of %(filters)s.") % {"filters": ", ".join(known)})
            return None
        return self._condition_of(place, known[name.value])

    def _condition_of(self, place: Place, segment_filter: SegmentFilter) -> Node | None:
        optional = [*segment_filter.optional, *(["did"] if segment_filter.takes_did else [])]
        if not place.is_object(required=["filter", *segment_filter.required], optional=optional):
            return None
        did = place.at("did").boolean() if place.has("did") else True
        arguments = segment_filter.read(place, self.catalogue)
        if arguments is None or did is None:
            return None
        return Condition(segment_filter.name, arguments, did)
