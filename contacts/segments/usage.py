"""What refers to a segment: other segments, and what the apps above register (workflows)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from contacts.models import Segment


@dataclass(frozen=True)
class Usage:
    """Something that uses a segment, and its page."""

    kind: str
    name: str
    url: str


_sources: list[Callable[[int], Iterator[Usage]]] = []


def register_usage(source: Callable[[int], Iterator[Usage]]) -> None:
    """`source` answers what uses the segment with an ID."""
    _sources.append(source)


def usages(segment_id: int) -> list[Usage]:
    return [usage for source in _sources for usage in source(segment_id)]


def referring(segment_id: int) -> Iterator[Segment]:
    """The segments whose definition names this one."""
    for segment in Segment.objects.active().exclude(pk=segment_id).order_by("name", "pk"):
        if not segment.is_static and segment_id in set(referred_ids(segment.definition)):
            yield segment


def all_referring(segment_id: int) -> list[int]:
    """The segments that this one is in, be it through others."""
    rows = Segment.objects.exclude(kind=Segment.Kind.STATIC).values_list("pk", "definition")
    definitions = {key: set(referred_ids(definition)) for key, definition in rows}
    referring: list[int] = []
    waiting = [segment_id]
    while waiting:
        referred = waiting.pop()
        outer = [key for key, ids in definitions.items() if referred in ids and key not in referring]
        referring += outer
        waiting += outer
    return referring


def referred_ids(node: Any) -> Iterator[int]:
    """The segments that a definition names."""
    if isinstance(node, dict):
        if node.get("filter") == "segment" and isinstance(node.get("id"), int):
            yield node["id"]
        for inner in node.values():
            yield from referred_ids(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from referred_ids(inner)


def _segments(segment_id: int) -> Iterator[Usage]:
    for segment in referring(segment_id):
        yield Usage("segment", segment.name, reverse("contacts:segment", args=[segment.pk]))


register_usage(_segments)
