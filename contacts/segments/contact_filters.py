"""The filters about the contact itself: its properties, and which segments it is in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact, Segment, SegmentMembership
from contacts.segments.catalogue import Catalogue, Property, ReferredSegment
from contacts.segments.definition import Node, conditions
from contacts.segments.errors import DefinitionError
from contacts.segments.parsing import read_definition
from contacts.segments.place import Place
from contacts.segments.properties import column_of
from contacts.segments.registry import ContactFilter, Picker, RowsFilter, Span, register
from contacts.segments.sql import crossed, holds
from contacts.segments.value_tests import ValueTest, read_operator_and_value


@dataclass(frozen=True)
class PropertyArguments:
    property: Property
    test: ValueTest


class PropertyFilter(ContactFilter):
    name = "property"
    required = ("property", "is")
    optional = ("value",)

    def read(self, place: Place, catalogue: Catalogue) -> PropertyArguments | None:
        name = place.at("property")
        row = catalogue.properties.get(name.value) if isinstance(name.value, str) else None
        if row is None:
            name.refuse(_("There is no such property."))
            return None
        test = read_operator_and_value(place, row.kind)
        return None if test is None else PropertyArguments(row, test)

    def holds(self, arguments: PropertyArguments, now: datetime, *, negated: bool) -> Q:
        return holds(column_of(arguments.property), arguments.test, now, negated=negated)

    def crossing(self, arguments: PropertyArguments, span: Span) -> Iterable[QuerySet[Any, int]]:
        condition = crossed(column_of(arguments.property), arguments.test, span.after, span.until)
        if condition is not None:
            yield Contact.objects.filter(condition).values_list("pk", flat=True)


def _search_segments(text: str) -> Sequence[tuple[int, str]]:
    return list(Segment.objects.active().filter(name__icontains=text).values_list("pk", "name")[:20])


def _segment_names(keys: Sequence[int]) -> Mapping[int, str]:
    return dict(Segment.objects.filter(pk__in=keys).values_list("pk", "name"))


@dataclass(frozen=True)
class SegmentArguments:
    """`node` is what makes a contact a member now; None for a static segment, whose members are rows."""

    id: int
    node: Node | None = None
    size: int = 1
    """How many conditions come in its place."""


class InSegmentFilter(RowsFilter):
    """The other segment's definition takes the place of the condition, so that it is never stale."""

    name = "segment"
    required = ("id",)
    group = gettext_lazy("Segments")
    options = (gettext_lazy("Is in a segment"), gettext_lazy("Is not in a segment"))
    labels = (gettext_lazy("Is in the segment"), gettext_lazy("Is not in the segment"))
    anything = "…"
    pickers = (Picker("id", gettext_lazy("Segments"), "%s", _search_segments, _segment_names),)

    def read(self, place: Place, catalogue: Catalogue) -> SegmentArguments | None:
        id_place = place.at("id")
        key = id_place.whole_number()
        if key is None:
            return None
        referred = catalogue.segments.get(key)
        if referred is None:
            id_place.refuse(_("There is no such segment."))
        elif key in catalogue.path:
            id_place.refuse(_("The segment “%(name)s” would contain itself.") % {"name": referred.name})
        elif referred.is_static:
            return SegmentArguments(key)
        else:
            return self._in_its_place(id_place, referred, catalogue)
        return None

    def _in_its_place(
        self, place: Place, referred: ReferredSegment, catalogue: Catalogue
    ) -> SegmentArguments | None:
        tree = _tree_of(referred, catalogue)
        if isinstance(tree, DefinitionError):
            reason = _("The segment “%(name)s” can't be used. %(reason)s")
            first = tree.problems[0]  # all of them, each with all of its own, would grow without end
            place.refuse(reason % {"name": referred.name, "reason": first})
            return None
        size = _size(tree)
        if size > MOST_EXPANDED:
            place.refuse(_("The segments in this segment have more than %d conditions.") % MOST_EXPANDED)
            return None
        return SegmentArguments(referred.id, tree, size)

    def rows(self, arguments: SegmentArguments, now: datetime) -> QuerySet[SegmentMembership]:
        """The memberships of a static segment."""
        return SegmentMembership.objects.filter(segment=arguments.id)

    def crossing(self, arguments: SegmentArguments, span: Span) -> Iterable[QuerySet[Any, int]]:
        return ()


# Segments that contain each other twice and so on would otherwise grow without end.
MOST_EXPANDED = 500


def _tree_of(referred: ReferredSegment, catalogue: Catalogue) -> Node | DefinitionError:
    """Each segment is read once, however often it is referred to."""
    if referred.id not in catalogue.trees:
        try:
            catalogue.trees[referred.id] = read_definition(referred.definition, catalogue.within(referred.id))
        except DefinitionError as error:
            catalogue.trees[referred.id] = error
    return catalogue.trees[referred.id]


def _size(tree: Node) -> int:
    arguments = (condition.arguments for condition in conditions(tree))
    return sum(argument.size if isinstance(argument, SegmentArguments) else 1 for argument in arguments)


register(PropertyFilter())
register(InSegmentFilter())
