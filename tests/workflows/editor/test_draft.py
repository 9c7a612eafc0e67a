"""Edits of a draft: whatever is done, it stays a tree of steps with different IDs."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workflows.editor import draft as edits

ACTIONS = ("wait", "add_to_webinar", "branch", "end")


def ids_of(draft: dict[str, Any]) -> list[str]:
    steps = [step for _name, steps in edits.lists_of(draft) for step in steps]
    return [step["id"] for step in steps] + [row["id"] for step in steps for row in step.get("branches", [])]


def empty() -> dict[str, Any]:
    return {"version": 1, "triggers": [], "steps": []}


@given(st.data())
def test_whatever_is_clicked_the_ids_stay_different_and_the_draft_drawable(data: st.DataObject) -> None:
    draft = empty()
    for _click in range(data.draw(st.integers(1, 12))):
        click(draft, data)
    ids = ids_of(draft)
    assert len(ids) == len(set(ids))
    assert edits.is_drawable(draft)


def click(draft: dict[str, Any], data: st.DataObject) -> None:
    steps = [step for _name, steps in edits.lists_of(draft) for step in steps]
    lists = [name for name, _steps in edits.lists_of(draft)]
    kinds = ["insert", *(["move", "place", "duplicate", "remove", "branch"] if steps else [])]
    match data.draw(st.sampled_from(kinds)):
        case "insert":
            action = data.draw(st.sampled_from(ACTIONS))
            edits.insert_step(draft, data.draw(st.sampled_from(lists)), data.draw(st.integers(0, 5)), action)
        case "move":
            edits.move_step(
                draft, data.draw(st.sampled_from(steps))["id"], data.draw(st.sampled_from([1, -1]))
            )
        case "place":
            step_id = data.draw(st.sampled_from(steps))["id"]
            if places := edits.places_for(draft, step_id):
                into, index, before = data.draw(st.sampled_from(places))
                edits.move_step_to(draft, step_id, into, index)
                there = [step["id"] for step in dict(edits.lists_of(draft))[into]]
                assert there[index] == step_id
                assert there[index - 1] == before if before else index == 0
        case "duplicate" if len(steps) < 20:
            edits.duplicate_step(draft, data.draw(st.sampled_from(steps))["id"])
        case "remove":
            edits.remove_step(draft, data.draw(st.sampled_from(steps))["id"])
        case "branch":
            edits.add_branch(draft, data.draw(st.sampled_from(steps))["id"])


def test_a_copy_of_a_branch_tests_its_own_steps() -> None:
    draft = empty()
    outer = edits.insert_step(draft, "", 0, "branch") or ""
    branch = edits.step_of(draft, outer)["branches"][0]["id"]  # type: ignore[index]
    asked = edits.insert_step(draft, f"{outer}.{branch}", 0, "webhook")
    inner = edits.insert_step(draft, f"{outer}.{branch}", 1, "branch") or ""
    edits.step_of(draft, inner)["branches"][0]["results"] = [{"step": asked, "outcome": ["sent"]}]  # type: ignore[index]
    copy = edits.step_of(draft, edits.duplicate_step(draft, outer) or "")
    assert copy is not None
    first, second = copy["branches"][0]["steps"]
    assert first["id"] != asked
    assert second["branches"][0]["results"] == [{"step": first["id"], "outcome": ["sent"]}]


def test_what_is_not_there_changes_nothing() -> None:
    draft = empty()
    edits.insert_step(draft, "", 0, "wait")
    before = deepcopy(draft)
    assert edits.insert_step(draft, "gone.yes", 0, "wait") is None
    assert edits.duplicate_step(draft, "gone") is None
    edits.move_step(draft, "gone", 1)
    edits.move_step(draft, "wait", -1)
    edits.remove_step(draft, "gone")
    edits.remove_branch(draft, "gone", "yes")
    assert draft == before
