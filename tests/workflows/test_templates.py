"""The workflows that one can begin with."""

import re
from typing import Any

import pytest
from django.test import Client

from contacts.models import Segment
from tests.support.htmx import htmx
from workflows.models import Workflow
from workflows.publishing import publishing_problems
from workflows.templates import TEMPLATES, WorkflowTemplate, create_from_template

pytestmark = pytest.mark.django_db


def test_there_is_one_for_each_thing_that_webinar_teams_do_again_and_again():
    assert [template.name for template in TEMPLATES] == [
        "register_segment", "remind", "attendees", "no_shows", "left_early", "replay", "next_date",
    ]  # fmt: skip


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_it_opens_as_a_draft_that_says_what_is_missing_and_is_published_when_that_is_there(
    charlie_client: Client, template: WorkflowTemplate
):
    answer = charlie_client.post("/automation/workflows/new/", {"name": "", "template": template.name})
    workflow = Workflow.objects.get()
    assert (workflow.name, workflow.state) == (str(template.label), "draft")
    problems = publishing_problems(workflow, workflow.draft)
    page = charlie_client.get(answer["Location"]).text
    for problem in problems:
        assert problem.message in page
    _complete(workflow.draft, [problem.path for problem in problems])
    workflow.save()
    data = {"do": "publish", "revision": workflow.draft_revision}
    charlie_client.post(f"/automation/workflows/{workflow.pk}/edit/", data, headers=htmx("editor"))
    workflow.refresh_from_db()
    assert workflow.is_published


def _complete(draft: dict[str, Any], paths: list[str]) -> None:
    """Fill in what the problems name. Only what the team alone can say may be open."""
    segment = Segment.objects.create(name="Partners", definition={"version": 1, "where": {"all": []}})
    answers = {"segment": segment.pk, "webinar": "93112345678", "to": ["team@acme.example"]}
    for path in paths:
        *way, name = re.findall(r"\w+", path)
        place: Any = draft
        for key in way:
            place = place[int(key)] if key.isdecimal() else place[key]
        place[name] = answers[name]


def test_a_second_one_gets_a_name_of_its_own_and_the_template_stays_as_it_is():
    template = TEMPLATES[0]
    first = create_from_template("", template)
    first.draft["steps"].clear()
    assert create_from_template("", template).name == f"{template.label} 2"
    assert create_from_template("Partners", template).draft["steps"]
