"""Each effect once: workers that die at any point, jobs done by two at once, a bulk before a single one."""

from contextlib import suppress

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from contacts.models import PropertyDefinition, Segment
from core.jobs import JobState, LeaseLostError, run_job
from core.jobs.run import run_jobs
from tests.contacts.make import make_contact, make_contacts
from tests.workflows.definition import examples
from tests.workflows.definition.examples import branch, note, step, workflow
from tests.workflows.engine.conftest import Clock
from tests.workflows.engine.helpers import KilledError, killed_at, notes, publish, trail, work
from workflows.definition.tree import BRANCH
from workflows.editor.draft import lists_of
from workflows.engine.enrolment_batches import BulkQueue
from workflows.engine.queue import EnrolmentQueue
from workflows.engine.runner import Runner
from workflows.engine.subjects import subject_of
from workflows.models import (
    Enrolment,
    EnrolmentOutcome,
    OutgoingMessage,
    RegistrationJob,
    StepRun,
    Workflow,
)
from workflows.people import enrol_contact, enrol_contacts
from workflows.registry import Repeat, actions, register_action
from workflows.steps.end import EndHere

pytestmark = pytest.mark.django_db(transaction=True)
queue = EnrolmentQueue()


def everything():
    """A note, a property, a segment, a registration's job, an email, a branch and a wait."""
    PropertyDefinition.objects.get_or_create(name="city", defaults={"label": "City"})
    segment, _new = Segment.objects.get_or_create(name="Called", kind=Segment.Kind.STATIC)
    return workflow(
        note("a"),
        step("set", "set_property", property="city", value="Bonn"),
        step("in", "add_to_segment", segment=segment.pk),
        branch("b", {"id": "yes", "where": {"all": []}, "steps": [note("c")]}),
        step("mail", "email_team", to=["team@acme.test"], subject="Hi", text="!"),
        step("w", "wait", **{"for": {"hours": 1}}),
        step("add", "add_to_webinar", webinar="93112345678"),
        again="always",
    )


def take_on(killed: int = 0) -> int:
    """One claim by a worker that dies at this statement (0: never); how many statements it sent."""
    (lease,) = queue.claim(1)
    with killed_at(killed) as sent, suppress(KilledError):
        run_job(queue, lease)
    return len(sent)


def lease_runs_out() -> None:
    Enrolment.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now())


def facts(enrolment: Enrolment) -> list[object]:
    enrolment.contact.refresh_from_db()
    return [
        notes(enrolment.contact),
        enrolment.contact.properties,
        enrolment.contact.segment_memberships.count(),
        OutgoingMessage.objects.filter(enrolment=enrolment).count(),
        RegistrationJob.objects.filter(contact=enrolment.contact).count(),
        trail(enrolment),
    ]


def test_d12_a_worker_killed_at_any_statement_leaves_each_effect_once(clock: Clock):
    made = publish(everything())
    first = enrol_contact(made, make_contact(first_name="Ana").pk)
    statements = take_on()
    expected = facts(first)
    assert expected[:5] == [["came by a", "came by c"], {"city": "Bonn"}, 1, 1, 0]
    for number in range(1, statements + 1, 2):
        enrolment = enrol_contact(made, make_contact(first_name="Ana").pk)
        take_on(killed=number)
        lease_runs_out()
        while queue.claimable().exists():
            take_on()
        assert (number, facts(enrolment)) == (number, expected)


def test_a_worker_that_was_taken_for_dead_changes_nothing():
    made = publish(everything())
    enrolment = enrol_contact(made, make_contact().pk)
    (slow,) = queue.claim(1)
    lease_runs_out()
    (fast,) = queue.claim(1)
    run_job(queue, fast)
    before = facts(enrolment)
    job = queue.jobs().get(pk=enrolment.pk)
    with pytest.raises(LeaseLostError):
        Runner()(job, slow)
    assert facts(enrolment) == before


def test_a_connection_that_breaks_puts_the_person_off_and_loses_nothing(monkeypatch, clock: Clock):
    made = publish(workflow(note("a"), note("b")))
    enrolment = enrol_contact(made, make_contact().pk)
    bulk_create = StepRun.objects.bulk_create

    def breaks(*_args, **_more):
        monkeypatch.setattr(type(StepRun.objects), "bulk_create", lambda _self, rows: bulk_create(rows))
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(type(StepRun.objects), "bulk_create", breaks)
    take_on()
    enrolment.refresh_from_db()
    assert (enrolment.state, notes(enrolment.contact)) == (JobState.QUEUED, [])
    monkeypatch.undo()
    Enrolment.objects.update(not_before=timezone.now())
    take_on()
    assert notes(enrolment.contact) == ["came by a", "came by b"]


def test_what_is_rolled_back_with_its_caller_enrolled_no_one():
    made, contact = publish(workflow(note("a"))), make_contact()
    with suppress(ZeroDivisionError), transaction.atomic():
        enrol_contact(made, contact.pk)
        raise ZeroDivisionError
    assert not Enrolment.objects.exists()


def test_a_single_person_goes_before_a_bulk_that_came_first():
    made = publish(workflow(note("a"), again="always"))
    people = make_contacts(f"person{number}@bulk.example" for number in range(250))
    enrol_contacts(made, contacts=[contact.pk for contact in people])
    batches = BulkQueue()
    for lease in batches.claim():
        run_job(batches, lease)
    assert Enrolment.objects.count() == 250
    leases = queue.claim()  # a worker has begun with the bulk
    single = enrol_contact(made, make_contact().pk)
    run_jobs(queue, leases)
    run_jobs(queue, queue.claim())
    single.refresh_from_db()
    assert single.outcome == EnrolmentOutcome.COMPLETED
    waiting = Enrolment.objects.filter(state=JobState.QUEUED).count()
    assert waiting >= 250 - 2 * queue.batch > 0
    work()
    assert not Enrolment.objects.filter(state=JobState.QUEUED).exists()


def outside(made: Workflow) -> Repeat:
    """What a repeat means, by what the step has written for others to do."""
    if RegistrationJob.objects.filter(workflow=made).exists():
        return Repeat.FOUND_BY_KEY
    is_sent = OutgoingMessage.objects.filter(enrolment__workflow=made).exists()
    return Repeat.MAY_REPEAT if is_sent else Repeat.CHANGES_NOTHING


def test_what_each_action_says_of_a_repeat_is_what_it_does_outside():
    contact, known = make_contact(properties={"next_webinar": "93112345678"}), actions()
    steps = [raw for _list, some in lists_of(examples.everything()) for raw in some]
    assert {raw["action"] for raw in steps} == set(known)
    for raw in steps:
        if raw["action"] != BRANCH:
            made = publish(workflow(raw), name=raw["id"])
            enrol_contact(made, contact.pk, subject=subject_of("931 1234 5678"))
            run_jobs(queue, queue.claim())
            assert (raw["action"], known[raw["action"]].repeat) == (raw["action"], outside(made))


def test_an_action_that_does_not_say_what_a_repeat_means_is_none():
    class Silent(EndHere):
        key = "silent"
        repeat = None

    with pytest.raises(TypeError, match="Silent must declare `repeat`"):
        register_action(Silent())
    assert "silent" not in actions()
