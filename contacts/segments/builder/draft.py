"""A definition while someone edits it: all values as they were typed, nothing required.

The form holds the whole draft, so that the server keeps nothing between two clicks. Field names are the path
of the node and the key: `r.0.1.value` is a value of the second node in the first group of the root.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import QueryDict

ROOT = "r"
MATCHES = ("all", "any", "none")
_NUMBERS = {str(number) for number in range(1000)}  # of nodes in a group
MOST_DEEP = 30  # parts of a name


@dataclass
class DraftTest:
    operator: str = ""
    values: list[str] = field(default_factory=list)


@dataclass
class DraftCondition:
    """`what` is a filter's name, with "!" behind it for "did not", or `property:NAME`."""

    what: str = ""
    measure: str = ""
    test: DraftTest = field(default_factory=DraftTest)
    picks: dict[str, list[int]] = field(default_factory=dict)
    tests: dict[str, DraftTest] = field(default_factory=dict)
    searches: dict[str, str] = field(default_factory=dict)
    """What was typed into a picker and could not be found."""
    node: str = "condition"

    @property
    def filter(self) -> str:
        return self.what.partition(":")[0].removesuffix("!")

    @property
    def property_name(self) -> str:
        return self.what.partition(":")[2]

    @property
    def did(self) -> bool:
        return not self.what.endswith("!")


@dataclass
class DraftGroup:
    match: str = "all"
    nodes: "list[DraftGroup | DraftCondition]" = field(default_factory=list)
    node: str = "group"


type DraftNode = DraftGroup | DraftCondition


def walk(node: DraftNode, path: str = ROOT) -> Iterator[tuple[str, DraftNode]]:
    """Each node with its path, the outer before the inner."""
    yield path, node
    if isinstance(node, DraftGroup):
        for number, inner in enumerate(node.nodes):
            yield from walk(inner, f"{path}.{number}")


def node_at(root: DraftGroup, path: str) -> DraftNode | None:
    return dict(walk(root)).get(path)


def remove_at(root: DraftGroup, path: str) -> None:
    parent, _dot, number = path.rpartition(".")
    group = node_at(root, parent)
    if isinstance(group, DraftGroup) and number.isdecimal() and int(number) < len(group.nodes):
        del group.nodes[int(number)]


def from_form(data: QueryDict) -> DraftGroup:
    """The draft that a form was sent with; an empty one for a form without."""
    tree: dict[str, Any] = {}
    for name in data:
        if name.startswith(f"{ROOT}."):
            *path, key = name.split(".")[:MOST_DEEP]
            inner = tree
            for part in path:
                inner = inner.setdefault(part, {})
                if not isinstance(inner, dict):
                    break
            else:
                inner[key] = data.getlist(name)
    root = _node(tree.get(ROOT, {}))
    return root if isinstance(root, DraftGroup) else DraftGroup()


def _node(fields: dict[str, Any]) -> DraftNode:
    if "match" in fields:
        numbers = sorted(int(key) for key in fields if key in _NUMBERS)
        match = _first(fields, "match")
        nodes = [_node(fields[str(number)]) for number in numbers if isinstance(fields[str(number)], dict)]
        return DraftGroup(match if match in MATCHES else "all", nodes)
    return DraftCondition(
        what=_first(fields, "what"),
        measure=_first(fields, "measure"),
        test=_test(fields),
        picks={name: _ids(values) for name, values in _inner(fields, "pick").items()},
        tests={
            name: _test(inner) for name, inner in _inner(fields, "test").items() if isinstance(inner, dict)
        },
        searches={name: values[0] for name, values in _inner(fields, "search").items() if values[0]},
    )


def _test(fields: dict[str, Any]) -> DraftTest:
    values = fields.get("value", [])
    return DraftTest(_first(fields, "operator"), values if isinstance(values, list) else [])


def _inner(fields: dict[str, Any], key: str) -> dict[str, Any]:
    inner = fields.get(key, {})
    return inner if isinstance(inner, dict) else {}


def _first(fields: dict[str, Any], key: str) -> str:
    values = fields.get(key)
    return values[0] if isinstance(values, list) else ""


def _ids(values: Any) -> list[int]:
    return [int(value) for value in values if isinstance(value, str) and value.isdecimal()][:1000]


def dump(root: DraftGroup) -> str:
    return msgspec.json.encode(root).decode()


def load(text: str) -> DraftGroup | None:
    """A draft that was dumped; None for what is none."""
    try:
        raw = msgspec.json.decode(text)
        node = _loaded(raw)
    except (msgspec.MsgspecError, TypeError, KeyError, ValueError, RecursionError):
        return None
    return node if isinstance(node, DraftGroup) else None


def _loaded(raw: dict[str, Any]) -> DraftNode:
    if raw["node"] == "group":
        return DraftGroup(raw["match"], [_loaded(inner) for inner in raw["nodes"]])
    return msgspec.convert(raw, DraftCondition)
