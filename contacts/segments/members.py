"""Who is in a segment: the interface for pages, the API, commands and workflows.

node = parse({"version": 1, "where": {"filter": "event_attended", "events": {}}})
query(node).count()
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from contacts.models import ChangeFollowUp, Contact, Segment
from contacts.models.contact import ContactQuerySet
from contacts.segments.catalogue import Catalogue, ReferredSegment
from contacts.segments.compiling import Compiler, crossings
from contacts.segments.definition import Node
from contacts.segments.parsing import read_definition
from contacts.segments.properties import load_properties
from contacts.segments.registry import Span

SAMPLE = 10
# Who follows changes with membership rows (`contacts.segments.tracking`).
FOLLOWER = "segments"


@dataclass(frozen=True)
class Preview:
    count: int
    sample: list[Contact]


def catalogue(own: int | None = None) -> Catalogue:
    """`own` is the stored segment whose definition is read: it cannot refer to itself."""
    return Catalogue(load_properties, _load_segments, () if own is None else (own,))


def parse(definition: Any, own: int | None = None) -> Node:
    """The definition, ready for the other functions. Raises `DefinitionError`."""
    return read_definition(definition, catalogue(own))


def query(
    node: Node, *, among: ContactQuerySet | None = None, now: datetime | None = None
) -> ContactQuerySet:
    """The members as one statement, without an order: for a page of them, or for a few contacts.

    `among` are the contacts who may be members: all, if None.
    """
    return Compiler(now or timezone.now(), among).members(node)


def every(node: Node, now: datetime | None = None) -> ContactQuerySet:
    """The same members by a statement that finds all of them sooner: for counts, builds and exports."""
    return Compiler(now or timezone.now(), reads_all=True).members(node)


def count(node: Node) -> int:
    return every(node).count()


def preview(node: Node) -> Preview:
    """How many members there are, and the newest of them."""
    number = count(node)
    return Preview(number, list(query(node).order_by("-pk")[:SAMPLE]) if number else [])


def members_of(segment: Segment, *, reads_all: bool = False) -> ContactQuerySet:
    """The members of a stored segment as they are now, by `query` or by `every`. Raises `DefinitionError`."""
    if segment.is_static:
        return _by_rows(segment)
    node = parse(segment.definition, segment.pk)
    return every(node) if reads_all else query(node)


@dataclass(frozen=True)
class ListedMembers:
    """The same members as `members_of`, for pages.

    Where every change was followed, and no time passing changes who is a member, the membership rows are the
    answer: a page of a million contacts need not ask all conditions again.
    """

    segment: Segment
    node: Node | None
    """The conditions, where they have to be asked; else the membership rows are the answer."""

    @property
    def are_rows(self) -> bool:
        return self.node is None

    def contacts(self, *, reads_all: bool = False) -> ContactQuerySet:
        if self.node is None:
            return _by_rows(self.segment)
        return every(self.node) if reads_all else query(self.node)

    def count(self) -> int:
        """Of the rows without their contacts, where these are the answer: a millisecond for thousands."""
        return self.segment.memberships.count() if self.are_rows else self.contacts(reads_all=True).count()


def listed_members(segment: Segment) -> ListedMembers:
    """Raises `DefinitionError`."""
    if segment.is_static:
        return ListedMembers(segment, None)
    node = parse(segment.definition, segment.pk)
    return ListedMembers(segment, None if _is_followed(segment, node) else node)


def _by_rows(segment: Segment) -> ContactQuerySet:
    return Contact.objects.filter(segment_memberships__segment=segment)


def _is_followed(segment: Segment, node: Node) -> bool:
    """Whether the membership rows are who the definition selects at this moment (D25: never stale)."""
    if segment.archived_at is not None or segment.tracked_version != segment.version:
        return False
    now = timezone.now()
    is_timeless = next(crossings(node, Span(now, now)), None) is None
    unfollowed = ChangeFollowUp.objects.filter(state__in=ChangeFollowUp.ACTIVE, follower=FOLLOWER)
    return is_timeless and not unfollowed.exists()


def _load_segments() -> Mapping[int, ReferredSegment]:
    rows = Segment.objects.values_list("pk", "name", "definition", "kind")
    return {
        key: ReferredSegment(key, name, definition, kind == Segment.Kind.STATIC)
        for key, name, definition, kind in rows
    }
