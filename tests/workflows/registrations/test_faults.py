"""Never twice, never lost: workers that die at any point, jobs done by two at once, answers out of order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from contacts.models import Contact, TimelineEntry
from core.jobs import JobState, LeaseLostError, run_job
from marketing_events.models import Participation
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from tests.workflows.registrations.helpers import make_due, work
from workflows.models import RegistrationJob
from workflows.models import RegistrationStatus as Status
from workflows.registrations.attempt import attempt
from workflows.registrations.jobs import ContactRef, Options, Source, enqueue, enqueue_batch
from workflows.registrations.queue import queue
from workflows.registrations.record import record
from zoom_simulator.account.rows import Webinar as ZoomWebinar

pytestmark = pytest.mark.django_db(transaction=True)


class KilledError(BaseException):
    """The worker's process is gone."""


@pytest.fixture
def webinar(company: Company) -> ZoomWebinar:
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    return webinar


@contextmanager
def killed_at(statement: int) -> Iterator[list[str]]:
    """Kills the worker as it sends its n-th statement to the database; gives those that it sent."""
    sent: list[str] = []

    def execute(run: Callable[..., Any], sql: str, *args: Any) -> Any:
        sent.append(sql)
        if len(sent) == statement:
            raise KilledError
        return run(sql, *args)

    with connection.execute_wrapper(execute):
        yield sent


def do_one(killed: int = 0) -> int:
    """One attempt by a worker that dies at this statement (0: never); how many statements it sent."""
    (lease,) = queue.claim(1)
    with killed_at(killed) as sent, suppress(KilledError):
        run_job(queue, lease)
    return len(sent)


def lease_runs_out() -> None:
    RegistrationJob.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now())


def crm_of(contact: Contact) -> list[tuple[Any, ...]]:
    contact.refresh_from_db()
    parts = Participation.objects.filter(contact=contact).values_list("event", "state")
    entries = TimelineEntry.objects.filter(contact=contact).values_list("kind", "subject_key")
    has_link = bool(contact.zoom_webinar_joinlink)
    return [*parts, *entries, (contact.zoom_webinar_registration_count, has_link)]


def test_d12_a_worker_killed_at_any_statement_leaves_one_registration(
    company: Company, webinar: ZoomWebinar
) -> None:
    first = make_contact(first_name="Ana")
    enqueue(first, webinar.id, Source.PAGE)
    statements = do_one()
    expected = crm_of(first)
    assert expected[-1] == (1, True)
    for number in range(1, statements + 1):
        contact = make_contact(first_name="Ana")
        job = enqueue(contact, webinar.id, Source.PAGE)
        do_one(killed=number)
        lease_runs_out()
        work()
        job.refresh_from_db()
        assert (number, job.status) == (number, Status.REGISTERED)
        assert (number, crm_of(contact)) == (number, expected)
        emails = [person.email for person in webinar.registrants.values()]
        assert emails.count(contact.email) == 1
        posted = company.simulator.calls.where("/registrants", method="POST")
        assert len(posted) == number + 1, "Zoom was asked twice"


def test_d12_a_worker_killed_while_zoom_answers_leaves_one_registration(
    company: Company, webinar: ZoomWebinar
) -> None:
    contact = make_contact(first_name="Ana")
    job = enqueue(contact, webinar.id, Source.PAGE)
    company.simulator.faults.add("lost answer", "/registrants", method="POST")
    work()
    make_due()
    work()
    job.refresh_from_db()
    assert (job.status, job.sent_at) == (Status.REGISTERED, None)
    assert len(webinar.registrants) == 1


def test_a_worker_that_was_taken_for_dead_writes_nothing(company: Company, webinar: ZoomWebinar) -> None:
    contact = make_contact(first_name="Ana")
    job = enqueue(contact, webinar.id, Source.PAGE)
    (slow,) = queue.claim(1)
    row = RegistrationJob.objects.get(pk=job.pk)
    result = attempt(row, slow)
    lease_runs_out()
    work()
    job.refresh_from_db()
    ended, crm = job.finished_at, crm_of(contact)
    with pytest.raises(LeaseLostError):
        record(row, slow, result)
    job.refresh_from_db()
    assert (job.status, job.finished_at, crm_of(contact)) == (Status.REGISTERED, ended, crm)
    assert len(company.simulator.calls.where("/registrants", method="POST")) == 1


def test_d16_two_jobs_about_one_person_are_done_one_after_the_other(
    company: Company, webinar: ZoomWebinar
) -> None:
    contact = make_contact(first_name="Ana")
    jobs = [enqueue(contact, webinar.id, Source.API, Options(key=key)) for key in "ab"]
    first, second = queue.claim(2)
    run_job(queue, second)
    assert company.simulator.calls.where("/registrants", method="POST") == []
    run_job(queue, first)
    make_due()
    work()
    for job in jobs:
        job.refresh_from_db()
    assert sorted(job.status for job in jobs) == [Status.ALREADY_REGISTERED, Status.REGISTERED]
    assert len(webinar.registrants) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_answers_in_any_order_come_to_the_same(
    company: Company, webinar: ZoomWebinar, order: tuple[int, int]
) -> None:
    """Should two be under way at once after all: Zoom gives both the same registrant."""
    contact = make_contact(first_name="Ana")
    for key in "ab":
        enqueue(contact, webinar.id, Source.API, Options(key=key))
    leases = queue.claim(2)
    rows = [RegistrationJob.objects.get(pk=lease.key) for lease in leases]
    results = [attempt(row, lease) for row, lease in zip(rows, leases, strict=True)]
    for number in order:
        record(rows[number], leases[number], results[number])
    assert len({row.registrant_id for row in RegistrationJob.objects.all()}) == 1
    assert company.timeline(contact.email) == ["webinar_registered"]
    assert Participation.objects.filter(contact=contact).count() == 1


def test_a_single_job_goes_before_a_bulk(company: Company, webinar: ZoomWebinar) -> None:
    bulk = [ContactRef(id=make_contact(first_name="B").pk) for _ in range(20)]
    enqueue_batch(bulk, webinar.id, Source.PAGE)
    single = enqueue(make_contact(first_name="Ana"), webinar.id, Source.PAGE)
    (lease,) = queue.claim(1)
    assert lease.key == single.pk
