"""Registering all contacts of a long list: none is left out, and a worker queues them."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contacts.bulk_changes.queue import Targets, bulk_changes, queueing_changes
from contacts.bulk_changes.queue import enqueue as enqueue_change
from contacts.models import BulkChange, Contact
from integrations.models import Webinar, ZoomConnection
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.support.jobs import work_off
from tests.workflows.registrations.helpers import schedule
from workflows.models import RegistrationBatch, RegistrationJob, RegistrationStatus
from workflows.registrations import preflight
from workflows.registrations.jobs import ContactRef, Source, enqueue, enqueue_batch
from workflows.registrations.views import add
from workflows.registrations.views.batches import BATCHES_SHOWN, newest_batches
from zoom_simulator.simulator import Simulator

ADD = "/automation/registrations/add/"


@pytest.fixture(autouse=True)
def short_lists_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(add, "MOST_WHILE_WAITING", 3)
    monkeypatch.setattr(preflight, "MOST_JUDGED", 3)


@pytest.fixture
def webinar(account: ZoomConnection) -> Webinar:
    return make_webinar(account, topic="Growing roses")


def people(number: int = 5) -> list[Contact]:
    return [make_contact(f"person{index}@customer.example", first_name="Pat") for index in range(number)]


def send(client: Client, webinar: Webinar, **fields: Any) -> RegistrationBatch:
    client.post(ADD, {"webinar": webinar.zoom_webinar_id} | fields, headers={"HX-Request": "true"})
    return RegistrationBatch.objects.get()


def work() -> None:
    work_off(queueing_changes)


def test_all_contacts_that_match_are_queued_by_a_worker(charlie_client: Client, webinar: Webinar) -> None:
    contacts = people()
    make_contact("other@elsewhere.example")
    batch = send(charlie_client, webinar, matching="q=customer.example", everyone="on")
    assert not RegistrationJob.objects.exists()
    work()
    jobs = RegistrationJob.objects.filter(batch=batch)
    assert {job.contact_id for job in jobs} == {contact.pk for contact in contacts}
    assert {job.priority for job in jobs} == {RegistrationJob.Priority.BULK}
    assert {str(job.requested_by) for job in jobs} == {str(batch.requested_by)}


def test_pasted_addresses_are_queued_by_a_worker_too(charlie_client: Client, webinar: Webinar) -> None:
    contacts = people()
    batch = send(charlie_client, webinar, emails=" ".join(contact.email for contact in contacts))
    work()
    assert batch.jobs.count() == len(contacts)


def test_who_is_deleted_before_is_left_out_with_a_reason(charlie_client: Client, webinar: Webinar) -> None:
    contacts = people()
    batch = send(charlie_client, webinar, contact=[contact.pk for contact in contacts])
    contacts[0].delete()
    work()
    assert batch.jobs.count() == 4
    assert batch.bulk_change.refused == 1


def test_who_is_being_registered_already_has_no_second_job(charlie_client: Client, webinar: Webinar) -> None:
    contacts = people()
    enqueue(contacts[2], webinar.zoom_webinar_id, Source.API)
    batch = send(charlie_client, webinar, contact=[contact.pk for contact in contacts])
    work()
    assert (batch.bulk_change.changed, batch.bulk_change.unchanged) == (4, 1)
    assert RegistrationJob.objects.count() == 5


def test_a_list_is_queued_while_a_long_change_of_other_contacts_goes_on(
    charlie_client: Client, webinar: Webinar
) -> None:
    change = enqueue_change("delete", {}, Targets([make_contact().pk]), requested_by_id=None)
    assert len(bulk_changes.claim()) == 1
    batch = send(charlie_client, webinar, contact=[contact.pk for contact in people()])
    assert bulk_changes.claim() == []
    work()
    change.refresh_from_db()
    assert (batch.jobs.count(), change.state) == (5, BulkChange.State.RUNNING)


def test_the_line_shows_the_whole_list_while_it_is_being_queued(
    charlie_client: Client, webinar: Webinar
) -> None:
    batch = send(charlie_client, webinar, contact=[contact.pk for contact in people()])
    BulkChange.objects.filter(pk=batch.bulk_change_id).update(changed=2)
    (line,) = newest_batches()
    assert (line.total, line.is_over) == (3, False)
    page = charlie_client.get("/automation/registrations/progress/", {"batch": batch.pk}).content.decode()
    assert "0 of 3" in page
    assert "Cancel the rest" in page


def test_cancelling_the_rest_queues_no_more(charlie_client: Client, webinar: Webinar) -> None:
    batch = send(charlie_client, webinar, contact=[contact.pk for contact in people()])
    charlie_client.post(f"/automation/registrations/batches/{batch.pk}/cancel/")
    work()
    assert not batch.jobs.exists()
    (line,) = newest_batches()
    assert line.is_over


def test_a_list_that_grows_before_a_worker_reads_it_registers_no_one(
    charlie_client: Client, webinar: Webinar
) -> None:
    people()
    batch = send(charlie_client, webinar, matching="q=customer.example", everyone="on", confirmed=5)
    make_contact("late@customer.example")
    work()
    (line,) = newest_batches()
    assert (batch.jobs.count(), line.is_over, bool(line.problem)) == (0, True, True)


@pytest.mark.parametrize("number", [3, 5])
def test_a_list_that_has_grown_since_the_preflight_is_shown_again(
    charlie_client: Client, webinar: Webinar, number: int
) -> None:
    """Short or long."""
    people(number)
    fields = {"webinar": webinar.zoom_webinar_id, "matching": "q=customer.example", "everyone": "on"}
    answer = charlie_client.post(ADD, fields | {"confirmed": number - 1}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert f"{number} contacts match now" in answer.content.decode()
    assert not RegistrationBatch.objects.exists()


@pytest.mark.parametrize("confirmed", ["", "many", "-1", "9" * 30])
def test_a_form_that_confirms_no_number_means_those_who_match_now(
    charlie_client: Client, webinar: Webinar, confirmed: str
) -> None:
    people()
    batch = send(charlie_client, webinar, matching="q=customer.example", everyone="on", confirmed=confirmed)
    assert batch.bulk_change.expected == 5


def test_a_list_that_cannot_be_read_any_more_says_so(charlie_client: Client, webinar: Webinar) -> None:
    people()
    batch = send(charlie_client, webinar, matching="q=customer.example", everyone="on")
    BulkChange.objects.filter(pk=batch.bulk_change_id).update(matching="segment=0")
    work()
    (line,) = newest_batches()
    assert line.is_over
    assert line.problem
    assert "No one was registered." in charlie_client.get("/automation/registrations/").content.decode()


@pytest.mark.usefixtures("account")
def test_the_preflight_judges_the_first_and_counts_the_others(
    charlie_client: Client, simulator: Simulator
) -> None:
    fields = {"contact": [contact.pk for contact in people()], "webinar": schedule(simulator).id}
    page = charlie_client.get(ADD, fields, headers={"HX-Request": "true", "HX-Target": "preflight"})
    text = " ".join(re.sub(r"<[^>]*>", " ", page.content.decode()).split())
    assert "Will be registered 3" in text
    assert "Not checked yet 2" in text
    assert "Register 5 contacts" in text
    assert 'name="confirmed" value="5"' in page.content.decode()


def test_a_single_one_is_queued_at_once(charlie_client: Client, webinar: Webinar) -> None:
    (contact,) = people(1)
    charlie_client.post(ADD, {"webinar": webinar.zoom_webinar_id, "contact": contact.pk})
    assert RegistrationJob.objects.get().status == RegistrationStatus.QUEUED


def test_older_batches_are_not_hidden(charlie_client: Client, webinar: Webinar) -> None:
    contacts = people(2)
    refs = [ContactRef(id=contact.pk) for contact in contacts]
    batches = [enqueue_batch(refs, number, Source.PAGE).batch for number in range(1, BATCHES_SHOWN + 2)]
    page = charlie_client.get("/automation/registrations/").content.decode()
    assert f"?batch={batches[0].pk}" not in page
    assert 'href="/automation/registrations/batches/"' in page
    page = charlie_client.get("/automation/registrations/batches/").content.decode()
    assert f"?batch={batches[0].pk}" in page


def test_counting_batches_takes_as_many_queries_for_one_as_for_all(
    charlie_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refs = [ContactRef(id=contact.pk) for contact in people(2)]
    for number in range(1, BATCHES_SHOWN):
        enqueue_batch(refs, number, Source.PAGE)
    with django_assert_num_queries(4):
        assert [line.total for line in newest_batches()] == [2] * (BATCHES_SHOWN - 1)
