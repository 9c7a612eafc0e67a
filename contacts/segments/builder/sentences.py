"""A condition as a sentence: "Attended any event whose name contains “roses” in the last 30 days"."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.segments.builder.draft import DraftCondition, DraftGroup, DraftNode, DraftTest
from contacts.segments.builder.times import shown
from contacts.segments.catalogue import Catalogue
from contacts.segments.registry import SegmentFilter, filters
from contacts.segments.value_tests import OF_A_LIST, RELATIVE, WITHOUT_VALUE, Operator, ValueKind

SHOWN = 3  # names or values of a list

OPERATORS = {
    Operator.EQUALS: gettext_lazy("is"),
    Operator.NOT_EQUALS: gettext_lazy("is not"),
    Operator.CONTAINS: gettext_lazy("contains"),
    Operator.NOT_CONTAINS: gettext_lazy("does not contain"),
    Operator.STARTS_WITH: gettext_lazy("starts with"),
    Operator.ENDS_WITH: gettext_lazy("ends with"),
    Operator.IN: gettext_lazy("is any of"),
    Operator.NOT_IN: gettext_lazy("is none of"),
    Operator.LESS: gettext_lazy("is less than"),
    Operator.AT_MOST: gettext_lazy("is at most"),
    Operator.MORE: gettext_lazy("is more than"),
    Operator.AT_LEAST: gettext_lazy("is at least"),
    Operator.BETWEEN: gettext_lazy("is between"),
    Operator.BEFORE: gettext_lazy("is before"),
    Operator.AFTER: gettext_lazy("is after"),
    Operator.LAST_DAYS: gettext_lazy("is in the last"),
    Operator.NEXT_DAYS: gettext_lazy("is in the next"),
    Operator.KNOWN: gettext_lazy("is known"),
    Operator.UNKNOWN: gettext_lazy("is not known"),
}
INCLUDES = {
    Operator.EQUALS: gettext_lazy("includes"),
    Operator.NOT_EQUALS: gettext_lazy("does not include"),
    Operator.IN: gettext_lazy("includes any of"),
    Operator.NOT_IN: gettext_lazy("includes none of"),
}
GROUPS = {
    "all": gettext_lazy("All of these are true"),
    "any": gettext_lazy("At least one of these is true"),
    "none": gettext_lazy("None of these is true"),
}


@dataclass
class Sentences:
    """`names` are of the rows that are picked, by picker and ID."""

    catalogue: Catalogue
    names: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def of(self, draft: DraftCondition) -> str:
        if draft.filter == "property":
            return self._of_property(draft)
        segment_filter = filters().get(draft.filter)
        if segment_filter is None:
            return _("New condition")
        label = str(segment_filter.labels[0 if draft.did else 1])
        measure = self._measure(segment_filter, draft)
        parts = [measure, self._picked(segment_filter, draft), *self._fields(segment_filter, draft)]
        return " ".join(part for part in (label, *parts) if part)

    def lines(self, node: DraftNode, level: int = 0) -> list[tuple[int, str]]:
        """The whole definition, line by line, each with how far it is set in."""
        if isinstance(node, DraftCondition):
            return [(level, self.of(node))]
        inner = [line for inner_node in node.nodes for line in self.lines(inner_node, level + 1)]
        return [(level, _group_words(node)), *inner]

    def _of_property(self, draft: DraftCondition) -> str:
        row = self.catalogue.properties.get(draft.property_name)
        if row is None:
            return _("New condition")
        return f"{row.label} {words_of_test(draft.test, row.kind, dict(row.choices))}"

    def _measure(self, segment_filter: SegmentFilter, draft: DraftCondition) -> str:
        phrases = {value: phrase for value, _label, phrase in segment_filter.measures}
        if draft.measure not in phrases:
            return ""
        return str(phrases[draft.measure]) % words_of_test(draft.test, ValueKind.NUMBER, bare=True)

    def _picked(self, segment_filter: SegmentFilter, draft: DraftCondition) -> str:
        phrases = []
        for picker in segment_filter.pickers:
            names = self.names.get(picker.name, {})
            picked = [names.get(key, f"#{key}") for key in draft.picks.get(picker.name, [])]
            if picked:
                phrases.append(str(picker.phrase) % either([f"“{name}”" for name in picked]))
        return " ".join(phrases) or str(segment_filter.anything)

    def _fields(self, segment_filter: SegmentFilter, draft: DraftCondition) -> list[str]:
        tested = [row for row in segment_filter.fields if row.name in draft.tests]
        return [str(row.phrase) % words_of_test(draft.tests[row.name], row.kind, bare=True) for row in tested]


def _group_words(group: DraftGroup) -> str:
    if group.nodes:
        return str(GROUPS[group.match])
    return _("No contact") if group.match == "any" else _("Every contact")


def operator_words(operator: Operator, kind: ValueKind) -> str:
    return str(INCLUDES.get(operator, "") if kind == ValueKind.CHOICES else "") or str(OPERATORS[operator])


def words_of_test(
    test: DraftTest, kind: ValueKind, choices: Mapping[str, str] | None = None, *, bare: bool = False
) -> str:
    """The operator with its value; `bare`: without "is" where another verb goes before it."""
    if test.operator not in set(Operator):
        return "…"
    operator = Operator(test.operator)
    if operator in RELATIVE:
        return _relative_words(operator, next(iter(test.values), ""), bare=bare)
    verb = operator_words(operator, kind)
    if bare and kind == ValueKind.TIME and operator in WITHOUT_VALUE:
        return _("at a known time") if operator == Operator.KNOWN else _("at a time that is not known")
    if bare and kind in (ValueKind.NUMBER, ValueKind.TIME):
        verb = verb.removeprefix("is ")
    values = _values(test, operator)
    texts = [_value_words(value, kind, choices or {}) for value in values]
    if operator == Operator.BETWEEN:
        texts = [_("%(first)s and %(last)s") % {"first": texts[0], "last": texts[1]}]
    elif operator in OF_A_LIST:
        texts = [either(texts)] if texts else ["…"]
    return " ".join([verb, *texts])


def _values(test: DraftTest, operator: Operator) -> list[str]:
    if operator in OF_A_LIST:
        return [line.strip() for value in test.values for line in value.splitlines() if line.strip()]
    needed = {Operator.KNOWN: 0, Operator.UNKNOWN: 0, Operator.BETWEEN: 2}.get(operator, 1)
    return [*test.values, "", ""][:needed]


def _relative_words(operator: Operator, days: str, *, bare: bool) -> str:
    number = int(days) if days.isdecimal() else 2
    if operator == Operator.LAST_DAYS:
        text = ngettext("in the last %(days)s day", "in the last %(days)s days", number)
    else:
        text = ngettext("in the next %(days)s day", "in the next %(days)s days", number)
    phrase = text % {"days": days or "…"}
    return phrase if bare else _("is %s") % phrase


def _value_words(value: str, kind: ValueKind, choices: Mapping[str, str]) -> str:
    if not value:
        return "…"
    if kind == ValueKind.TIME:
        return shown(value)
    if kind == ValueKind.BOOLEAN:
        return {"true": _("yes"), "false": _("no")}.get(value, value)
    return value if kind == ValueKind.NUMBER else f"“{choices.get(value, value)}”"


def either(names: list[str]) -> str:
    """“A”, “B” or “C”; of many the first, and how many more."""
    if len(names) > SHOWN:
        return _("%(first)s or %(count)d others") % {"first": ", ".join(names[:2]), "count": len(names) - 2}
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
