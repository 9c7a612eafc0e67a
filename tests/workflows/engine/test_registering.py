"""The step of R76 with real registrations, against the simulator: registered, refused, retried, removed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact, PropertyDefinition
from core.jobs import JobState
from marketing_events.models import MarketingEvent
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from tests.workflows.definition.examples import branch, note, step, trigger, workflow
from tests.workflows.engine.helpers import notes, publish, trail
from tests.workflows.engine.helpers import work as work_on_workflows
from tests.workflows.registrations.helpers import ana, schedule, schedule_series
from tests.workflows.registrations.helpers import work as work_on_registrations
from workflows.engine.subjects import subject_of_event
from workflows.models import Enrolment, EnrolmentOutcome, EnrolmentState, RegistrationJob, StepRun
from workflows.people import enrol_contact, retry_enrolment
from zoom_simulator.account.rows import Webinar as ZoomWebinar

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


def dates_of(webinar: ZoomWebinar) -> list[list[int]]:
    """Of each registrant the dates of the series, by their place in it."""
    places = {date.id: number for number, date in enumerate(webinar.occurrences)}
    return [
        sorted(places[key] for key in person.occurrences or {}) for person in webinar.registrants.values()
    ]


NEXT = {"webinar": {"trigger": "webinar_id"}, "occurrence_id": "next"}


def came_to(company: Company, webinar: ZoomWebinar, number: int) -> Enrolment:
    """Someone who is enrolled about a date of the series, and to be registered for the next one."""
    company.sync(webinar)
    event = MarketingEvent.objects.get(occurrence__occurrence_id=webinar.occurrences[number].id)
    made = publish(workflow(step("add", "add_to_webinar", **NEXT)))
    return enrol_contact(made, ana().pk, subject=subject_of_event(event.pk))


@pytest.mark.parametrize(("about", "expected"), [(0, 1), (1, 2)])
def test_the_next_date_of_a_series_is_the_one_after_the_date_that_someone_came_to(
    company: Company, about: int, expected: int
):
    """Also while that one is still under way, and where it is itself to come."""
    starts = [company.simulator.clock.now() + timedelta(minutes=minutes) for minutes in (-20, 9_000, 19_000)]
    webinar = company.account.add_webinar("me", "Weekly", occurrence_starts=starts, registration_type=2)
    assert went(came_to(company, webinar, about)) == ["add:registered"]
    assert dates_of(webinar) == [[expected]]


def test_after_the_last_date_of_a_series_no_one_is_registered_and_the_path_says_so(company: Company):
    webinar = schedule_series(company.simulator, -7, 7, registration_type=2)
    enrolment = came_to(company, webinar, 1)
    assert went(enrolment) == ["add:refused"]
    assert StepRun.objects.get().values["reason"] == "webinar_over"
    assert not webinar.registrants


def test_where_one_registration_counts_for_all_dates_the_next_one_is_among_them(company: Company):
    webinar = schedule_series(company.simulator, -7, 7, registration_type=1)
    assert went(came_to(company, webinar, 0)) == ["add:registered"]
    assert dates_of(webinar) == [[]]


def test_who_was_registered_for_this_date_just_now_is_registered_for_the_next_one_all_the_same(
    company: Company,
):
    webinar = schedule_series(company.simulator, 1, 7, 14, registration_type=2)
    first = enrolled(ana(), step("now", "add_to_webinar", webinar=str(webinar.id)))
    assert went(first) == ["now:registered"]
    company.sync(webinar)
    event = MarketingEvent.objects.filter(zoom_webinar_id=webinar.id).order_by("starts_at")[0]
    made = publish(workflow(step("add", "add_to_webinar", **NEXT)))
    went(enrol_contact(made, first.contact_id, subject=subject_of_event(event.pk)))
    assert dates_of(webinar) == [[0, 1]]
