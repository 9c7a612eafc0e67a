"""Between a draft, as people type it, and a definition, as it is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contacts.segments.builder.draft import ROOT, DraftCondition, DraftGroup, DraftNode, DraftTest
from contacts.segments.builder.times import from_field, to_field
from contacts.segments.catalogue import Catalogue
from contacts.segments.parsing import VERSION
from contacts.segments.registry import SegmentFilter, filters
from contacts.segments.value_tests import OF_A_LIST, RELATIVE, WITHOUT_VALUE, Operator, ValueKind


@dataclass
class Converter:
    """`paths` lead from each place of the definition to the node of the draft that it comes from."""

    catalogue: Catalogue
    paths: dict[str, str] = field(default_factory=dict)

    def definition(self, root: DraftGroup) -> dict[str, Any]:
        return {"version": VERSION, "where": self._node(root, ROOT, "where")}

    def _node(self, node: DraftNode, path: str, place: str) -> dict[str, Any]:
        self.paths[place] = path
        if isinstance(node, DraftCondition):
            return self._condition(node)
        key = "all" if node.match == "all" else "any"
        outer = f"{place}.not.{key}" if node.match == "none" else f"{place}.{key}"
        nodes = [
            self._node(inner, f"{path}.{number}", f"{outer}[{number}]")
            for number, inner in enumerate(node.nodes)
        ]
        return {"not": {key: nodes}} if node.match == "none" else {key: nodes}

    def _condition(self, draft: DraftCondition) -> dict[str, Any]:
        segment_filter = filters().get(draft.filter)
        if segment_filter is None:
            return {}
        condition: dict[str, Any] = {"filter": draft.filter}
        if draft.filter == "property":
            row = self.catalogue.properties.get(draft.property_name)
            kind = row.kind if row else ValueKind.TEXT
            return condition | {"property": draft.property_name, **_as_test(draft.test, kind)}
        if not draft.did:
            condition["did"] = False
        if draft.filter == "segment":
            return condition | {"id": next(iter(draft.picks.get("id", [])), None)}
        if segment_filter.measures:
            condition |= {"measure": draft.measure, **_as_test(draft.test, ValueKind.NUMBER)}
        return condition | _inner(segment_filter, draft)


def _inner(segment_filter: SegmentFilter, draft: DraftCondition) -> dict[str, Any]:
    kinds = {row.name: row.kind for row in segment_filter.fields}
    inner: dict[str, Any] = dict(draft.picks)
    inner |= {name: _as_test(test, kinds[name]) for name, test in draft.tests.items() if name in kinds}
    return {segment_filter.nested: inner} if segment_filter.nested else inner


def _as_test(test: DraftTest, kind: ValueKind) -> dict[str, Any]:
    operator = test.operator
    if operator in WITHOUT_VALUE:
        return {"is": operator}
    read: Callable[[str], Any] = _READERS.get(kind, str)
    if operator in RELATIVE:
        read = _as_number
    if operator in OF_A_LIST:
        values = [line.strip() for value in test.values for line in value.splitlines()]
        return {"is": operator, "value": [read(value) for value in values if value]}
    if operator == Operator.BETWEEN:
        return {"is": operator, "value": [read(value) for value in (*test.values, "", "")[:2]]}
    return {"is": operator, "value": read(next(iter(test.values), ""))}


def _as_number(text: str) -> float | str:
    """What is no number stays as it was typed, and is refused in words."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _as_boolean(text: str) -> bool | str:
    return {"true": True, "false": False}.get(text, text)


_READERS: Mapping[ValueKind, Callable[[str], Any]] = {
    ValueKind.NUMBER: _as_number,
    ValueKind.BOOLEAN: _as_boolean,
    ValueKind.TIME: from_field,
}


@dataclass(frozen=True)
class Drafter:
    """The draft of a definition that was read without a mistake."""

    catalogue: Catalogue

    def draft(self, definition: Mapping[str, Any]) -> DraftGroup:
        node = self._node(definition["where"])
        return node if isinstance(node, DraftGroup) else DraftGroup("all", [node])

    def _node(self, node: Mapping[str, Any]) -> DraftNode:
        if "not" in node:
            inner = node["not"]
            nodes = inner.get("any", [inner])
            return DraftGroup("none", [self._node(child) for child in nodes])
        for match in ("all", "any"):
            if match in node:
                return DraftGroup(match, [self._node(inner) for inner in node[match]])
        return self._condition(node)

    def _condition(self, node: Mapping[str, Any]) -> DraftCondition:
        name = node["filter"]
        if name == "property":
            row = self.catalogue.properties.get(node["property"])
            test = _draft_test(node, row.kind if row else ValueKind.TEXT)
            return DraftCondition(f"property:{node['property']}", test=test)
        draft = DraftCondition(name if node.get("did", True) else f"{name}!", measure=node.get("measure", ""))
        if name == "segment":
            draft.picks = {"id": [node["id"]]}
            return draft
        if "is" in node:
            draft.test = _draft_test(node, ValueKind.NUMBER)
        segment_filter = filters()[name]
        inner = node.get(segment_filter.nested, {}) if segment_filter.nested else node
        fields = [row for row in segment_filter.fields if row.name in inner]
        draft.tests = {row.name: _draft_test(inner[row.name], row.kind) for row in fields}
        pickers = [picker.name for picker in segment_filter.pickers if picker.name in inner]
        draft.picks = {picker: [_as_id(value) for value in inner[picker]] for picker in pickers}
        return draft


def _draft_test(test: Mapping[str, Any], kind: ValueKind) -> DraftTest:
    operator, value = test["is"], test.get("value")
    values = value if isinstance(value, list) else [] if value is None else [value]
    as_text = to_field if kind == ValueKind.TIME and operator not in RELATIVE else _as_text
    texts = [as_text(single) for single in values]
    is_list = operator in OF_A_LIST
    return DraftTest(operator, ["\n".join(texts)] if is_list and texts else texts)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_id(value: Any) -> int:
    return value if isinstance(value, int) else int(value.replace(" ", "").replace("-", ""))
