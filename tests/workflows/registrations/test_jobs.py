"""Queueing, joining, retrying and cancelling jobs: one wish is one job (D16)."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contacts.actions import delete_contact
from contacts.models import Contact
from core.jobs import JobState
from tests.contacts.make import make_contact
from tests.support.at_once import at_once
from workflows.models import RegistrationJob
from workflows.models import RegistrationStatus as Status
from workflows.registrations.jobs import (
    ContactRef,
    NotPossibleNowError,
    Options,
    Source,
    cancel,
    cancel_batch,
    enqueue,
    enqueue_batch,
    resolve,
    retry,
)
from workflows.registrations.signals import registrations_ended

WEBINAR = 93112345678


@pytest.fixture
def contact(db: None) -> Contact:
    return make_contact("ana@customer.example")


def end(job: RegistrationJob, outcome: str) -> RegistrationJob:
    RegistrationJob.objects.filter(pk=job.pk).update(
        state=JobState.COMPLETE, outcome=outcome, finished_at=timezone.now()
    )
    job.refresh_from_db()
    return job


def wish(contact: Contact, **options: Any) -> RegistrationJob:
    return enqueue(contact, WEBINAR, Source.API, Options(**options))


def test_a_wish_without_a_key_joins_the_job_that_is_not_over(contact: Contact) -> None:
    first = wish(contact)
    assert wish(contact) == first
    assert wish(contact, occurrence_id="1") != first
    end(first, Status.REGISTERED)
    assert wish(contact) != first


def test_the_same_key_is_the_same_job_also_when_it_is_over(contact: Contact) -> None:
    first = wish(contact, key="order-7")
    assert wish(contact, key="order-7") == first
    end(first, Status.REFUSED)
    assert wish(contact, key="order-7") == first
    assert wish(contact, key="order-8") != first


@pytest.mark.parametrize("key", ["", "order-7"])
@pytest.mark.django_db(transaction=True)
def test_wishes_at_the_same_moment_are_one_job(key: str) -> None:
    contact = make_contact()
    jobs, problems = at_once(6, lambda _number: wish(contact, key=key).pk)
    assert problems == []
    assert len(set(jobs)) == 1


def test_the_database_keeps_a_wish_from_having_two_jobs(contact: Contact) -> None:
    row = {"contact": contact, "zoom_webinar_id": WEBINAR, "source": Source.API}
    RegistrationJob.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationJob.objects.create(**row)
    RegistrationJob.objects.create(**row, key="k")
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationJob.objects.create(**row, key="k")


def test_somebody_who_waits_pulls_their_job_out_of_a_bulk(contact: Contact) -> None:
    batch = enqueue_batch([ContactRef(id=contact.pk)], WEBINAR, Source.PAGE).batch
    (bulk,) = batch.jobs.all()
    assert bulk.priority == RegistrationJob.Priority.BULK
    assert wish(contact) == bulk
    bulk.refresh_from_db()
    assert bulk.priority == RegistrationJob.Priority.SINGLE


def test_a_batch_takes_contacts_by_id_and_by_any_address_and_names_the_others(contact: Contact) -> None:
    other = make_contact("ben@customer.example", secondary_emails=("ben@private.example",))
    refs = [
        ContactRef(id=contact.pk),
        ContactRef(email="nobody@customer.example"),
        ContactRef(email=" BEN@private.example"),
        ContactRef(id=10**9),
        ContactRef(email="ana@customer.example"),
    ]
    queued = enqueue_batch(refs, WEBINAR, Source.API)
    assert queued.accepted == 2
    assert [row.index for row in queued.refused] == [1, 3]
    assert set(queued.batch.jobs.values_list("contact_id", flat=True)) == {contact.pk, other.pk}


def test_a_batch_leaves_jobs_alone_that_are_under_way(contact: Contact) -> None:
    single = wish(contact)
    enqueue_batch([ContactRef(id=contact.pk)], WEBINAR, Source.PAGE)
    assert list(RegistrationJob.objects.all()) == [single]


@given(st.lists(st.sampled_from([1, 2, 3]), max_size=8))
def test_each_contact_is_found_once_whatever_is_repeated(numbers: list[int]) -> None:
    everybody_but_3 = patch("workflows.registrations.jobs._existing", lambda keys: set(keys) - {3})
    with everybody_but_3, patch("workflows.registrations.jobs._by_email", lambda _emails: {}):
        found, unknown = resolve([ContactRef(id=number) for number in numbers])
    assert found == list(dict.fromkeys(number for number in numbers if number != 3))
    assert [row.index for row in unknown] == [i for i, number in enumerate(numbers) if number == 3]


@pytest.mark.parametrize("outcome", [Status.REFUSED, Status.CANCELLED])
def test_what_was_refused_or_cancelled_can_be_done_again(contact: Contact, outcome: str) -> None:
    job = end(wish(contact), outcome)
    assert retry(job) == job
    assert (job.status, job.attempts, job.finished_at) == (Status.QUEUED, 0, None)


def test_what_failed_can_be_done_again(contact: Contact) -> None:
    job = wish(contact)
    RegistrationJob.objects.update(state=JobState.FAILED, reason_code="unknown_refusal")
    assert retry(job).status == Status.QUEUED


@pytest.mark.parametrize("outcome", [Status.REGISTERED, Status.ALREADY_REGISTERED, Status.PENDING_APPROVAL])
def test_what_succeeded_is_not_done_again(contact: Contact, outcome: str) -> None:
    with pytest.raises(NotPossibleNowError):
        retry(end(wish(contact), outcome))


def test_a_retry_joins_another_job_for_the_same_wish(contact: Contact) -> None:
    old = end(wish(contact), Status.REFUSED)
    new = wish(contact)
    assert retry(old) == new


def test_a_job_that_waits_can_be_cancelled_one_that_runs_cannot(contact: Contact) -> None:
    told: list[RegistrationJob] = []
    registrations_ended.connect(lambda jobs, **_: told.extend(jobs), weak=False, dispatch_uid="test")
    try:
        job = cancel(wish(contact))
    finally:
        registrations_ended.disconnect(dispatch_uid="test")
    assert (job.status, told) == (Status.CANCELLED, [job])
    running = wish(contact)
    RegistrationJob.objects.filter(pk=running.pk).update(
        state=JobState.RUNNING, lease_token="t", lease_until=timezone.now()
    )
    with pytest.raises(NotPossibleNowError):
        cancel(running)


def test_a_batch_is_cancelled_as_far_as_it_waits(contact: Contact) -> None:
    other = make_contact()
    batch = enqueue_batch([ContactRef(id=contact.pk), ContactRef(id=other.pk)], WEBINAR, Source.PAGE).batch
    end(batch.jobs.get(contact=other), Status.REGISTERED)
    assert cancel_batch(batch) == 1
    assert sorted(job.status for job in batch.jobs.all()) == [Status.CANCELLED, Status.REGISTERED]


STATES = [
    ({}, Status.QUEUED),
    ({"reason_code": "daily_limit"}, Status.WAITING),
    ({"state": "running", "lease_token": "t", "lease_until": timezone.now()}, Status.RUNNING),
    ({"state": "failed", "reason_code": "unknown_refusal"}, Status.FAILED),
    *(({"state": "complete", "outcome": outcome}, outcome) for outcome in Status if outcome not in (
        Status.QUEUED, Status.WAITING, Status.RUNNING, Status.FAILED,
    )),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "status"), STATES)
def test_each_state_is_shown_and_found_under_its_name(
    contact: Contact, fields: dict[str, Any], status: Status
) -> None:
    job = wish(contact)
    RegistrationJob.objects.update(**fields)
    job.refresh_from_db()
    assert job.status == status
    for other in Status:
        assert RegistrationJob.objects.in_status(other).exists() == (other == status)


def test_d22_a_deleted_contacts_jobs_keep_nothing_that_names_it(contact: Contact) -> None:
    job = wish(contact, key="ana@customer.example")
    RegistrationJob.objects.update(reason_values={"zoom": "… (ana@customer.example)"}, registrant_id="r1")
    delete_contact(contact.pk)
    job.refresh_from_db()
    assert (job.contact, job.status, job.key) == (None, Status.CANCELLED, "")
    assert (job.reason_values, job.registrant_id) == ({}, "")
