"""The registry of timeline kinds: the apps that write entries also bring the sentences for them.

An app registers a `Kind` when Django starts. It knows what happened and which page says more about it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from contacts.models import TimelineEntry

type Words = str | Promise
type Links = Callable[[list[TimelineEntry]], Mapping[int, str]]


def _no_links(_entries: list[TimelineEntry]) -> Mapping[int, str]:
    return {}


@dataclass(frozen=True)
class More:
    """Another page that some entries lead to, such as the recording of what was attended."""

    label: Words
    icon: str
    links: Links


@dataclass(frozen=True)
class ChangeLine:
    """A value that became another one, in words."""

    label: str
    old: str
    new: str


type Changes = Callable[[list[TimelineEntry]], Mapping[int, list[ChangeLine]]]


def _no_changes(_entries: list[TimelineEntry]) -> Mapping[int, list[ChangeLine]]:
    return {}


@dataclass(frozen=True)
class Kind:
    """How entries of one kind are shown.

    `sentence` is a format with the names of an entry's fields, such as "Attended %(title)s". `links` answers
    the page of each entry that has one, for all entries given with a constant number of queries; `more` leads
    to others.
    """

    name: str
    label: Words
    sentence: Words
    icon: str
    tone: str = ""
    links: Links = _no_links
    more: tuple[More, ...] = ()
    group: Words = ""
    """The choice among the timeline's filters that it belongs to."""
    changes: "Changes" = _no_changes


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it."""

    entry: TimelineEntry
    kind: Kind
    url: str
    more: tuple[tuple[More, str], ...] = ()  # each with its address
    changes: tuple[ChangeLine, ...] = ()

    @property
    def sentence(self) -> str:
        return str(self.kind.sentence) % {"title": self.entry.title or self._untitled}

    @property
    def _untitled(self) -> str:
        """A number alone is no name. Edits and notes have none, and need none: the label stands alone."""
        if self.entry.zoom_webinar_id is None:
            return "" if str(self.kind.sentence) == "%(title)s" else gettext("Untitled")
        return gettext("Webinar %(number)s") % {"number": self.entry.zoom_webinar_id}

    @property
    def who(self) -> str:
        return str(self.entry.details.get("who", ""))

    @property
    def text(self) -> str:
        return str(self.entry.details.get("text", ""))


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if kind.name in _KINDS and _KINDS[kind.name] is not kind:
        raise ValueError(f"A timeline kind {kind.name!r} is registered already.")
    _KINDS[kind.name] = kind


def kinds() -> list[Kind]:
    return list(_KINDS.values())


def groups() -> dict[str, list[str]]:
    """The names of the kinds in each group, for the timeline's filter."""
    by_group: dict[str, list[str]] = {}
    for kind in _KINDS.values():
        by_group.setdefault(str(kind.group or kind.label), []).append(kind.name)
    return by_group


def kind_of(name: str) -> Kind:
    """The kind; of one that no one registers any more, a plain one."""
    plain = Kind(name, label=gettext_lazy("Other activity"), sentence="%(title)s", icon="circle-dot")
    return _KINDS.get(name) or plain


def lines(entries: Iterable[TimelineEntry]) -> list[Line]:
    """The entries in the order given, each with its words and links. One look-up of each link per kind."""
    rows = list(entries)
    urls: dict[int, str] = {}
    others: dict[int, list[tuple[More, str]]] = defaultdict(list)
    changes: dict[int, list[ChangeLine]] = {}
    for name, group in groupby(sorted(rows, key=attrgetter("kind")), key=attrgetter("kind")):
        kind, of_kind = kind_of(name), list(group)
        urls |= kind.links(of_kind)
        changes |= kind.changes(of_kind)
        for more in kind.more:
            for key, url in more.links(of_kind).items():
                others[key].append((more, url))
    return [
        Line(
            entry,
            kind_of(entry.kind),
            urls.get(entry.pk, ""),
            tuple(others[entry.pk]),
            tuple(changes.get(entry.pk, ())),
        )
        for entry in rows
    ]
