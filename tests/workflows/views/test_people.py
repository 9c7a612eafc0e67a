"""Where the people of a workflow are: the counts on the path, the list, the CSV, and another try."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from contacts.models import Contact, Segment
from contacts.segments.actions import add_people
from tests.contacts.make import make_contact
from tests.workflows.definition.examples import note, step, workflow
from tests.workflows.engine.helpers import publish, work
from workflows import people as workflow_people
from workflows.models import Enrolment, EnrolmentState, StepRun, Workflow
from workflows.people import enrol_contact, remove_enrolment
from workflows.views import people as people_pages
from workflows.wording import REFUSALS

pytestmark = pytest.mark.django_db


@pytest.fixture
def flow(settings) -> Workflow:
    """Two who wait, one who was removed while waiting, two who stopped at a step, one at which it failed."""
    settings.EMAIL_URL = ""
    mail = step("mail", "email_team", to=["team@acme.test"], subject="x", text="y")
    made = publish(workflow(note("hi"), mail, note("after"), step("w", "wait", **{"for": {"hours": 1}})))
    stopped = [enrol_contact(made, _person(name)) for name in ("ann", "ben")]
    work()
    goes_on = {**mail, "on_problem": "continue"}
    publish(workflow(note("hi"), goes_on, note("after"), step("w", "wait", **{"for": {"hours": 1}})))
    made.refresh_from_db()
    inside = [enrol_contact(made, _person(name)) for name in ("cleo", "dan", "eve", "fay")]
    work()
    remove_enrolment(inside[2])
    broken = StepRun.objects.filter(enrolment=inside[3], step_id="w")
    broken.update(state="failed", outcome="internal_error", finished_at=timezone.now())
    Enrolment.objects.filter(pk=inside[3].pk).update(
        state=EnrolmentState.FAILED,
        reason_code="internal_error",
        waits_for="",
        finished_at=timezone.now(),
    )
    assert {one.contact.email for one in stopped} == {"ann@x.example", "ben@x.example"}
    return made


def _person(name: str) -> int:
    contact: Contact = make_contact(f"{name}@x.example", first_name=name.title())
    return contact.pk


def address(flow: Workflow) -> str:
    return f"/automation/workflows/{flow.pk}/"


def listed(client: Client, flow: Workflow, query: str) -> set[str]:
    """Whom the CSV of this list has, by the names before the @."""
    answer = client.get(f"{address(flow)}people.csv?{query.replace('&amp;', '&')}")
    lines = b"".join(answer.streaming_content).decode().splitlines()[1:]
    return {line.partition("@")[0].lstrip('\ufeff"') for line in lines}


def test_each_count_on_the_path_opens_exactly_those_whom_it_counts(charlie_client: Client, flow: Workflow):
    page = charlie_client.get(address(flow)).text
    counts = re.findall(r'href="\?(step=\w+&amp;result=\w+)#people">(\d+) ([\w ]+)<', page)
    assert {(query.split("&")[0], words): int(number) for query, number, words in counts} == {
        ("step=hi", "done"): 6,
        ("step=mail", "not done"): 6,
        ("step=after", "done"): 4,
        ("step=w", "here now"): 2,
        ("step=w", "not done"): 1,
        ("step=w", "failed"): 1,
    }
    for query, number, _words in counts:
        assert len(listed(charlie_client, flow, query)) == int(number), query


def test_the_list_is_narrowed_down_by_state_step_and_what_came_of_it(charlie_client: Client, flow: Workflow):
    for query, expected in {
        "state=stopped": {"ann", "ben", "fay"},
        "state=inside": {"cleo", "dan"},
        "step=w": {"cleo", "dan", "eve", "fay"},
        "step=mail&result=problem&state=stopped": {"ann", "ben", "fay"},
        "step=w&result=here": {"cleo", "dan"},
        "result=failed": {"fay"},
        "result=nonsense&q=eve": {"eve"},
    }.items():
        assert listed(charlie_client, flow, query) == expected, query
    page = charlie_client.get(address(flow), {"state": "stopped"}).text
    assert "No mail server is set up" in page
    assert "Something went wrong in this app." in page


def test_one_or_all_that_stopped_are_tried_again_from_the_list(
    charlie_client: Client, flow: Workflow, settings
):
    settings.EMAIL_URL = "smtp://mail.acme.test"
    ann = Enrolment.objects.get(contact__email="ann@x.example")
    page = charlie_client.get(address(flow), {"state": "stopped"}).text
    assert page.count("Try again") == 3
    assert "Try all again" in page
    form = {"do": "retry", "back": "list"}
    answer = charlie_client.post(f"{address(flow)}people/{ann.pk}/change/?state=stopped", form)
    assert answer["Location"] == f"{address(flow)}?state=stopped#people"
    work()
    assert listed(charlie_client, flow, "state=stopped") == {"ben", "fay"}
    answer = charlie_client.post(f"{address(flow)}retry/?state=stopped", follow=True)
    assert "The step is tried again for 2 contacts." in answer.text
    work()
    assert listed(charlie_client, flow, "state=stopped") == set()
    ann.refresh_from_db()
    assert ann.step_runs.get(step_id="mail").outcome == "sent"


def test_of_very_many_that_stopped_the_first_are_tried_again_and_the_page_says_so(
    charlie_client: Client, flow: Workflow, settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(people_pages, "RETRIED_AT_ONCE", 2)
    settings.EMAIL_URL = "smtp://mail.acme.test"
    answer = charlie_client.post(f"{address(flow)}retry/", follow=True)
    assert (
        "The step is tried again for 2 contacts. More people are left. Choose it again to continue."
        in answer.text
    )


def test_one_message_says_who_was_enrolled_and_whom_nobody_knows(charlie_client: Client):
    flow = publish(workflow(note("hi")))
    _person("ann")
    emails = {"emails": "ann@x.example zoe@x.example"}
    page = charlie_client.post(f"{address(flow)}enrol/", emails, follow=True)
    (message,) = page.context["messages"]
    assert str(message) == "Ann was enrolled. No contact has the address zoe@x.example."


def test_too_many_pasted_addresses_are_turned_down_and_none_is_dropped_in_silence(
    charlie_client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workflow_people, "MOST_CHOSEN", 2)
    flow = publish(workflow(note("hi")))
    emails = " ".join(Contact.objects.get(pk=_person(name)).email for name in ("ann", "ben", "cleo"))
    answer = charlie_client.post(f"{address(flow)}enrol/", {"emails": emails}, follow=True)
    assert "Choose at most 2 contacts." in answer.text
    assert not flow.enrolments.exists()


def test_who_was_enrolled_together_and_who_was_kept_out_is_shown_with_the_reasons(charlie_client: Client):
    partners = Segment.objects.create(name="Partners", kind=Segment.Kind.STATIC)
    people = [_person(name) for name in ("ann", "ben", "cleo")]
    add_people(partners.pk, people[:1], who="x")
    flow = publish(workflow(note("hi"), suppress=[partners.pk]))
    enrol_contact(flow, people[1])
    addresses = "ann@x.example ben@x.example cleo@x.example"
    charlie_client.post(f"{address(flow)}enrol/", {"emails": addresses})
    work()
    page = charlie_client.get(address(flow)).text
    assert "Chosen contacts: 1 enrolled" in page
    for code in ("suppressed", "enrolled_before"):
        assert f"1 not: {escape(str(REFUSALS[code]))}" in " ".join(page.split())
