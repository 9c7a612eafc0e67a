"""People of a bulk who are registered together: as if each were alone, whatever happens to one or to all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import permutations
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.actions import delete_contact
from contacts.merging.merge import MergeError, merge_contacts
from contacts.models import ChangeFollowUp, ChangeSet, Contact
from core.jobs import JobState
from core.jobs.run import run_jobs
from integrations.models import Registrant, Webinar
from integrations.rules.registration_reasons import Failure, Refusal, RefusalReason, Wait, WaitReason
from integrations.sync import registered_here
from marketing_events.models import MarketingEvent
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from tests.workflows.registrations.helpers import additions, make_due, work
from tests.workflows.registrations.test_faults import KilledError, crm_of, killed_at, lease_runs_out
from workflows.models import DailyAdditions, RegistrationJob
from workflows.models import RegistrationStatus as Status
from workflows.registrations import attempt as attempts
from workflows.registrations import queue as queues
from workflows.registrations import record as records
from workflows.registrations.jobs import ContactRef, Options, Source, enqueue, enqueue_batch
from workflows.registrations.queue import bulk_queue, queue
from workflows.registrations.results import Registered
from zoom_simulator.account.rows import Webinar as ZoomWebinar

pytestmark = pytest.mark.django_db(transaction=True)

Priority = RegistrationJob.Priority
# Of a whole group, from its claim to its end, the commits included; without the slots within Zoom's limits.
MOST_STATEMENTS = 51


@pytest.fixture
def webinar(company: Company) -> ZoomWebinar:
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    return webinar


def people(count: int, **fields: Any) -> list[Contact]:
    return [make_contact(**{"first_name": "Ana"} | fields) for _ in range(count)]


def queue_all(contacts: list[Contact], webinar: ZoomWebinar) -> None:
    enqueue_batch([ContactRef(id=contact.pk) for contact in contacts], webinar.id, Source.PAGE)


def do_group(killed: int = 0) -> int:
    """What is ready of the bulk, by a worker that dies at this statement; how many statements it sent."""
    leases = bulk_queue.claim()
    with killed_at(killed) as sent, suppress(KilledError):
        run_jobs(bulk_queue, leases)
    return len(sent)


def statuses(contacts: list[Contact]) -> list[str]:
    """Of each contact's only job."""
    return [contact.registration_jobs.get().status for contact in contacts]


@contextmanager
def before_writing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> Iterator[None]:
    """Zoom has answered all, and nothing of it is written."""
    write = queues.record_together

    def acted(answers: Any) -> None:
        act()
        write(answers)

    with monkeypatch.context() as patch:
        patch.setattr(queues, "record_together", acted)
        yield


def test_a_group_is_registered_as_each_would_be_alone(company: Company, webinar: ZoomWebinar) -> None:
    alone, *group = people(4)
    enqueue(alone, webinar.id, Source.PAGE)
    work()
    queue_all(group, webinar)
    do_group()
    assert statuses(group) == [Status.REGISTERED] * 3
    assert [crm_of(contact) for contact in group] == [crm_of(alone)] * 3
    assert MarketingEvent.objects.get().registered_count == 4
    assert additions(company.simulator) == len(webinar.registrants) == 4


def test_a_group_of_any_size_takes_the_same_statements(webinar: ZoomWebinar) -> None:
    def statements(size: int) -> int:
        queue_all(people(size), webinar)
        with CaptureQueriesContext(connection) as captured:
            do_group()
        skipped = ("SAVEPOINT", "RELEASE", "BEGIN")
        return sum(not row["sql"].startswith(skipped) for row in captured)

    statements(1)
    assert statements(4) == statements(12) <= MOST_STATEMENTS


def test_what_follows_from_a_group_is_one_change_set_behind_what_someone_waits_for(
    webinar: ZoomWebinar,
) -> None:
    before = ChangeSet.objects.count()
    group = people(3)
    queue_all(group, webinar)
    do_group()
    (change_set,) = ChangeSet.objects.order_by("pk")[before:]
    assert len(change_set.content["participations"]) == 3
    assert {row.priority for row in ChangeFollowUp.objects.filter(change_set=change_set)} == {Priority.BULK}


def test_d12_a_worker_killed_at_any_statement_of_a_group_registers_each_once(
    company: Company, webinar: ZoomWebinar
) -> None:
    first = people(2)
    queue_all(first, webinar)
    expected = None
    for number in range(1, do_group() + 1):
        expected = expected or crm_of(first[0])
        group = people(2)
        queue_all(group, webinar)
        do_group(killed=number)
        lease_runs_out()
        work()
        assert (number, statuses(group)) == (number, [Status.REGISTERED] * 2)
        assert [crm_of(contact) for contact in group] == [expected] * 2
        assert additions(company.simulator) == len(webinar.registrants) == 2 * (number + 1)


def test_d12_a_worker_killed_between_the_calls_and_their_write_asks_zoom_about_each(
    company: Company, webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die() -> None:
        raise KilledError

    group = people(3)
    queue_all(group, webinar)
    with before_writing(monkeypatch, die):
        do_group()
    assert {job.sent_at is None for job in RegistrationJob.objects.all()} == {False}
    lease_runs_out()
    work()
    assert statuses(group) == [Status.REGISTERED] * 3
    assert additions(company.simulator) == len(webinar.registrants) == 3


def test_one_lost_answer_keeps_no_one_else_waiting(company: Company, webinar: ZoomWebinar) -> None:
    group = people(3)
    queue_all(group, webinar)
    company.simulator.faults.add("lost answer", "/registrants", method="POST")
    do_group()
    assert sorted(statuses(group)) == [Status.REGISTERED, Status.REGISTERED, Status.WAITING]
    make_due()
    work()
    assert statuses(group) == [Status.REGISTERED] * 3
    assert additions(company.simulator) == len(webinar.registrants) == 3


def test_whoever_must_be_asked_about_first_is_no_longer_part_of_a_group(
    company: Company, webinar: ZoomWebinar
) -> None:
    queue_all(people(2), webinar)
    company.simulator.faults.add("lost answer", "/registrants", method="POST", times=2)
    do_group()
    make_due()
    assert bulk_queue.claim() == []
    assert len(queue.claim(5)) == 2


def test_an_answer_that_nobody_understands_is_that_persons_alone(
    company: Company, webinar: ZoomWebinar
) -> None:
    group = people(3)
    queue_all(group, webinar)
    message = "Novel reason."
    company.simulator.faults.add("error", "/registrants", method="POST", code=4242, message=message)
    do_group()
    assert sorted(statuses(group)) == [Status.FAILED, Status.REGISTERED, Status.REGISTERED]


def test_whoever_cannot_be_registered_is_refused_and_the_others_are_not(
    company: Company, webinar: ZoomWebinar
) -> None:
    nameless = make_contact(first_name="")
    group = [*people(2), nameless]
    queue_all(group, webinar)
    do_group()
    assert statuses(group) == [Status.REGISTERED, Status.REGISTERED, Status.REFUSED]
    assert additions(company.simulator) == 2


def test_whoever_was_added_too_often_today_waits_alone(company: Company, webinar: ZoomWebinar) -> None:
    often, *others = people(3)
    today = timezone.now().date()
    DailyAdditions.objects.create(contact=often, zoom_webinar_id=webinar.id, day=today, count=3)
    queue_all([often, *others], webinar)
    do_group()
    assert statuses([often, *others]) == [Status.WAITING, Status.REGISTERED, Status.REGISTERED]
    assert often.registration_jobs.get().sent_at is None
    assert additions(company.simulator) == 2


def test_one_who_cannot_be_written_fails_alone(
    company: Company, webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = people(3)
    queue_all(group, webinar)
    build = registered_here._registrant

    def broken(webinar: Any, contact: Contact, registered: Any) -> Registrant:
        if contact == group[1]:
            raise ValueError
        return build(webinar, contact, registered)

    monkeypatch.setattr(registered_here, "_registrant", broken)
    do_group()
    assert statuses(group) == [Status.REGISTERED, Status.FAILED, Status.REGISTERED]
    assert additions(company.simulator) == 3


def test_a_contact_twice_in_a_group_is_called_about_once(company: Company, webinar: ZoomWebinar) -> None:
    contact, other = people(2)
    for key in "ab":
        options = Options(key=key, priority=Priority.BULK)
        enqueue(contact, webinar.id, Source.WORKFLOW, options)
    enqueue(other, webinar.id, Source.WORKFLOW, Options(priority=Priority.BULK))
    do_group()
    jobs = [job.status for job in contact.registration_jobs.order_by("pk")]
    assert jobs == [Status.REGISTERED, Status.ALREADY_REGISTERED]
    assert statuses([other]) == [Status.REGISTERED]
    assert additions(company.simulator) == 2


def test_a_contact_about_whom_another_job_calls_zoom_is_left_for_later(
    company: Company, webinar: ZoomWebinar
) -> None:
    contact, other = people(2)
    enqueue(contact, webinar.id, Source.API, Options(key="a"))
    queue.claim(1)
    queue_all([contact, other], webinar)
    do_group()
    assert contact.registration_jobs.get(key="").status == Status.QUEUED
    assert statuses([other]) == [Status.REGISTERED]
    assert additions(company.simulator) == 1


def test_d22_a_contact_deleted_while_zoom_is_called_leaves_nothing_here(
    company: Company, webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, *others = people(3)
    queue_all([gone, *others], webinar)
    with before_writing(monkeypatch, lambda: delete_contact(gone.pk)):
        do_group()
    assert statuses(others) == [Status.REGISTERED, Status.REGISTERED]
    job = RegistrationJob.objects.get(contact=None)
    assert (job.status, job.registrant_id, job.reason_values) == (Status.REGISTERED, "", {})
    assert not Registrant.objects.filter(email=gone.email).exists()
    assert MarketingEvent.objects.get().registered_count == 2


@pytest.mark.parametrize(
    "result",
    [
        Failure("gone@customer.example is odd."),
        Refusal(RefusalReason.FORM_REQUIRES_FIELDS, zoom="gone@customer.example is odd."),
        Wait(WaitReason.ZOOM_UNAVAILABLE, zoom="gone@customer.example is odd."),
    ],
)
def test_d22_zooms_words_about_a_contact_deleted_meanwhile_are_not_kept(result: Any) -> None:
    job = RegistrationJob(contact_id=1, attempts=1)
    ending = records._ending(job, result, timezone.now(), contacts=set())
    assert "gone@customer.example" not in str(ending)
    assert "gone@customer.example" in str(records._ending(job, result, timezone.now(), contacts={1}))


def test_d22_the_words_of_a_refused_call_are_not_kept(
    company: Company, webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone,) = people(1)
    queue_all([gone], webinar)
    message = f"{gone.email} is odd."
    company.simulator.faults.add("error", "/registrants", method="POST", code=4242, message=message)
    record = queues.record

    def deleted_before(job: Any, lease: Any, result: Any) -> None:
        delete_contact(gone.pk)
        record(job, lease, result)

    monkeypatch.setattr(queues, "record", deleted_before)
    work()
    row = RegistrationJob.objects.values().get()
    assert row["state"] == JobState.FAILED
    assert gone.email not in str(row)


def test_a_contact_deleted_before_the_calls_is_not_called_about_and_the_others_are(
    company: Company, webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, *others = people(3)
    queue_all([gone, *others], webinar)
    note = attempts._note_calls

    def deleted_before(people: Any) -> Any:
        Contact.objects.filter(pk=gone.pk).delete()
        return note(people)

    monkeypatch.setattr(attempts, "_note_calls", deleted_before)
    do_group()
    assert statuses(others) == [Status.REGISTERED] * 2
    assert RegistrationJob.objects.get(contact=None).reason_code == RefusalReason.CONTACT_NOT_FOUND
    assert additions(company.simulator) == len(webinar.registrants) == 2


def test_contacts_are_locked_before_calls_are_noted(webinar: ZoomWebinar) -> None:
    """As whoever deletes a contact does: then neither waits for the other in a circle."""
    queue_all(people(2), webinar)
    with CaptureQueriesContext(connection) as captured:
        do_group()
    sent = [row["sql"] for row in captured]
    counted = next(place for place, sql in enumerate(sent) if "INTO workflows_dailyadditions" in sql)
    assert 'FROM "contacts_contact"' in sent[counted - 1]
    assert ("FOR NO KEY UPDATE" in sent[counted - 1]) == (connection.vendor == "postgresql")


@pytest.mark.parametrize("numbers", list(permutations((1, 2, 3))))
def test_webinars_are_written_in_the_same_order_whatever_the_group(
    numbers: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two groups that write the same events wait for each other in no circle. The discovery comes last."""
    written: list[Any] = []
    webinars = {2: Webinar(zoom_webinar_id=2), 3: Webinar(zoom_webinar_id=3)}
    monkeypatch.setattr(records, "_webinar", webinars.get)
    monkeypatch.setattr(records, "_discover", lambda: written.append("discovery"))
    monkeypatch.setattr(
        records, "note_registrations", lambda webinar, _new: written.append(webinar.zoom_webinar_id)
    )
    registered = Registered(registrant_id="a", occurrence_id="", is_pending=False, was_registered=False)
    answers: Any = [
        (RegistrationJob(zoom_webinar_id=key, contact_id=key), None, registered) for key in numbers
    ]
    records._note_in_crm(answers, {key: Contact(pk=key) for key in numbers})
    assert written == [2, 3, "discovery"]


def test_answers_are_written_again_where_the_database_gave_them_up(
    company: Company, webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends one of two transactions that wait for each other."""
    group = people(3)
    queue_all(group, webinar)
    note, times = records.note_registrations, []

    def deadlock_once(*args: Any) -> None:
        times.append(1)
        if len(times) == 1:
            raise OperationalError("deadlock detected")
        note(*args)

    monkeypatch.setattr(records, "note_registrations", deadlock_once)
    asked = len(company.simulator.calls.where("/registrants[?]", method="GET"))
    do_group()
    assert statuses(group) == [Status.REGISTERED] * 3
    assert additions(company.simulator) == 3
    assert len(company.simulator.calls.where("/registrants[?]", method="GET")) == asked


def test_d28_a_contact_of_a_group_cannot_be_merged_while_zoom_is_called(
    webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = people(3)
    survivor = make_contact()
    queue_all(group, webinar)

    def merge() -> None:
        with pytest.raises(MergeError):
            merge_contacts(survivor.pk, group[0].pk)

    with before_writing(monkeypatch, merge):
        do_group()
    assert statuses(group) == [Status.REGISTERED] * 3


def test_a_job_that_another_worker_took_over_is_left_to_it_and_the_others_are_written(
    company: Company, webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = people(3)
    queue_all(group, webinar)

    def take_over() -> None:
        job = RegistrationJob.objects.filter(contact=group[1])
        job.update(lease_token="another worker", lease_until=timezone.now())

    with before_writing(monkeypatch, take_over):
        do_group()
    assert statuses(group) == [Status.REGISTERED, Status.RUNNING, Status.REGISTERED]
    work()
    assert statuses(group) == [Status.REGISTERED] * 3
    assert additions(company.simulator) == 3


def test_answers_that_arrive_while_the_worker_stops_are_written(
    webinar: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = people(3)
    queue_all(group, webinar)
    leases = bulk_queue.claim()
    with before_writing(monkeypatch, leases[0].stop.set):
        run_jobs(bulk_queue, leases)
    assert statuses(group) == [Status.REGISTERED] * 3


def test_single_jobs_never_wait_for_a_group(webinar: ZoomWebinar) -> None:
    group, (single, denied) = people(3), people(2)
    queue_all(group, webinar)
    enqueue(single, webinar.id, Source.PAGE)
    enqueue(denied, webinar.id, Source.PAGE, Options(lifts_denial=True, priority=Priority.BULK))
    jobs = RegistrationJob.objects.in_bulk([lease.key for lease in queue.claim(9)])
    assert {job.contact_id for job in jobs.values()} == {single.pk, denied.pk}
    assert len(bulk_queue.claim()) == 3
    assert RegistrationJob.objects.filter(state=JobState.RUNNING).count() == 5
