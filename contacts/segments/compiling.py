"""One query for a definition, in a shape that indexes serve.

Negations move down to the conditions, so that what remains are "all of" and "any of". In "all of" a condition
about rows is `IN (SELECT …)` or `NOT EXISTS (…)`, which PostgreSQL plans as a semi or anti join. Below an OR
it cannot, and would look the rows of each contact up: there, each branch is a query of its own, and the
branches are united.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

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
    """All of the branches hold. Without any: of everybody."""

    branches: "tuple[Branch, ...]"


@dataclass(frozen=True)
class Either:
    """At least one of the branches holds. Without any: of nobody."""

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
    """`contacts` are those who may be members: all, or a few whose membership is looked at."""

    contacts: ContactQuerySet
    now: datetime

    def members(self, node: Node) -> ContactQuerySet:
        return self._restricted(self.contacts, normalized(node))

    def _restricted(self, contacts: ContactQuerySet, branch: Branch) -> ContactQuerySet:
        match branch:
            case Both(branches):
                return reduce(self._restricted, branches, contacts)
            case Either(branches):
                return contacts.filter(self._either(branches)) if branches else contacts.none()
        return contacts.filter(self._leaf(branch))

    def _either(self, branches: tuple[Branch, ...]) -> Q:
        own, others = self._parted(branches)
        if not others:
            return own
        queries = [self.contacts.filter(own)] if own else []
        queries += [self._restricted(self.contacts, branch) for branch in others]
        first, *more = (query.order_by().values("pk") for query in queries)
        return Q(pk__in=first.union(*more, all=True))

    def _parted(self, branches: tuple[Branch, ...]) -> tuple[Q, list[Branch]]:
        """What can be asked of the contact's own row, as one condition, and the branches that cannot."""
        conditions = [self._own(branch) for branch in branches]
        others = [branch for branch, own in zip(branches, conditions, strict=True) if own is None]
        return reduce(or_, filter(None, conditions), Q()), others

    def _own(self, branch: Branch) -> Q | None:
        match branch:
            case Both(branches) | Either(branches):
                conditions = [own for inner in branches if (own := self._own(inner)) is not None]
                if len(conditions) < len(branches):
                    return None
                return reduce(and_ if isinstance(branch, Both) else or_, conditions)
        is_own = isinstance(filter_of(branch.condition.filter), ContactFilter)
        return self._leaf(branch) if is_own else None

    def _leaf(self, leaf: Leaf) -> Q:
        segment_filter, arguments = filter_of(leaf.condition.filter), leaf.condition.arguments
        if isinstance(segment_filter, ContactFilter):
            return segment_filter.holds(arguments, self.now, negated=leaf.negated)
        assert isinstance(segment_filter, RowsFilter)  # noqa: S101 - there are these two sorts
        rows = segment_filter.rows(arguments, self.now)
        if leaf.negated:
            return ~Q(Exists(rows.filter(contact=OuterRef("pk"))))
        return Q(pk__in=rows.values("contact"))


def crossings(node: Node, span: Span) -> Iterator[QuerySet[Any]]:
    """IDs of contacts who may have become members in this span, or ceased to be, by the clock alone."""
    for condition in conditions(node):
        if isinstance(condition.arguments, SegmentArguments) and condition.arguments.node is not None:
            yield from crossings(condition.arguments.node, span)
        else:
            yield from filter_of(condition.filter).crossing(condition.arguments, span)
