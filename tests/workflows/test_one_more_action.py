"""The action of CONTRIBUTING, as it stands there: one file, and the editor and the engine know it."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.contacts.make import make_contact
from tests.workflows.engine.helpers import trail, work
from tests.workflows.views.editor import Editor
from workflows import registry
from workflows.actions import create_workflow
from workflows.people import enrol_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> str:
    """The text of the file. What it registers is forgotten afterwards."""
    monkeypatch.setattr(registry, "_ACTIONS", registry.actions())
    text = (settings.BASE_DIR / "CONTRIBUTING.md").read_text()
    return re.findall(r"```python\n(.*?class \w+\(Action\).*?)```", text, re.DOTALL)[0]


def test_an_action_is_added_in_one_file(file: str, charlie_client: Client):
    exec(compile(file, "write_log.py", "exec"), {"__name__": "workflows.steps.write_log"})
    workflow = create_workflow("Log")
    editor = Editor(charlie_client, workflow)
    assert "Write to the log" in editor.show("add@@0")
    editor.click("add@@0@write_log")
    assert "Write “{email} came” to the log" in editor.click("save-step@write_log", text="{email} came")
    editor.click("publish")
    workflow.refresh_from_db()
    one = enrol_contact(workflow, make_contact().pk)
    work()
    assert trail(one) == ["write_log:written"]
