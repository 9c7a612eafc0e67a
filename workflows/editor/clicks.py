"""What each click of the editor does to a draft. A button is an action and what it is about: "up@wait_2"."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from workflows.definition.parsing import MOST_BRANCHES
from workflows.definition.tree import BRANCH
from workflows.editor import draft as edits
from workflows.editor.controls import read_controls
from workflows.registry import actions, triggers


@dataclass
class Edit:
    """A draft that may be changed, what was sent, and what is shown beside the path afterwards."""

    draft: edits.Draft
    data: QueryDict
    show: str = ""


def apply_click(change: Edit, button: str) -> bool:
    """Whether the click meant something."""
    action, *about = button.split("@")
    apply = _CLICKS.get(action)
    return apply is not None and apply(change, *about, *[""] * 3)


def _add(change: Edit, into: str, index: str, action: str, *_rest: str) -> bool:
    if action not in actions():
        return False
    step_id = edits.insert_step(change.draft, into, whole(index), action)
    change.show = f"step@{step_id}"
    return step_id is not None


def _save_step(change: Edit, step_id: str, *_rest: str) -> bool:
    step, data = edits.step_of(change.draft, step_id), change.data
    kind = actions().get(step["action"]) if step else None
    if step is None or kind is None:
        return False
    _set(step, "name", data.get("name", "").strip())
    if step["action"] != BRANCH:
        step["arguments"] = read_controls(kind.fields, data, step.get("arguments", {}))
        _set(step, "on_problem", "continue" if data.get("on_problem") == "continue" else "")
    for branch in step.get("branches", []):
        _set(branch, "name", data.get(f"branch.{branch['id']}", "").strip())
    change.show = f"step@{step_id}"
    return True


def _set(step: dict[str, Any], key: str, value: str) -> None:
    """Keys with their default are left out."""
    step.pop(key, None)
    if value:
        step[key] = value


def _move(by: int) -> "Click":
    def move(change: Edit, step_id: str, *_rest: str) -> bool:
        edits.move_step(change.draft, step_id, by)
        change.show = f"step@{step_id}"
        return True

    return move


def _move_to(change: Edit, step_id: str, *_rest: str) -> bool:
    """The place is "LIST@INDEX", as `places_for` has them."""
    into, _at, index = change.data.get("place", "").rpartition("@")
    edits.move_step_to(change.draft, step_id, into, whole(index))
    change.show = f"step@{step_id}"
    return True


def _duplicate(change: Edit, step_id: str, *_rest: str) -> bool:
    copy = edits.duplicate_step(change.draft, step_id)
    change.show = f"step@{copy}"
    return copy is not None


def _remove(change: Edit, step_id: str, *_rest: str) -> bool:
    edits.remove_step(change.draft, step_id)
    return True


def _add_branch(change: Edit, step_id: str, *_rest: str) -> bool:
    step = edits.step_of(change.draft, step_id)
    if step is None or len(step.get("branches", [])) >= MOST_BRANCHES:
        return False
    change.show = f"step@{step_id}"
    return edits.add_branch(change.draft, step_id) is not None


def _remove_branch(change: Edit, step_id: str, branch_id: str, *_rest: str) -> bool:
    edits.remove_branch(change.draft, step_id, branch_id)
    change.show = f"step@{step_id}"
    return True


def _move_branch(change: Edit, step_id: str, branch_id: str, *_rest: str) -> bool:
    edits.move_branch(change.draft, step_id, branch_id, -1)
    change.show = f"step@{step_id}"
    return True


def _add_trigger(change: Edit, key: str, *_rest: str) -> bool:
    if key not in triggers():
        return False
    change.draft["triggers"].append({"trigger": key, "arguments": {}})
    change.show = f"trigger@{len(change.draft['triggers']) - 1}"
    return True


def _save_trigger(change: Edit, number: str, *_rest: str) -> bool:
    use = trigger_at(change.draft, number)
    kind = triggers().get(use["trigger"]) if use else None
    if use is None or kind is None:
        return False
    use["arguments"] = read_controls(kind.fields, change.data, use.get("arguments", {}))
    change.show = f"trigger@{number}"
    return True


def _remove_trigger(change: Edit, number: str, *_rest: str) -> bool:
    use = trigger_at(change.draft, number)
    if use:
        change.draft["triggers"].remove(use)
    return use is not None


def trigger_at(draft: edits.Draft, number: str) -> dict[str, Any] | None:
    index = whole(number)
    uses: list[dict[str, Any]] = draft["triggers"]
    return uses[index] if 0 <= index < len(uses) else None


def _save_rules(change: Edit, *_rest: str) -> bool:
    data = change.data
    rules: dict[str, Any] = dict(change.draft.get("enrolment", {}))
    rules["again"] = data.get("again", "never")
    rules.pop("days", None)
    if rules["again"] == "after_days":
        days = data.get("days", "").strip()
        rules["days"] = int(days) if days.isascii() and days.isdecimal() and len(days) < 7 else days
    rules["suppress"] = [whole(key) for key in data.getlist("suppress") if whole(key)]
    if not rules["suppress"]:
        del rules["suppress"]
    rules["existing"] = data.get("existing") == "on"
    change.draft["enrolment"] = rules
    change.show = "rules"
    return True


def _clear_only(change: Edit, *_rest: str) -> bool:
    rules = dict(change.draft.get("enrolment", {}))
    rules.pop("only", None)
    change.draft["enrolment"] = rules
    change.show = "rules"
    return True


type Click = Callable[..., bool]
_CLICKS: dict[str, Click] = {
    "add": _add,
    "save-step": _save_step,
    "up": _move(-1),
    "down": _move(1),
    "move": _move_to,
    "duplicate": _duplicate,
    "remove": _remove,
    "add-branch": _add_branch,
    "remove-branch": _remove_branch,
    "branch-up": _move_branch,
    "add-trigger": _add_trigger,
    "save-trigger": _save_trigger,
    "remove-trigger": _remove_trigger,
    "save-rules": _save_rules,
    "clear-only": _clear_only,
}


def whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
