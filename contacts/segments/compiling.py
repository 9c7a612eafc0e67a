"""One query for a definition, in a shape that indexes serve.

Negations move down to the conditions, so that what remains are "all of" and "any of". In "all of" a condition
about rows is `IN (SELECT …)` or `NOT EXISTS (…)`, which PostgreSQL plans as a semi or anti join. Below an OR
it cannot, and looks the rows of each contact up. That is right where other conditions leave only some
contacts, and for the first page of many; elsewhere each branch is a query of its own, and the branches are
united. `UNION` rather than `UNION ALL`: indexes give both branches in the order of the contacts, so that
duplicates are dropped on the way, where a hash of millions took three times as long.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.segments.contact_filters import SegmentArguments
from contacts.segments.definition import AllOf, AnyOf, Condition, Negated, Node, conditions
from contacts.segments.registry import ContactFilter, RowsFilter, Span, filter_of


@dataclass(frozen=True)
class Leaf:
    """A condition, or that it does not hold."""

    condition: Condition
    negated: bool


@dataclass(frozen=True)
class Both:
    """All of the branches hold. Without a branch: every contact."""

    branches: "tuple[Branch, ...]"


@dataclass(frozen=True)
class Either:
    """At least one of the branches holds. Without a branch: no contact."""

    branches: "tuple[Branch, ...]"


type Branch = Leaf | Both | Either

EVERYBODY, NOBODY = Both(()), Either(())


def normalized(node: Node, *, negated: bool = False) -> Branch:
    """Without "not", without groups in groups of the same sort, and with the other segments put in."""
    match node:
        case Negated(inner):
            return normalized(inner, negated=not negated)
        case AllOf(nodes) | AnyOf(nodes):
            branches = [normalized(inner, negated=negated) for inner in nodes]
            return _both(branches) if isinstance(node, AllOf) != negated else _either(branches)
        case Condition(arguments=SegmentArguments(node=inner)) if inner is not None:
            return normalized(inner, negated=negated == node.did)
    return Leaf(node, negated=negated == node.did)


def _both(branches: list[Branch]) -> Branch:
    if NOBODY in branches:
        return NOBODY
    flat = [
        inner for branch in branches for inner in (branch.branches if isinstance(branch, Both) else [branch])
    ]
    return flat[0] if len(flat) == 1 else Both(tuple(flat))


def _either(branches: list[Branch]) -> Branch:
    if EVERYBODY in branches:
        return EVERYBODY
    flat = [
        inner
        for branch in branches
        for inner in (branch.branches if isinstance(branch, Either) else [branch])
    ]
    return flat[0] if len(flat) == 1 else Either(tuple(flat))


@dataclass(frozen=True)
class Compiler:
    """`few` are the contacts whose membership is looked at; None for all.

    `reads_all`: every member is wanted, as for a count. Else the first ones are, as for a page of a list.
    """

    now: datetime
    few: ContactQuerySet | None = None
    reads_all: bool = False

    def members(self, node: Node) -> ContactQuerySet:
        contacts = Contact.objects.all() if self.few is None else self.few
        return self._restricted(contacts, normalized(node))

    def _restricted(self, contacts: ContactQuerySet, branch: Branch) -> ContactQuerySet:
        match branch:
            case Leaf():
                return contacts.filter(self._leaf(branch))
            case Both(branches):
                leaves_some = self._leaves_some(branches)
                for inner in branches:
                    looks_up = isinstance(inner, Leaf) or leaves_some or self._looks_up(inner)
                    contacts = contacts.filter(self._condition(inner) if looks_up else self._united(inner))
                return contacts
        if not branch.branches:
            return contacts.none()
        return contacts.filter(self._condition(branch) if self._looks_up(branch) else self._united(branch))

    def _leaves_some(self, branches: Iterable[Branch]) -> bool:
        """Whether one of these conditions leaves so few contacts that the others are asked of each."""
        return any(map(_names_rows if self.reads_all else _finds_rows, branches))

    def _looks_up(self, branch: Branch) -> bool:
        """Whether the branch is asked of each contact: of a few, or until enough are found."""
        return self.few is not None or (not self.reads_all and _holds_of_many(branch))

    def _condition(self, branch: Branch) -> Q:
        """Asked of each contact that is left: right where other conditions leave only some."""
        match branch:
            case Leaf():
                return self._leaf(branch, looks_up=True)
            case Both(branches):
                return reduce(and_, map(self._condition, branches))
        return reduce(or_, map(self._condition, branch.branches))

    def _united(self, either: Branch) -> Q:
        """The branches as queries of their own: what can be asked of the contact's own row is one of them."""
        assert isinstance(either, Either)  # noqa: S101 - groups of the same sort were joined
        own = [branch for branch in either.branches if _is_own(branch)]
        others = [branch for branch in either.branches if not _is_own(branch)]
        condition = reduce(or_, map(self._condition, own), Q())
        if not others:
            return condition
        queries: list[QuerySet[Any, Any]] = [Contact.objects.filter(condition).values("pk")] if own else []
        queries += map(self._ids, others)
        first, *more = (query.order_by() for query in queries)
        return Q(pk__in=first.union(*more))

    def _ids(self, branch: Branch) -> QuerySet[Any, Any]:
        """Rows that were found name their contacts: the table of contacts is not needed."""
        if isinstance(branch, Leaf) and _finds_rows(branch):
            return self._rows(branch).values("contact")
        return self._restricted(Contact.objects.all(), branch).values("pk")

    def _leaf(self, leaf: Leaf, *, looks_up: bool = False) -> Q:
        segment_filter, arguments = filter_of(leaf.condition.filter), leaf.condition.arguments
        if isinstance(segment_filter, ContactFilter):
            return segment_filter.holds(arguments, self.now, negated=leaf.negated)
        has_row = Q(Exists(self._rows(leaf).filter(contact=OuterRef("pk"))))
        if leaf.negated:
            return _rows_filter(leaf).shows_without(arguments) & ~has_row
        return has_row if looks_up else Q(pk__in=self._rows(leaf).values("contact"))

    def _rows(self, leaf: Leaf) -> QuerySet[Any, Any]:
        return _rows_filter(leaf).rows(leaf.condition.arguments, self.now)


def _rows_filter(leaf: Leaf) -> RowsFilter:
    segment_filter = filter_of(leaf.condition.filter)
    assert isinstance(segment_filter, RowsFilter)  # noqa: S101 - there are these two sorts
    return segment_filter


def _is_own(branch: Branch) -> bool:
    """Whether only the contact's own row is asked."""
    if isinstance(branch, Leaf):
        return isinstance(filter_of(branch.condition.filter), ContactFilter)
    return all(map(_is_own, branch.branches))


def _finds_rows(branch: Branch) -> bool:
    """Whether only those are left who have rows of some kind."""
    return isinstance(branch, Leaf) and not branch.negated and not _is_own(branch)


def _names_rows(branch: Branch) -> bool:
    """Whether the rows are of particular things, and so belong to a small part of all contacts."""
    if not isinstance(branch, Leaf) or not _finds_rows(branch):
        return False
    segment_filter = filter_of(branch.condition.filter)
    return isinstance(segment_filter, RowsFilter) and segment_filter.is_particular(branch.condition.arguments)


def _holds_of_many(branch: Branch) -> bool:
    """Whether a list need not go far to fill a page: rows of any kind, or that there are none."""
    match branch:
        case Leaf():
            return not _is_own(branch) and not _names_rows(branch)
        case Both(branches):
            return all(map(_holds_of_many, branches))
    return any(map(_holds_of_many, branch.branches))


def crossings(node: Node, span: Span) -> Iterator[QuerySet[Any, int]]:
    """IDs of contacts who may have become members in this span, or ceased to be, by the clock alone."""
    for condition in conditions(node):
        if isinstance(condition.arguments, SegmentArguments) and condition.arguments.node is not None:
            yield from crossings(condition.arguments.node, span)
        else:
            yield from filter_of(condition.filter).crossing(condition.arguments, span)
