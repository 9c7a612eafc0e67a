"""The step of R76 with real registrations, against the simulator: registered, refused, retried, removed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact, PropertyDefinition
from core.jobs import JobState
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from tests.workflows.definition.examples import branch, note, step, trigger, workflow
from tests.workflows.engine.helpers import notes, publish, trail
from tests.workflows.engine.helpers import work as work_on_workflows
from tests.workflows.registrations.helpers import ana, schedule
from tests.workflows.registrations.helpers import work as work_on_registrations
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, RegistrationJob
from workflows.people import enrol_contact, retry_enrolment

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    while work_on_workflows() + work_on_registrations():
        pass


def went(enrolment: Enrolment) -> list[str]:
    work()
    enrolment.refresh_from_db()
    return trail(enrolment)


def enrolled(contact: Contact, *steps, **options) -> Enrolment:
    return enrol_contact(publish(workflow(*steps, **options), name=f"Flow {steps[0]['id']}"), contact.pk)


def spaced(number: int) -> str:
    return f"{str(number)[:3]} {str(number)[3:7]}-{str(number)[7:]}"


def test_r76_r79_r81_the_contact_is_registered_with_name_and_email_and_told_on_the_timeline(
    company: Company,
):
    webinar = schedule(company.simulator)
    contact = ana()
    enrolment = enrolled(contact, step("add", "add_to_webinar", webinar=spaced(webinar.id)), note("after"))
    assert went(enrolment) == ["add:registered", "after:noted"]
    (person,) = webinar.registrants.values()
    assert (person.email, person.first_name, person.last_name) == (contact.email, "Ana", "Silva")
    job = RegistrationJob.objects.get()
    assert (job.source, job.workflow) == ("workflow", enrolment.workflow)
    contact.refresh_from_db()
    assert contact.zoom_webinar_joinlink  # R61


def test_r80_the_webinar_is_read_from_the_property(company: Company):
    webinar = schedule(company.simulator)
    PropertyDefinition.objects.create(name="next_webinar", label="Next webinar")
    contact = ana(properties={"next_webinar": spaced(webinar.id)})
    enrolment = enrolled(contact, step("add", "add_to_webinar", webinar={"property": "next_webinar"}))
    assert went(enrolment) == ["add:registered"]


def test_r82_the_host_is_refused_with_the_reason_and_the_steps_after_it_do_not_run(company: Company):
    """Odoo #152695: a step was cancelled, and the steps after it ran all the same."""
    webinar = schedule(company.simulator)
    host = make_contact("owner@own.example", first_name="Hanna")
    enrolment = enrolled(host, step("add", "add_to_webinar", webinar=str(webinar.id)), note("after"))
    assert went(enrolment) == ["add:refused"]
    assert enrolment.outcome == EnrolmentOutcome.STOPPED
    assert enrolment.step_runs.get().values["reason"] == "host"
    assert notes(host) == []


def test_what_is_put_right_is_tried_again_and_the_path_goes_on(company: Company):
    webinar = schedule(company.simulator)
    contact = ana(first_name="")
    enrolment = enrolled(contact, step("add", "add_to_webinar", webinar=str(webinar.id)), note("after"))
    assert went(enrolment) == ["add:refused"]
    assert enrolment.reason_values["reason"] == "missing_first_name"
    Contact.objects.update(first_name="Ana")
    retry_enrolment(enrolment)
    assert went(enrolment) == ["add:registered", "after:noted"]
    assert RegistrationJob.objects.count() == 1


def test_a_branch_goes_by_what_the_registration_came_to(company: Company):
    webinar = schedule(company.simulator)
    add = step("add", "add_to_webinar", webinar=str(webinar.id)) | {"on_problem": "continue"}
    is_refused = {"step": "add", "outcome": ["refused"]}
    by_result = branch(
        "b", {"id": "no", "results": [is_refused], "steps": [note("call")]}, otherwise=[note("fine")]
    )
    assert went(enrolled(ana(first_name=""), add, by_result)) == ["add:refused", "b:chosen", "call:noted"]


def test_a_worker_that_dies_before_zooms_answer_is_written_registers_once(company: Company):
    webinar = schedule(company.simulator)
    enrolment = enrolled(ana(), step("add", "add_to_webinar", webinar=str(webinar.id)), note("after"))
    company.simulator.faults.add("lost answer", "/registrants", method="POST")
    work()
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.WAITING
    RegistrationJob.objects.filter(state=JobState.QUEUED).update(not_before=timezone.now())
    assert went(enrolment) == ["add:registered", "after:noted"]
    assert len(webinar.registrants) == 1


def test_someone_who_registers_in_zoom_is_enrolled_and_removed_again(company: Company):
    webinar = schedule(company.simulator, start=company.simulator.clock.now() + timedelta(days=1))
    publish(
        workflow(
            step("out", "remove_from_webinar", webinar={"trigger": "webinar_id"}),
            triggers=[trigger("event_registered")],
        )
    )
    company.sync(webinar)
    contact = ana()
    first = enrolled(contact, step("add", "add_to_webinar", webinar=str(webinar.id)))
    assert went(first) == ["add:registered"]
    enrolment = Enrolment.objects.get(trigger="event_registered")
    assert went(enrolment) == ["out:removed"]
    assert {person.status for person in webinar.registrants.values()} != {"approved"}
