"""What uses a property: contacts that have a value, and whatever registers itself, such as segments."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from contacts.models import Contact, Segment
from contacts.segments.usage import Usage

COUNTED = 10_000  # "10,000+" beyond: no one decides by more

_sources: list[Callable[[str], Iterator[Usage]]] = []


def register_property_usage(source: Callable[[str], Iterator[Usage]]) -> None:
    """`source` answers what uses the property with a name."""
    _sources.append(source)


def property_usages(name: str) -> list[Usage]:
    return [usage for source in _sources for usage in source(name)]


def contacts_with(name: str) -> QuerySet[Contact]:
    return Contact.objects.filter(properties__has_key=name)


def count_contacts_with(name: str) -> int:
    """At most one more than `COUNTED`."""
    return contacts_with(name)[: COUNTED + 1].count()


def named_properties(node: Any) -> Iterator[str]:
    """The properties that a segment's definition names."""
    if isinstance(node, dict):
        if node.get("filter") == "property" and isinstance(node.get("property"), str):
            yield node["property"]
        for inner in node.values():
            yield from named_properties(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from named_properties(inner)


def _segments(name: str) -> Iterator[Usage]:
    for segment in Segment.objects.order_by("name", "pk"):
        if name in named_properties(segment.definition):
            yield Usage("segment", segment.name, reverse("contacts:segment", args=[segment.pk]))


register_property_usage(_segments)
