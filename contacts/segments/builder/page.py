"""The builder between two clicks: the draft as it was sent, what the click did to it, and what it means."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from contacts.segments.builder.conversion import Converter, Drafter
from contacts.segments.builder.draft import DraftCondition, DraftGroup, dump, from_form, load, walk
from contacts.segments.builder.edits import apply_button, picked_names, settle
from contacts.segments.builder.form import FormMaker, GroupForm, Options, what_options
from contacts.segments.builder.sentences import Sentences
from contacts.segments.catalogue import Catalogue
from contacts.segments.definition import Node
from contacts.segments.errors import DefinitionError
from contacts.segments.members import Preview, catalogue, preview
from contacts.segments.parsing import read_definition
from contacts.segments.value_tests import WITHOUT_VALUE

MOST_UNDO = 20


@dataclass
class Builder:
    """`undo` are earlier drafts, the last one at the end; `own` is the segment that is edited, if stored."""

    root: DraftGroup
    catalogue: Catalogue
    own: int | None = None
    undo: list[str] = field(default_factory=list)

    @classmethod
    def of_definition(cls, definition: dict[str, Any], own: int | None = None) -> "Builder":
        known = catalogue(own)
        return cls(Drafter(known).draft(definition), known, own)

    @classmethod
    def of_form(cls, data: QueryDict, own: int | None = None) -> "Builder":
        """The draft as it was sent, after the button that it was sent with."""
        known = catalogue(own)
        undo, before = _undo_of(data), data.get("was", "")
        button = data.get("do", "")
        if button == "undo" and undo and (earlier := load(undo[-1])):
            return cls(earlier, known, own, undo[:-1])
        root = from_form(data)
        apply_button(root, button)
        added = {name.removesuffix(".add"): str(data[name]) for name in data if name.endswith(".add")}
        settle(root, known, added, "" if button else data.get("typing", ""))
        earlier = load(before)
        if earlier and Converter(known).definition(earlier) != Converter(known).definition(root):
            undo = [*undo, before][-MOST_UNDO:]
        return cls(root, known, own, undo)

    @cached_property
    def _converted(self) -> tuple[dict[str, Any], dict[str, str]]:
        converter = Converter(self.catalogue)
        return converter.definition(self.root), converter.paths

    @property
    def definition(self) -> dict[str, Any]:
        return self._converted[0]

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """What is wrong or missing, by the path of the node; empty if the draft can be saved."""
        problems = {path: why for path, node in walk(self.root) if (why := _lacks(node))}
        if not problems and isinstance(self._read, DefinitionError):
            for problem in self._read.problems:
                problems.setdefault(self._path_of(problem.path), []).append(problem.message)
        return problems

    @cached_property
    def _read(self) -> Node | DefinitionError:
        try:
            return read_definition(self.definition, self.catalogue)
        except DefinitionError as error:
            return error

    def _path_of(self, place: str) -> str:
        """The node whose place in the definition is the longest beginning of this one."""
        paths = self._converted[1]
        return paths[max((known for known in paths if place.startswith(known)), key=len, default="where")]

    @cached_property
    def preview(self) -> Preview | None:
        return None if self.problems or isinstance(self._read, DefinitionError) else preview(self._read)

    @cached_property
    def form(self) -> GroupForm:
        form = FormMaker(self.catalogue, self.problems, self._names, self.own).form(self.root)
        assert isinstance(form, GroupForm)  # noqa: S101 - the root is a group
        return form

    @cached_property
    def _names(self) -> dict[str, Any]:
        return picked_names(self.root)

    @property
    def sentences(self) -> list[tuple[int, str]]:
        return Sentences(self.catalogue, self._names).lines(self.root)

    @cached_property
    def what(self) -> list[tuple[str, Options]]:
        return what_options(self.catalogue)

    @property
    def state(self) -> str:
        return dump(self.root)

    @property
    def undo_state(self) -> str:
        return msgspec.json.encode(self.undo).decode()


def _undo_of(data: QueryDict) -> list[str]:
    try:
        return msgspec.json.decode(data.get("undo", "[]"), type=list[str])[-MOST_UNDO:]
    except msgspec.MsgspecError:
        return []


def _lacks(node: object) -> list[str]:
    """What a half condition still needs."""
    if isinstance(node, DraftGroup):
        return []
    assert isinstance(node, DraftCondition)  # noqa: S101 - there are these two sorts
    if not node.what:
        return [_("Choose what this condition is about.")]
    problems = [
        _("“%s” isn't chosen yet. Choose one from the list.") % text for text in node.searches.values()
    ]
    if node.filter == "segment" and not node.picks.get("id"):
        problems.append(_("Choose a segment."))
    if node.filter != "segment" and [] in node.picks.values():
        problems.append(_("Choose at least one, or remove this condition."))
    tests = [*node.tests.values(), *([node.test] if node.test.operator else [])]
    for test in tests:
        needed = 0 if test.operator in WITHOUT_VALUE else 2 if test.operator == "between" else 1
        if len([value for value in test.values if value.strip()]) < needed:
            problems.append(_("Enter a value.") if needed < 2 else _("Enter both values."))
    return problems


def sentences_of(
    definition: dict[str, Any], own: int | None = None, known: Catalogue | None = None
) -> list[tuple[int, str]]:
    """A stored definition as lines of words, each with how far it is set in. Raises `DefinitionError`.

    `known` is shared by definitions that are read together.
    """
    known = known or catalogue(own)
    read_definition(definition, known)
    root = Drafter(known).draft(definition)
    return Sentences(known, picked_names(root)).lines(root)
