"""What differs between two definitions, so that a person can read it.

Compare canonical forms (`write_definition`): then the same in other words is no difference.
"""

import json
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from contacts.segments.catalogue import Catalogue
from workflows.editor.draft import Draft, lists_of
from workflows.editor.drawing import draw

type Difference = tuple[str, str]
"""Added, removed or changed, with the sentence of the part."""


def differences(before: Draft, after: Draft, known: Catalogue) -> list[Difference]:
    old, new = _sentences(before, known), _sentences(after, known)
    changes = [("removed", sentence) for key, (sentence, _raw) in old.items() if key not in new]
    changes += [("added", sentence) for key, (sentence, _raw) in new.items() if key not in old]
    changes += [
        ("changed", sentence) for key, (sentence, raw) in new.items() if key in old and old[key][1] != raw
    ]
    return changes


def _sentences(draft: Draft, known: Catalogue) -> dict[str, tuple[str, str]]:
    """Each part by its key: its sentence, and its content as JSON without the steps inside it."""
    drawing = draw(deepcopy(draft), known)
    parts = {
        f"trigger {trigger.sentence}": (trigger.sentence, trigger.sentence) for trigger in drawing.triggers
    }
    rules = json.dumps(draft.get("enrolment", {}), sort_keys=True)
    parts["enrolment"] = (_("Who is enrolled"), rules)
    raw = {step["id"]: step for _name, steps in lists_of(draft) for step in steps}
    for step in drawing.path.walk():
        parts[f"step {step.id}"] = (step.sentence, json.dumps(_own(raw[step.id]), sort_keys=True))
    return parts


def _own(step: dict[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in step.items() if key not in ("branches", "else")}
    kept = ("id", "name", "where", "results")
    own["branches"] = [
        {key: branch[key] for key in kept if key in branch} for branch in step.get("branches", [])
    ]
    own["inside"] = [
        [inner["id"] for inner in branch.get("steps", [])] for branch in step.get("branches", [])
    ]
    return own
