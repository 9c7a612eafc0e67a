"""`manage.py workflow`: workflows kept as files."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.workflows.definition.examples import note, step, workflow
from workflows.actions import create_workflow
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


def file_of(tmp_path, definition):
    path = tmp_path / "workflow.json"
    path.write_text(json.dumps({"name": "Hello", "definition": definition}))
    return str(path)


def test_what_is_exported_is_imported_and_published(tmp_path, capsys):
    made = create_workflow("Hello", workflow(note("a"), again="never", existing=False))
    call_command("workflow", "--export", str(made.pk))
    path = tmp_path / "exported.json"
    path.write_text(capsys.readouterr().out)
    call_command("workflow", "--import", str(path), "--publish")
    copy = Workflow.objects.get(pk=int(capsys.readouterr().out))
    assert (copy.name, copy.draft, copy.state) == ("Copy of Hello", made.draft, "published")


@pytest.mark.parametrize("option", ["--check", "--import"])
def test_a_bad_file_is_refused_with_the_place(tmp_path, option):
    with pytest.raises(CommandError) as refusal:
        call_command("workflow", option, file_of(tmp_path, workflow(step("a", "fly"))))
    assert refusal.value.returncode == 2
    assert "steps[0].action" in str(refusal.value)
    assert not Workflow.objects.exists()


def test_a_file_that_is_none_and_a_workflow_that_is_none(tmp_path):
    for arguments in (["--check", str(tmp_path / "none.json")], ["--export", "7"]):
        with pytest.raises(CommandError) as refusal:
            call_command("workflow", *arguments)
        assert refusal.value.returncode == 2


def test_a_definition_alone_is_checked_too(tmp_path, capsys):
    path = tmp_path / "definition.json"
    path.write_text(json.dumps(workflow(note("a"))))
    call_command("workflow", "--check", str(path))
    assert "Nothing is wrong" in capsys.readouterr().out


def test_who_publishes_a_file_is_told_what_would_stop_a_step(tmp_path, capsys, settings):
    settings.EMAIL_URL = ""
    mail = step("mail", "email_team", to=["team@acme.test"], subject="x", text="y")
    call_command("workflow", "--import", file_of(tmp_path, workflow(mail)), "--publish")
    assert "No mail server is set up. Anyone who runs the app can set EMAIL_URL" in capsys.readouterr().err
