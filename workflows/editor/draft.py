"""Edits of a draft, which is JSON and may be incomplete. Each changes the draft in place.

A list of steps is named by the branch that it belongs to, "STEP.BRANCH", the else branch by "STEP.", and the
outermost one by "". A step is named by its ID.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from workflows.definition.tree import BRANCH

type Draft = dict[str, Any]
type RawStep = dict[str, Any]

MOST_ID = 36  # characters, before a number is added


def is_drawable(draft: Draft) -> bool:
    """Whether it has the shape that the editor can show: another program may have written it."""
    triggers, steps = draft.get("triggers"), draft.get("steps")
    if not isinstance(triggers, list) or not isinstance(draft.get("enrolment", {}), dict):
        return False
    return all(_is_trigger(use) for use in triggers) and _are_steps(steps)


def _is_trigger(use: Any) -> bool:
    has_key = isinstance(use, dict) and isinstance(use.get("trigger"), str)
    return has_key and isinstance(use.get("arguments", {}), dict)


def _are_steps(steps: Any) -> bool:
    return isinstance(steps, list) and all(map(_is_step, steps))


def _is_step(step: Any) -> bool:
    if not isinstance(step, dict) or not all(isinstance(step.get(key), str) for key in ("id", "action")):
        return False
    if step["action"] != BRANCH:
        return isinstance(step.get("arguments", {}), dict)
    branches = step.get("branches", [])
    return isinstance(branches, list) and all(map(_is_branch, branches)) and _are_steps(step.get("else", []))


def _is_branch(branch: Any) -> bool:
    has_id = isinstance(branch, dict) and isinstance(branch.get("id"), str)
    return has_id and _are_steps(branch.get("steps", []))


def lists_of(draft: Draft) -> Iterator[tuple[str, list[RawStep]]]:
    """Each list of steps with its name, the outer before the inner."""
    yield from _lists("", draft["steps"])


def _lists(name: str, steps: list[RawStep]) -> Iterator[tuple[str, list[RawStep]]]:
    yield name, steps
    for step in steps:
        if step["action"] == BRANCH:
            for branch in step.setdefault("branches", []):
                yield from _lists(f"{step['id']}.{branch['id']}", branch.setdefault("steps", []))
            yield from _lists(f"{step['id']}.", step.setdefault("else", []))


def step_of(draft: Draft, step_id: str) -> RawStep | None:
    place = _find(draft, step_id)
    return place[0][place[1]] if place else None


def branch_of(draft: Draft, step_id: str, branch_id: str) -> dict[str, Any] | None:
    step = step_of(draft, step_id)
    branches = step.get("branches", []) if step else []
    return next((branch for branch in branches if branch["id"] == branch_id), None)


def _find(draft: Draft, step_id: str) -> tuple[list[RawStep], int] | None:
    for _name, steps in lists_of(draft):
        for index, step in enumerate(steps):
            if step["id"] == step_id:
                return steps, index
    return None


def insert_step(draft: Draft, into: str, index: int, action: str) -> str | None:
    """The new step's ID; None where there is no such list."""
    steps = dict(lists_of(draft)).get(into)
    if steps is None:
        return None
    step: RawStep = {"id": _new_id(draft, action), "action": action}
    steps.insert(max(0, min(index, len(steps))), step)
    if action == BRANCH:
        step |= {"branches": [], "else": []}
        add_branch(draft, step["id"])
    else:
        step["arguments"] = {}
    return str(step["id"])


def add_branch(draft: Draft, step_id: str) -> str | None:
    step = step_of(draft, step_id)
    if step is None or step["action"] != BRANCH:
        return None
    branch = {"id": _new_id(draft, f"{step_id}_branch"), "where": {"all": []}, "steps": []}
    step.setdefault("branches", []).append(branch)
    return str(branch["id"])


def remove_branch(draft: Draft, step_id: str, branch_id: str) -> None:
    step = step_of(draft, step_id)
    if step:
        step["branches"] = [branch for branch in step.get("branches", []) if branch["id"] != branch_id]


def move_branch(draft: Draft, step_id: str, branch_id: str, by: int) -> None:
    step = step_of(draft, step_id)
    branches = step.get("branches", []) if step else []
    index = next((number for number, branch in enumerate(branches) if branch["id"] == branch_id), None)
    if index is not None and 0 <= index + by < len(branches):
        branches[index], branches[index + by] = branches[index + by], branches[index]


def remove_step(draft: Draft, step_id: str) -> None:
    place = _find(draft, step_id)
    if place:
        del place[0][place[1]]


def move_step(draft: Draft, step_id: str, by: int) -> None:
    """Among the steps of its own list. At an end it stays."""
    place = _find(draft, step_id)
    if place and 0 <= place[1] + by < len(place[0]):
        steps, index = place
        steps[index], steps[index + by] = steps[index + by], steps[index]


def move_step_to(draft: Draft, step_id: str, into: str, index: int) -> None:
    """Into another list, or to another place in its own. `index` counts the steps without this one."""
    place, target = _find(draft, step_id), dict(lists_of(draft)).get(into)
    if place is None or target is None or into in _inside(place[0][place[1]]):
        return
    step = place[0].pop(place[1])
    target.insert(max(0, min(index, len(target))), step)


def places_for(draft: Draft, step_id: str) -> list[tuple[str, int, str]]:
    """Where else the step may stand: the list, the index there, the ID of the step before ("" for none)."""
    place = _find(draft, step_id)
    if place is None:
        return []
    own = place[0][place[1]]
    places = []
    for name, steps in lists_of(draft):
        if name in _inside(own):
            continue
        others = [step for step in steps if step is not own]
        here = place[1] if steps is place[0] else None
        before = ["", *(step["id"] for step in others)]
        places += [(name, index, step) for index, step in enumerate(before) if index != here]
    return places


def _inside(step: RawStep) -> set[str]:
    """The names of the lists in a step."""
    return {name for name, _steps in _lists("", [step]) if name}


def duplicate_step(draft: Draft, step_id: str) -> str | None:
    """A copy behind the step, with new IDs for all that is in it."""
    place = _find(draft, step_id)
    if place is None:
        return None
    steps, index = place
    copy = deepcopy(steps[index])
    steps.insert(index + 1, copy)
    renamed: dict[str, str] = {}
    for step in [copy, *(step for _name, inner in _lists("", copy_steps(copy)) for step in inner)]:
        old, step["id"] = step["id"], ""
        step["id"] = renamed[old] = _new_id(draft, step["action"])
        for branch in step.get("branches", []):
            branch["id"] = ""
            branch["id"] = _new_id(draft, f"{step['id']}_branch")
            for test in branch.get("results", []):
                test["step"] = renamed.get(test.get("step"), test.get("step"))
    return str(copy["id"])


def copy_steps(step: RawStep) -> list[RawStep]:
    """The steps directly inside a branch step."""
    inner = [inner_step for branch in step.get("branches", []) for inner_step in branch.get("steps", [])]
    return [*inner, *step.get("else", [])]


def _new_id(draft: Draft, base: str) -> str:
    taken = set()
    for _name, steps in lists_of(draft):
        for step in steps:
            taken |= {step["id"], *(branch["id"] for branch in step.get("branches", []))}
    base = re.sub(r"[^A-Za-z0-9_-]", "_", base)[:MOST_ID]
    number = 1
    while (name := base if number == 1 else f"{base}_{number}") in taken:
        number += 1
    return name
