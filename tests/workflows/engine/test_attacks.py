"""What changes under the feet of those inside: pauses, archives, versions, segments, contacts, webinars."""

from datetime import timedelta
from typing import Any

import pytest
import responses
from django.utils import timezone

from contacts.actions import delete_contact
from contacts.models import ChangeFollowUp, PropertyDefinition, Segment
from contacts.segments.actions import create_segment
from contacts.segments.errors import DefinitionError
from core.jobs import JobState, RunResult
from core.jobs.bulk import BULK
from core.jobs.run import run_jobs
from marketing_events.models import MarketingEvent
from tests.contacts.make import make_contact, make_contacts
from tests.marketing_events.make import make_event
from tests.support.at_once import at_once
from tests.workflows.definition.examples import branch, note, step, trigger, workflow
from tests.workflows.engine.conftest import Clock
from tests.workflows.engine.helpers import notes, publish, trail, work
from workflows.actions import archive_workflow, pause_workflow, resume_workflow
from workflows.engine.enrolment_batches import BulkQueue, EnrolmentBatchQueue, enrol_entered
from workflows.engine.queue import EnrolmentQueue
from workflows.models import (
    Enrolment,
    EnrolmentBatch,
    EnrolmentOutcome,
    EnrolmentState,
    OutgoingMessage,
    Workflow,
)
from workflows.people import enrol_contact, enrol_contacts, remove_enrolment, retry_enrolment

pytestmark = pytest.mark.django_db
queue = EnrolmentQueue()
WAIT = step("w", "wait", **{"for": {"hours": 1}})


def three(made: Workflow) -> list[Enrolment]:
    return [enrol_contact(made, make_contact().pk) for _number in range(3)]


def again(one: Enrolment) -> Enrolment:
    work()
    one.refresh_from_db()
    return one


# People whom a worker has claimed and not begun


def test_a_pause_reaches_those_whom_a_worker_has_claimed() -> None:
    made = publish(workflow(note("a")))
    people, leases = three(made), queue.claim()
    pause_workflow(made.pk)
    run_jobs(queue, leases)
    assert {again(one).state for one in people} == {EnrolmentState.PAUSED}
    resume_workflow(made.pk)
    assert [trail(again(one)) for one in people] == [["a:noted"]] * 3


def test_archiving_takes_them_away_from_the_worker() -> None:
    made = publish(workflow(note("a")))
    people, leases = three(made), queue.claim()
    archive_workflow(made.pk)
    assert set(run_jobs(queue, leases)) == {RunResult.LEASE_LOST}
    assert {again(one).outcome for one in people} == {EnrolmentOutcome.ARCHIVED}
    assert not any(notes(one.contact) for one in people)


def test_someone_who_is_removed_from_a_claim_leaves_the_others_in_it() -> None:
    made = publish(workflow(note("a")))
    people, leases = three(made), queue.claim()
    remove_enrolment(people[1])
    assert run_jobs(queue, leases).count(RunResult.LEASE_LOST) == 1
    assert [again(one).outcome for one in people] == ["completed", "removed", "completed"]


def test_a_contact_who_is_deleted_on_the_way_leaves_the_others_in_the_claim() -> None:
    made = publish(workflow(note("a"), WAIT, note("b")))
    people, leases = three(made), queue.claim()
    delete_contact(people[1].contact_id)
    assert run_jobs(queue, leases).count(RunResult.COMPLETE) == 2
    assert not Enrolment.objects.filter(pk=people[1].pk).exists()
    assert [trail(again(one)) for one in (people[0], people[2])] == [["a:noted", "w:waiting"]] * 2


@pytest.mark.django_db(transaction=True)
def test_workers_and_someone_who_pauses_and_resumes_at_once_lose_no_one() -> None:
    made = publish(workflow(note("a"), note("b")))
    people = make_contacts(f"p{number}@at-once.example" for number in range(60))
    enrol_contacts(made, contacts=[contact.pk for contact in people])
    bulk = BulkQueue()
    run_jobs(bulk, bulk.claim())

    def act(number: int) -> None:
        if number == 0:
            for _time in range(3):
                pause_workflow(made.pk)
                resume_workflow(made.pk)
        while leases := queue.claim(7):
            run_jobs(queue, leases)

    _answers, problems = at_once(4, act)
    assert problems == []
    Enrolment.objects.update(not_before=timezone.now())  # a connection that was in the way puts people off
    work()
    assert [notes(contact) for contact in people] == [["came by a", "came by b"]] * 60
    assert not Enrolment.objects.inside().exists()


# Versions


def test_a_step_that_is_over_is_not_done_again_in_a_version_that_puts_it_later(clock: Clock) -> None:
    made = publish(workflow(note("a"), WAIT, note("z")))
    one = enrol_contact(made, make_contact().pk)
    work()
    taken = {"id": "yes", "where": {"all": []}, "steps": [note("new")]}
    publish(workflow(WAIT, note("a"), branch("b", taken), note("z")), moves_people=True)
    clock.move(hours=2)
    assert trail(again(one)) == ["a:noted", "w:waited", "b:chosen", "new:noted", "z:noted"]
    assert notes(one.contact) == ["came by a", "came by new", "came by z"]


def test_a_step_that_became_another_one_says_so(clock: Clock) -> None:
    made = publish(workflow(WAIT))
    one = enrol_contact(made, make_contact().pk)
    work()
    publish(workflow(note("w", "instead")), moves_people=True)
    assert trail(again(one)) == ["w:noted"]
    run = one.step_runs.get()
    assert (run.action, run.input, run.version_number) == ("add_note", {"text": "instead"}, 2)


def test_people_in_a_version_that_cannot_be_read_any_more_move_to_one_that_can() -> None:
    PropertyDefinition.objects.create(name="city", label="City")
    made = publish(workflow(step("s", "set_property", property="city", value="Bonn")))
    one = enrol_contact(made, make_contact().pk)
    PropertyDefinition.objects.filter(name="city").delete()
    assert (again(one).state, one.reason_code) == (EnrolmentState.FAILED, "definition_unusable")
    publish(workflow(note("s")), moves_people=True)
    retry_enrolment(one)
    assert trail(again(one)) == ["s:noted"]


def test_a_segment_that_is_gone_stops_those_inside_with_a_reason_and_no_one_else(clock: Clock) -> None:
    segment = Segment.objects.create(name="Gone", definition={"version": 1, "where": {"all": []}})
    is_in = {"filter": "segment", "id": segment.pk}
    made = publish(workflow(WAIT, branch("b", {"id": "yes", "where": is_in, "steps": []})))
    other = publish(workflow(note("a")), name="Other")
    one, fine = enrol_contact(made, make_contact().pk), enrol_contact(other, make_contact().pk)
    Segment.objects.filter(pk=segment.pk).delete()
    work()
    assert (again(one).reason_code, again(fine).outcome) == ("definition_unusable", "completed")


# Webinars


def upcoming() -> MarketingEvent:
    starts = timezone.now() + timedelta(days=3)
    return make_event(starts_at=starts, ended_at=None, is_final=False, status="upcoming", session_uuid="")


@pytest.mark.parametrize("action", ["wait_for_start", "wait_for_final"])
def test_a_webinar_that_is_gone_ends_the_waits_for_it(action: str, clock: Clock) -> None:
    event = upcoming()
    more: dict[str, Any] = (
        {"time": {"hours": 1}, "when": "before"} if action == "wait_for_start" else {"longest": {"days": 1}}
    )
    made = publish(workflow(step("w", action, webinar=str(event.zoom_webinar_id), **more), note("after")))
    one = again(enrol_contact(made, make_contact().pk))
    assert one.state == EnrolmentState.WAITING
    event.delete()
    clock.move(hours=2)
    assert (trail(again(one)), one.outcome) == (["w:webinar_cancelled"], "stopped")


# Bulks


def test_a_bulk_that_is_cut_short_counts_no_one_of_its_own_as_refused(monkeypatch: Any) -> None:
    made = publish(workflow(note("a")))
    people = make_contacts(f"p{number}@cut.example" for number in range(7))
    enrol_contacts(made, contacts=[contact.pk for contact in people])
    monkeypatch.setattr("workflows.engine.enrolment_batches.PAGE", 3)
    bulk = BulkQueue()
    (lease,) = bulk.claim()
    written = lease.writing
    pages: list[int] = []

    def dies() -> Any:
        pages.append(1)
        if len(pages) == 3:
            raise KeyboardInterrupt
        return written()

    monkeypatch.setattr(type(lease), "writing", lambda _self: dies())
    with pytest.raises(KeyboardInterrupt):
        run_jobs(bulk, [lease])
    monkeypatch.undo()
    EnrolmentBatch.objects.update(lease_until=timezone.now())
    run_jobs(bulk, bulk.claim())
    batch = EnrolmentBatch.objects.get()
    assert (batch.state, batch.enrolled, batch.refused) == (JobState.COMPLETE, 7, {})


def test_what_follows_from_a_bulk_waits_behind_what_follows_from_a_single_one() -> None:
    called = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    publish(workflow(note("x"), triggers=[trigger("segment_entered", segment=called.pk)]), name="Next")
    made = publish(workflow(step("in", "add_to_segment", segment=called.pk)))
    people = [make_contact() for _number in range(2)]
    enrol_contacts(made, contacts=[contact.pk for contact in people])
    single = enrol_contact(made, make_contact().pk)
    work()
    followed = ChangeFollowUp.objects.filter(follower="workflows")
    assert set(followed.values_list("priority", flat=True)) == {0, BULK}
    priorities = dict(Enrolment.objects.filter(workflow__name="Next").values_list("contact_id", "priority"))
    assert priorities == {people[0].pk: BULK, people[1].pk: BULK, single.contact_id: 0}


def test_a_few_who_come_in_by_a_segment_do_not_wait_for_bulks() -> None:
    made = publish(workflow(note("a")))
    for _bulk in range(3):
        enrol_contacts(made, contacts=[make_contact().pk])
    bulk = BulkQueue()
    assert len(bulk.claim(3)) == 3
    assert made.current
    enrol_entered(made.current, 1, timezone.now(), 1)
    assert len(EnrolmentBatchQueue().claim(5)) == 1


# What comes from outside


@responses.activate
@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ('{"a": 1e400}', {}),
        ('{"a": NaN}', {}),
        ('{"a": "\\ud800"}', {}),
        ('{"a": "\\u0000"}', {}),
        ("[" * 50_000, {}),
        ('"text"', {}),
        ("{", {}),
        ('{"a": "ünï"}', {"a": "ünï"}),
    ],
    ids=range(8),
)
def test_an_answer_that_no_database_can_hold_is_a_success_without_an_answer(
    body: str, kept: Any, settings: Any
) -> None:
    settings.CALLBACKS_INSIDE_NETWORK = True
    responses.post("https://hooks.example.com/a", body=body.encode())
    one = enrol_contact(
        publish(workflow(step("ask", "webhook", url="https://hooks.example.com/a"))), make_contact().pk
    )
    assert trail(again(one)) == ["ask:sent"]
    assert OutgoingMessage.objects.get().answer == kept


# Circles


def test_leaving_a_segment_that_moves_people_into_the_triggers_one_is_a_circle() -> None:
    called = Segment.objects.create(name="Called", kind=Segment.Kind.STATIC)
    is_out = {"filter": "segment", "id": called.pk, "did": False}
    left = create_segment("Not called", {"version": 1, "where": is_out})
    out = step("out", "remove_from_segment", segment=called.pk)
    by_leaving = [trigger("segment_entered", segment=left.pk)]
    with pytest.raises(DefinitionError, match="without end"):
        publish(workflow(out, triggers=by_leaving, again="always"))
    by_entering = [trigger("segment_entered", segment=called.pk)]
    publish(workflow(out, triggers=by_entering, again="always"), name="Taken off the list")
