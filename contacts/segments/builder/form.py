"""What the builder draws: each condition with its sentence, its fields, and what it lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from contacts.segments.builder.draft import DraftCondition, DraftNode, DraftTest
from contacts.segments.builder.sentences import Sentences, operator_words
from contacts.segments.catalogue import Catalogue, Property
from contacts.segments.registry import SegmentFilter, TestField, filters
from contacts.segments.value_tests import (
    OF_A_LIST,
    RELATIVE,
    WITHOUT_VALUE,
    Operator,
    ValueKind,
)
from contacts.segments.value_tests import (
    OPERATORS as OPERATORS_OF,
)

type Options = list[tuple[str, str]]


@dataclass(frozen=True)
class TestRow:
    """An operator with the fields of its value. `prefix` begins the names of its fields."""

    prefix: str
    label: str
    operators: Options
    operator: str
    input: str
    """How the value is typed: none, text, lines, number, days, day, time, options or option."""
    values: list[str]
    options: Options = field(default_factory=list)
    suggestions: str = ""
    """What the page of suggestions is asked for while one types."""
    name: str = ""


@dataclass(frozen=True)
class PickerRow:
    prefix: str
    name: str
    label: str
    picked: Options
    search: str
    suggestions: str
    """What the page of suggestions is asked for while one types."""
    is_nothing: bool
    """Whether the condition names an empty list, which nothing is in."""


@dataclass(frozen=True)
class ConditionForm:
    path: str
    sentence: str
    what: str
    problems: list[str]
    measures: Options = field(default_factory=list)
    measure: str = ""
    test: TestRow | None = None
    tests: list[TestRow] = field(default_factory=list)
    pickers: list[PickerRow] = field(default_factory=list)
    segments: Options = field(default_factory=list)
    segment: str = ""
    addable: Options = field(default_factory=list)
    is_group: bool = False


@dataclass(frozen=True)
class GroupForm:
    path: str
    match: str
    nodes: "list[GroupForm | ConditionForm]"
    problems: list[str]
    can_nest: bool
    is_root: bool
    is_group: bool = True


@dataclass(frozen=True)
class FormMaker:
    """`problems` are by the path of the node; `names` of what is picked, by picker and ID."""

    catalogue: Catalogue
    problems: Mapping[str, list[str]]
    names: Mapping[str, Mapping[int, str]]
    own: int | None = None

    def form(self, node: DraftNode, path: str = "r", level: int = 1) -> GroupForm | ConditionForm:
        problems = self.problems.get(path, [])
        if isinstance(node, DraftCondition):
            return self._condition(node, path, problems)
        levels = level + (2 if node.match == "none" else 1)
        nodes = [self.form(inner, f"{path}.{number}", levels) for number, inner in enumerate(node.nodes)]
        return GroupForm(path, node.match, nodes, problems, levels + 1 <= 6, level == 1)

    def _condition(self, draft: DraftCondition, path: str, problems: list[str]) -> ConditionForm:
        sentence = Sentences(self.catalogue, self.names).of(draft)
        common: dict[str, Any] = {
            "path": path,
            "sentence": sentence,
            "what": draft.what,
            "problems": problems,
        }
        if row := self.catalogue.properties.get(draft.property_name):
            return ConditionForm(**common, test=_property_test(row, draft.test, path))
        segment_filter = filters().get(draft.filter)
        if segment_filter is None or draft.filter == "property":
            return ConditionForm(**common)
        if draft.filter == "segment":
            picked = next(iter(draft.picks.get("id", [])), "")
            return ConditionForm(**common, segments=self._segments(), segment=str(picked))
        return ConditionForm(
            **common,
            measures=[(value, str(label)) for value, label, _phrase in segment_filter.measures],
            measure=draft.measure,
            test=_test_row(path, "", ValueKind.NUMBER, draft.test) if segment_filter.measures else None,
            tests=[_field_test(row, draft, path) for row in segment_filter.fields if row.name in draft.tests],
            pickers=list(self._pickers(segment_filter, draft, path)),
            addable=[
                (row.name, str(row.label)) for row in segment_filter.fields if row.name not in draft.tests
            ],
        )

    def _pickers(
        self, segment_filter: SegmentFilter, draft: DraftCondition, path: str
    ) -> Iterator[PickerRow]:
        for picker in segment_filter.pickers:
            names = self.names.get(picker.name, {})
            picked = [(str(key), names.get(key, f"#{key}")) for key in draft.picks.get(picker.name, [])]
            search = draft.searches.get(picker.name, "")
            is_nothing = picker.name in draft.picks and not picked
            suggestions = f"{draft.filter}:{picker.name}"
            yield PickerRow(path, picker.name, str(picker.label), picked, search, suggestions, is_nothing)

    def _segments(self) -> Options:
        others = [row for row in self.catalogue.segments.values() if row.id != self.own]
        return sorted(((str(row.id), row.name) for row in others), key=lambda option: option[1].lower())


def what_options(catalogue: Catalogue) -> list[tuple[str, Options]]:
    """Everything that a condition can be about, in groups."""
    groups: dict[str, Options] = {}
    for name, segment_filter in filters().items():
        options = groups.setdefault(str(segment_filter.group), [])
        for mark, label in zip(("", "!"), segment_filter.options, strict=True):
            if label:
                options.append((f"{name}{mark}", str(label)))
    for row in catalogue.properties.values():
        group = _("Property: %s") % row.group if row.group else _("Contact")
        groups.setdefault(group, []).append((f"property:{row.name}", row.label))
    return [(group, options) for group, options in groups.items() if options]


def _property_test(row: Property, test: DraftTest, path: str) -> TestRow:
    has_suggestions = row.kind == ValueKind.TEXT and row.name != "zoom_webinar_joinlink"
    return _test_row(
        path, "", row.kind, test, row.choices, suggestions=f"property:{row.name}" if has_suggestions else ""
    )


def _field_test(row: TestField, draft: DraftCondition, path: str) -> TestRow:
    prefix = f"{path}.test.{row.name}"
    return _test_row(prefix, str(row.label), row.kind, draft.tests[row.name], name=row.name)


def _test_row(
    prefix: str,
    label: str,
    kind: ValueKind,
    test: DraftTest,
    choices: tuple[tuple[str, str], ...] = (),
    suggestions: str = "",
    name: str = "",
) -> TestRow:
    operators = [(str(choice), operator_words(choice, kind)) for choice in OPERATORS_OF[kind]]
    operator = test.operator if test.operator in dict(operators) else operators[0][0]
    options = [("true", _("Yes")), ("false", _("No"))] if kind == ValueKind.BOOLEAN else list(choices)
    values = [line for value in test.values for line in value.splitlines()] if options else test.values
    widget = _input(kind, operator, test.values, has_options=bool(options))
    if options:  # a choice that was removed since stays until someone takes it out of the condition
        options += [(value, value) for value in dict.fromkeys(values) if value and value not in dict(options)]
    if widget == "time":
        values = [f"{value}T00:00:00" if len(value) == 10 else value for value in values]
    count = {"none": 0}.get(widget, 2 if operator == Operator.BETWEEN else 1)
    shown = values if widget == "options" else [*values, "", ""][:count]
    return TestRow(prefix, label, operators, operator, widget, shown, options, suggestions, name)


def _input(kind: ValueKind, operator: str, values: list[str], *, has_options: bool) -> str:
    if operator in WITHOUT_VALUE:
        return "none"
    if has_options:
        return "options" if operator in OF_A_LIST else "option"
    if operator in OF_A_LIST:
        return "lines"
    if operator in RELATIVE:
        return "days"
    if kind == ValueKind.TIME:
        return "time" if any("T" in value for value in values) else "day"
    return "number" if kind == ValueKind.NUMBER else "text"
