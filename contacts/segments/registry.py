"""The filters of segments: a registry, so that the apps above bring those about their own rows.

A filter reads its keys from the definition and says which contacts it means, either by columns of the contact
itself or by rows that belong to contacts.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from contacts.segments.catalogue import Catalogue
from contacts.segments.place import Place
from contacts.segments.value_tests import ValueKind


@dataclass(frozen=True)
class Span:
    """From a moment (excluded) to a later one (included)."""

    after: datetime
    until: datetime


type Words = str | Promise


@dataclass(frozen=True)
class TestField:
    """A TEST that a condition may have, for the builder. In `phrase`, %s is the operator with its value."""

    name: str
    label: Words
    phrase: Words
    kind: ValueKind


@dataclass(frozen=True)
class Picker:
    """Rows that a condition may name by their IDs, searched for while one types."""

    name: str
    label: Words
    phrase: Words
    """In a sentence; %s is the names."""
    search: Callable[[str], Sequence[tuple[int, str]]]
    """The ID and the name of the best matches for a text; for "" of the newest rows."""
    names: Callable[[Sequence[int]], Mapping[int, str]]


class SegmentFilter(ABC):
    """`required` and `optional` are its keys, beside `filter` and `did`.

    The others are for the builder. `options` are what one chooses, and `labels` how the sentence begins, each
    for "did" and "did not". `nested` is the key under which fields and pickers are. With `measures` the
    condition itself has an operator and a number.
    """

    name: str
    group: Words = ""
    options: tuple[Words, Words] = ("", "")
    labels: tuple[Words, Words] = ("", "")
    anything: Words = ""
    """In a sentence, where nothing further is asked."""
    fields: tuple[TestField, ...] = ()
    pickers: tuple[Picker, ...] = ()
    nested: str = ""
    measures: tuple[tuple[str, Words, Words], ...] = ()
    """The value, the label, and the phrase of each."""
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    takes_did: bool = True

    @abstractmethod
    def read(self, place: Place, catalogue: Catalogue) -> Any | None:
        """The arguments of the condition at this place; None where a problem was noted."""

    @abstractmethod
    def crossing(self, arguments: Any, span: Span) -> Iterable[QuerySet[Any, int]]:
        """IDs of contacts of whom the condition may have begun or ceased to hold in this span, though nothing
        was written: relative dates. No query where the clock does not matter."""


class ContactFilter(SegmentFilter):
    """A filter about the columns of the contact itself."""

    takes_did = False

    @abstractmethod
    def holds(self, arguments: Any, now: datetime, *, negated: bool) -> Q:
        """A condition on Contact that is true or false for each contact, never null."""


class RowsFilter(SegmentFilter):
    """A filter that holds of contacts who have at least one row of some kind."""

    @abstractmethod
    def rows(self, arguments: Any, now: datetime) -> QuerySet[Any]:
        """The rows, of a model with a foreign key `contact`."""

    def is_particular(self, arguments: Any) -> bool:
        """Whether particular things are named, such as one event: few contacts have rows about them."""
        return False

    def shows_without(self, arguments: Any) -> Q:
        """What the contact's own columns show wherever it has no such rows: an index leaves few to ask."""
        return Q()


_FILTERS: dict[str, SegmentFilter] = {}


def register(segment_filter: SegmentFilter) -> None:
    name = segment_filter.name
    if name in _FILTERS and type(_FILTERS[name]) is not type(segment_filter):
        raise ValueError(f"A segment filter {name!r} is registered already.")
    _FILTERS[name] = segment_filter


def filters() -> dict[str, SegmentFilter]:
    return dict(_FILTERS)


def filter_of(name: str) -> SegmentFilter:
    return _FILTERS[name]
