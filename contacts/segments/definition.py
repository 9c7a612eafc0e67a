"""A segment's definition once it was read: a tree of groups with conditions as leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AllOf:
    nodes: tuple["Node", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    nodes: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Negated:
    node: "Node"


@dataclass(frozen=True)
class Condition:
    """`arguments` are what the filter of that name has read; `did` false means all other contacts."""

    filter: str
    arguments: Any
    did: bool = True


type Node = AllOf | AnyOf | Negated | Condition


def conditions(node: Node) -> Iterator[Condition]:
    """The conditions, without those of the segments that it refers to."""
    match node:
        case AllOf(nodes) | AnyOf(nodes):
            for inner in nodes:
                yield from conditions(inner)
        case Negated(inner):
            yield from conditions(inner)
        case Condition():
            yield node
