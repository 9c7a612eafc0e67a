"""/workflows: read and imported by programs, and contacts enrolled by them."""

import pytest

from tests.contacts.make import make_contact
from tests.marketing_events.make import make_event
from tests.workflows.definition.examples import note, step, trigger, workflow
from tests.workflows.engine.helpers import publish, work
from workflows.models import Enrolment, RegistrationJob, Workflow

pytestmark = pytest.mark.django_db

HELLO = workflow(note("hello"), again="always", existing=False)


def test_a_definition_is_imported_as_a_draft_and_read_again(marketer_api):
    created = marketer_api.post("workflows", {"name": "Hello", "definition": HELLO})
    assert created.status_code == 201, created.json()
    thing = created.json()
    assert created["Location"] == thing["url"] == f"/api/v1/workflows/{thing['id']}"
    assert (thing["state"], thing["version"], thing["definition"]) == ("draft", None, HELLO)
    assert marketer_api.get(thing["url"]).json() == thing
    assert marketer_api.get("workflows").json()["results"] == [thing]


def test_what_is_wrong_with_a_definition_is_named_by_its_path(marketer_api):
    answer = marketer_api.post("workflows", {"name": "x", "definition": workflow(step("a", "fly"))})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["definition.steps[0].action"]


def test_d24_an_operator_makes_no_workflow_and_enrols_no_one(operator_api):
    made = publish(HELLO)
    assert operator_api.post("workflows", {"name": "x", "definition": HELLO}).status_code == 403
    wish = {"contact": {"id": make_contact().pk}}
    assert operator_api.post(f"workflows/{made.pk}/enrolments", wish).status_code == 403
    assert operator_api.get(f"workflows/{made.pk}").status_code == 200


def test_a_contact_is_enrolled_and_followed(marketer_api):
    made, contact = publish(HELLO), make_contact()
    wish = {"contact": {"email": contact.email}}
    answer = marketer_api.post(f"workflows/{made.pk}/enrolments", wish)
    assert answer.status_code == 202, answer.json()
    thing = answer.json()
    assert (thing["state"], thing["contact"]["id"], thing["source"]) == ("queued", contact.pk, "api")
    work()
    after = marketer_api.get(answer["Location"]).json()
    assert (after["state"], after["outcome"], after["step"]) == ("complete", "completed", "hello")
    assert marketer_api.get(f"workflows/{made.pk}/enrolments").json()["results"] == [after]


def test_with_a_key_it_stays_one_enrolment(marketer_api):
    made, wish = publish(HELLO), {"contact": {"id": make_contact().pk}}
    for _time in range(2):
        answer = marketer_api.post(f"workflows/{made.pk}/enrolments", wish, idempotency_key="order-1")
        assert answer.status_code == 202
    assert Enrolment.objects.count() == 1


def test_a_workflow_that_is_not_published_refuses_with_the_reason(marketer_api):
    made = Workflow.objects.create(name="Draft")
    answer = marketer_api.post(f"workflows/{made.pk}/enrolments", {"contact": {"id": make_contact().pk}})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_enrolled")


def test_where_a_step_takes_the_triggers_webinar_the_caller_names_it(marketer_api):
    add = step("add", "add_to_webinar", webinar={"trigger": "webinar_id"})
    made = publish(workflow(add, triggers=[trigger("event_attended")], again="always"))
    event = make_event()
    wish = {"contact": {"id": make_contact().pk}}
    wrong = [
        ({}, "webinar_id"),
        ({"event_id": event.pk + 1}, "event_id"),
        ({"event_id": str(event.pk)}, "event_id"),
        ({"webinar_id": "roses"}, "webinar_id"),
        ({"webinar_id": "931 1234 5678", "event_id": event.pk}, "event_id"),
    ]
    for more, field in wrong:
        answer = marketer_api.post(f"workflows/{made.pk}/enrolments", wish | more)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not Enrolment.objects.exists()
    for more in ({"event_id": event.pk}, {"webinar_id": "931-1234-5678"}):
        assert marketer_api.post(f"workflows/{made.pk}/enrolments", wish | more).status_code == 202
    work()
    jobs = RegistrationJob.objects.order_by("pk").values_list("zoom_webinar_id", flat=True)
    assert list(jobs) == [event.zoom_webinar_id, 93112345678]


def test_registrations_are_listed_by_workflow(marketer_api):
    made, contact = publish(workflow(step("a", "add_to_webinar", webinar="93112345678"))), make_contact()
    marketer_api.post(f"workflows/{made.pk}/enrolments", {"contact": {"id": contact.pk}})
    work()
    job = RegistrationJob.objects.get()
    listed = marketer_api.get(f"webinar-registrations?workflow={made.pk}").json()["results"]
    assert [(row["id"], row["source"]) for row in listed] == [(job.pk, "workflow")]
    assert marketer_api.get("webinar-registrations?workflow=999").json()["results"] == []
