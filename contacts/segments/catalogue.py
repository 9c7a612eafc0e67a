"""What a definition may refer to: the properties of contacts, and the other segments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contacts.segments.definition import Node
from contacts.segments.errors import DefinitionError
from contacts.segments.value_tests import ValueKind


@dataclass(frozen=True)
class Property:
    name: str
    label: str
    kind: ValueKind
    is_custom: bool = True
    group: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label of each; of a custom property those that may be chosen now, others stay as they are."""


@dataclass(frozen=True)
class ReferredSegment:
    id: int
    name: str
    definition: Any
    is_static: bool = False


@dataclass
class Catalogue:
    """Both look-ups are made when something is looked up for the first time.

    `path` are the segments whose definitions are being read, the one that is asked for first: a reference to
    one of them would make a circle. `trees` are those that were read on the way, or why they cannot be.
    """

    load_properties: Callable[[], Mapping[str, Property]]
    load_segments: Callable[[], Mapping[int, ReferredSegment]]
    path: tuple[int, ...] = ()
    trees: dict[int, Node | DefinitionError] = field(default_factory=dict)

    @cached_property
    def properties(self) -> Mapping[str, Property]:
        return self.load_properties()

    @cached_property
    def segments(self) -> Mapping[int, ReferredSegment]:
        return self.load_segments()

    def within(self, key: int) -> "Catalogue":
        """The same, for the definition of another segment that is referred to."""
        return Catalogue(lambda: self.properties, lambda: self.segments, (*self.path, key), self.trees)
