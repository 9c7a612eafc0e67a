"""What the command palette (Ctrl-K) finds. Each app registers the things and actions that it has.

A source looks rows up by an index, from the beginning of words on, so that it answers at once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from core.roles import Right

PER_SOURCE = 5


@dataclass(frozen=True)
class Hit:
    """One line. With `fields` it is an action: a form that is sent to the address. `key` is of its row."""

    label: str
    url: str
    hint: str = ""
    key: int = 0
    fields: dict[str, str] | None = None


@dataclass(frozen=True)
class Source:
    """`find` answers the best hits for a text, `load` those with these keys: for what was opened lately."""

    name: str
    label: str | Promise
    icon: str
    find: Callable[[str], Iterable[Hit]]
    load: Callable[[Sequence[int]], Iterable[Hit]] | None = None
    right: Right | None = None
    order: int = 50


@dataclass(frozen=True)
class Group:
    """The hits of one source, as they are shown."""

    source: Source
    hits: list[Hit] = field(default_factory=list)


_SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    _SOURCES[source.name] = source


def sources(may: Callable[[Right], bool]) -> list[Source]:
    """Those that someone with these rights may use, in their order."""
    allowed = [source for source in _SOURCES.values() if source.right is None or may(source.right)]
    return sorted(allowed, key=lambda source: (source.order, source.name))


def find(text: str, may: Callable[[Right], bool]) -> list[Group]:
    groups = [Group(source, list(source.find(text))[:PER_SOURCE]) for source in sources(may)]
    return [group for group in groups if group.hits]


def recent(opened: Iterable[tuple[str, int]], may: Callable[[Right], bool]) -> list[tuple[Source, Hit]]:
    """What these keys of sources stand for, in their order; what is gone is left out."""
    listed = list(opened)
    known: dict[tuple[str, int], tuple[Source, Hit]] = {}
    for source in sources(may):
        keys = [key for name, key in listed if name == source.name]
        if keys and source.load:
            known |= {(source.name, hit.key): (source, hit) for hit in source.load(keys)}
    return [known[place] for place in listed if place in known]
