"""What each button of the builder does to a draft."""

import re
from collections.abc import Mapping

from contacts.segments.builder.draft import (
    DraftCondition,
    DraftGroup,
    DraftNode,
    DraftTest,
    node_at,
    remove_at,
    walk,
)
from contacts.segments.catalogue import Catalogue
from contacts.segments.registry import Picker, filters
from contacts.segments.value_tests import OPERATORS, Operator, ValueKind

_PICKED = re.compile(r"#(\d+)\s*$")


def apply_button(root: DraftGroup, button: str) -> None:
    """`button` is the action, then the path of the node and what else it takes, parted by "@"."""
    action, path, *arguments = (*button.split("@"), "")
    node = node_at(root, path)
    match action, node, arguments:
        case "add", DraftGroup(), _:
            node.nodes.append(DraftCondition())
        case "group", DraftGroup(), _:
            node.nodes.append(DraftGroup("any", [DraftCondition()]))
        case "remove", _, _:
            remove_at(root, path)
        case "drop", DraftCondition(), [name, *_]:
            node.tests.pop(name, None)
        case "unpick", DraftCondition(), [name, key, *_]:
            rest = [picked for picked in node.picks.pop(name, []) if str(picked) != key]
            node.picks |= {name: rest} if rest else {}


def settle(root: DraftGroup, catalogue: Catalogue, added: Mapping[str, str], typing: str = "") -> None:
    """Fill in what has only one sensible value, take off what another choice has made void, and pick what
    was typed. `added` are tests to be added, by the path of their condition. `typing` names the search that
    someone is still at: a part of a name is left as it is, even if only one matches, for more may follow."""
    for path, node in walk(root):
        if isinstance(node, DraftCondition):
            _settle(node, catalogue, added.get(path, ""))
            _pick_searched(node, typing.removeprefix(f"{path}.search."))


def _settle(draft: DraftCondition, catalogue: Catalogue, added: str) -> None:
    segment_filter = filters().get(draft.filter)
    fields = {row.name: row.kind for row in segment_filter.fields} if segment_filter else {}
    pickers = _pickers_of(draft)
    if added in fields:
        draft.tests.setdefault(added, DraftTest())
    draft.tests = {name: test for name, test in draft.tests.items() if name in fields}
    draft.picks = {name: keys for name, keys in draft.picks.items() if name in pickers}
    for name, test in draft.tests.items():
        _settle_test(test, fields[name])
    if row := catalogue.properties.get(draft.property_name):
        _settle_test(draft.test, row.kind)
    elif segment_filter and segment_filter.measures:
        _settle_test(draft.test, ValueKind.NUMBER, Operator.AT_LEAST)
        known = [value for value, _label, _phrase in segment_filter.measures]
        draft.measure = draft.measure if draft.measure in known else known[0]


def _pick_searched(draft: DraftCondition, typing: str) -> None:
    pickers = _pickers_of(draft)
    for name, text in list(draft.searches.items()):
        if name not in pickers or _pick(draft, pickers[name], text, is_typing=name == typing):
            del draft.searches[name]


def _pickers_of(draft: DraftCondition) -> dict[str, Picker]:
    segment_filter = filters().get(draft.filter)
    return {picker.name: picker for picker in segment_filter.pickers} if segment_filter else {}


def _settle_test(test: DraftTest, kind: ValueKind, default: Operator | None = None) -> None:
    if not any(test.values):
        test.values = []
    if test.operator not in OPERATORS[kind]:
        first = Operator.LAST_DAYS if kind == ValueKind.TIME else OPERATORS[kind][0]
        test.operator = default or first


def _pick(draft: DraftCondition, picker: Picker, text: str, *, is_typing: bool) -> bool:
    """Whether the text is one row: an option of the list, or the only one that matches."""
    named = _PICKED.search(text)
    if is_typing and not named:
        return False
    keys = [int(named[1])] if named else [key for key, _name in picker.search(text.strip())]
    if len(keys) != 1 or not picker.names(keys):
        return False
    picked = draft.picks.setdefault(picker.name, [])
    if keys[0] not in picked:
        picked.append(keys[0])
    return True


def picked_names(root: DraftNode) -> dict[str, Mapping[int, str]]:
    """The names of all that is picked, by picker and ID. One query for each picker."""
    keys: dict[str, set[int]] = {}
    pickers: dict[str, Picker] = {}
    for _path, node in walk(root):
        if isinstance(node, DraftCondition) and (segment_filter := filters().get(node.filter)):
            for picker in segment_filter.pickers:
                pickers[picker.name] = picker
                keys.setdefault(picker.name, set()).update(node.picks.get(picker.name, []))
    return {name: pickers[name].names(sorted(ids)) for name, ids in keys.items() if ids}
