"""Each trigger and each action in the editor: where it is found, its form, and what saving the form makes."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from contacts.segments.members import catalogue
from tests.support.forms import fields_of_form
from tests.workflows.definition.examples import everything, trigger, workflow
from tests.workflows.views.editor import Editor
from workflows.actions import create_workflow
from workflows.definition.parsing import read_definition
from workflows.definition.tree import BRANCH
from workflows.definition.writing import write_definition
from workflows.editor.draft import lists_of
from workflows.registry import GROUPS, REPEATS, Action, Trigger, actions, triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(charlie_client: Client) -> Editor:
    return Editor(charlie_client, create_workflow("Follow-up"))


def groups_in(page: str) -> dict[str, list[str]]:
    """The choices beside the path, by their group."""
    parts = re.split(r'<h3 class="workflow-group">(.*?)</h3>', page)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {group: re.findall(r'@(\w+)">', choices) for group, choices in pairs}


def grouped(kinds: dict[str, Action] | dict[str, Trigger]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind in kinds.values():
        found.setdefault(str(GROUPS[kind.group]), []).append(kind.key)
    return found


def test_every_action_and_every_trigger_is_found_in_its_group(editor: Editor):
    assert groups_in(editor.show("add@@0")) == grouped(actions())
    assert groups_in(editor.show("add-trigger")) == grouped(triggers())


def test_every_action_has_a_form_with_all_its_fields_and_says_what_a_repeat_does_outside(editor: Editor):
    for key, action in actions().items():
        page = editor.click(f"add@@0@{key}")
        assert escape(str(action.label)) in page
        assert str(REPEATS[action.repeat]) in page
        for field in action.fields:
            assert re.search(rf'name="{field.name}[."]', page), (key, field.name)


def test_every_trigger_has_a_form_with_all_its_fields(editor: Editor):
    for number, (key, kind) in enumerate(triggers().items()):
        page = editor.click(f"add-trigger@{key}")
        assert f"remove-trigger@{number}" in page
        for field in kind.fields:
            assert re.search(rf'name="{field.name}[."]', page), (key, field.name)


def test_saving_a_form_as_it_is_changes_nothing(charlie_client: Client):
    """Of every action and of every trigger with a form, with each of its fields filled in."""
    raw = everything()
    segment, property_name = raw["steps"][8]["arguments"]["segment"], raw["steps"][1]["arguments"]["webinar"]
    raw["triggers"] += [
        trigger("segment_entered", segment=segment),
        trigger("property_changed", property=property_name["property"]),
    ]
    definition = read_definition(raw, catalogue())
    editor = Editor(charlie_client, create_workflow("All", write_definition(definition)))
    for _list, steps in lists_of(editor.draft):
        for step in steps:
            _save(editor, f"step@{step['id']}", f"save-step@{step['id']}")
    for number, use in enumerate(editor.draft["triggers"]):
        if triggers()[use["trigger"]].fields:
            _save(editor, f"trigger@{number}", f"save-trigger@{number}")
    saved = write_definition(read_definition(editor.draft, catalogue()))
    expected = write_definition(definition)
    for key in ("triggers", "steps"):
        for one, other in zip(saved[key], expected[key], strict=True):
            assert one == other


def _save(editor: Editor, part: str, button: str) -> None:
    fields = fields_of_form(editor.show(part), button)
    editor.click(button, **{name: values for name, values in fields.items() if name != "revision"})


def test_an_example_of_every_kind_can_be_drawn_and_published(charlie_client: Client):
    raw = everything()
    editor = Editor(charlie_client, create_workflow("All", workflow(*raw["steps"], triggers=raw["triggers"])))
    page = editor.show("publish")
    assert "Before you can publish" not in page
    kinds = {step["action"] for _name, steps in lists_of(editor.draft) for step in steps}
    assert kinds == set(actions()) >= {BRANCH}
