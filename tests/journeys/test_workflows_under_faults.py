"""People on their way through a workflow while Redis or a worker dies: real processes, each effect once."""

from collections import Counter
from contextlib import closing

import pytest
from django.db import connection as database
from django.utils import timezone

from contacts.models import Contact, Segment, TimelineEntry
from core.jobs import JobState
from integrations.models import ZoomConnection
from tests.contacts.make import make_contacts
from tests.integrations.sync.company import Company
from tests.support import services
from tests.support.installation import Installation, missing
from tests.support.waiting import eventually
from tests.workflows.definition.examples import note, step, workflow
from tests.workflows.engine.helpers import publish
from tests.workflows.registrations.helpers import schedule
from workflows.models import Enrolment, RegistrationJob, StepRun
from workflows.people import enrol_contacts
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator

pytestmark = [
    pytest.mark.services,
    pytest.mark.timeout(200),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(database.vendor == "sqlite", reason="Redis goes with PostgreSQL"),
]

PEOPLE = 60
STEPS = ["before:noted", "add:registered", "in:added", "after:noted"]


@pytest.fixture
def webinar(simulator: Simulator, simulated_connection: ZoomConnection, unpaced: None) -> ZoomWebinar:
    company = Company(simulator, simulated_connection)
    webinar = schedule(simulator)
    company.sync(webinar)
    return webinar


def enrol(webinar: ZoomWebinar) -> None:
    people = make_contacts(f"p{number}@many.example" for number in range(PEOPLE))
    Contact.objects.update(first_name="Ana", last_name="Silva")
    called = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    path = workflow(
        note("before"),
        step("add", "add_to_webinar", webinar=str(webinar.id)),
        step("in", "add_to_segment", segment=called.pk),
        note("after"),
    )
    enrol_contacts(publish(path), contacts=[person.pk for person in people])


def in_the_middle() -> bool:
    """Some are registered, and some are not."""
    jobs = RegistrationJob.objects
    return jobs.filter(state=JobState.COMPLETE).exists() and jobs.exclude(state=JobState.COMPLETE).exists()


def all_through() -> bool:
    return Enrolment.objects.filter(outcome="completed").count() == PEOPLE


def expect_each_effect_once(webinar: ZoomWebinar) -> None:
    eventually(all_through, seconds=90)
    assert Counter(StepRun.objects.values_list("step_id", "outcome")) == {
        tuple(done.split(":")): PEOPLE for done in STEPS
    }
    registered = Counter(person.email for person in webinar.registrants.values())
    assert len(registered) == registered.total() == PEOPLE
    assert TimelineEntry.objects.filter(kind="workflow_note").count() == 2 * PEOPLE


def test_a_redis_that_dies_leaves_nobody_in_a_workflow(webinar):
    try:
        with services.private_redis() as (address, redis), closing(Installation(REDIS_URL=address)) as app:
            worker = app.start_worker()
            enrol(webinar)
            eventually(in_the_middle)
            services.stop(redis)
            expect_each_effect_once(webinar)
            assert worker.poll() is None, app.log("worker")
    except services.MissingServiceError as problem:
        missing(problem)


def test_a_worker_that_is_killed_leaves_nobody_in_a_workflow(webinar, redis_installation):
    worker = redis_installation.start_worker()
    enrol(webinar)
    eventually(in_the_middle)
    services.kill_with_children(worker)
    for jobs in (RegistrationJob, Enrolment):  # as if the minute of their leases were over
        jobs.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now())
    redis_installation.start_worker("second")
    expect_each_effect_once(webinar)
