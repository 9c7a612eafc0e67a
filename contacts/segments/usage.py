"""What refers to a segment: other segments, and what the apps above register (workflows)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db.models import QuerySet
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


class References:
    """Which segments the definitions of rows name: read again only where a row is of another version.

    For a page that asks a thousand workflows. `version` are columns of which one changes with each edit.
    """

    def __init__(
        self, version: Sequence[str], definitions: Sequence[str], read: Callable[[Any], Iterable[int]]
    ) -> None:
        self._version, self._definitions, self._read = version, definitions, read
        self._known: dict[tuple[Any, ...], frozenset[int]] = {}

    def to(self, segment_id: int, rows: QuerySet[Any]) -> list[int]:
        """The keys of the rows that name the segment."""
        versions = list(rows.order_by().values_list("pk", *self._version))
        known = self._known
        changed = {key[0]: key for key in versions if key not in known}
        for some in batched(changed, 500):
            for pk, *definitions in rows.filter(pk__in=some).values_list("pk", *self._definitions):
                known |= {changed[pk]: frozenset(self._read(definitions))}
        self._known = {key: known[key] for key in versions if key in known}
        return [key[0] for key, referred in self._known.items() if segment_id in referred]


def usages(segment_id: int) -> list[Usage]:
    return [usage for source in _sources for usage in source(segment_id)]


def referring(segment_id: int) -> Iterator[Segment]:
    """The segments whose definition names this one."""
    others = Segment.objects.active().exclude(pk=segment_id).exclude(kind=Segment.Kind.STATIC)
    keys = _references.to(segment_id, others)
    yield from Segment.objects.filter(pk__in=keys).order_by("name", "pk")


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


_references = References(("version", "updated_at"), ("definition",), referred_ids)


def _segments(segment_id: int) -> Iterator[Usage]:
    for segment in referring(segment_id):
        yield Usage("segment", segment.name, reverse("contacts:segment", args=[segment.pk]))


register_usage(_segments)
