"""What breaks around those inside: Zoom's account, the contact, the clocks, Redis, the workflow itself."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from django.db import connection, transaction
from django.utils import timezone

from contacts.actions import delete_contact
from contacts.merging.merge import merge_contacts, undo_merge
from contacts.models import Brand, Contact, PropertyDefinition
from integrations.models import ZoomConnection
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from tests.workflows.definition.examples import branch, note, step, workflow
from tests.workflows.engine.conftest import Clock
from tests.workflows.engine.helpers import notes, publish, trail
from tests.workflows.engine.helpers import work as work_on_workflows
from tests.workflows.registrations.helpers import ana, schedule
from tests.workflows.registrations.helpers import work as work_on_registrations
from workflows.actions import archive_workflow
from workflows.engine import ending
from workflows.engine.waking import wake_waiting
from workflows.models import Enrolment, OutgoingMessage, RegistrationJob, StepRun
from workflows.people import enrol_contact, remove_enrolment, retry_enrolment
from workflows.registrations.registration import Registration
from workflows.registrations.results import Registered

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = step("w", "wait", **{"for": {"hours": 1}})
ADD = step("add", "add_to_webinar", webinar="93112345678")
HOOK = "https://hooks.example.com/a"


def work() -> None:
    while work_on_workflows() + work_on_registrations():
        pass


def went(one: Enrolment) -> list[str]:
    work()
    one.refresh_from_db()
    return trail(one)


def inside(contact: Contact, *steps: dict[str, Any]) -> Enrolment:
    """Someone who came as far as they get now; registrations wait."""
    one = enrol_contact(publish(workflow(*steps)), contact.pk)
    work_on_workflows()
    return one


# Zoom's account


def disconnect(is_lost: bool) -> None:
    state = ZoomConnection.State.DISCONNECTED if is_lost else ZoomConnection.State.CONNECTED
    ZoomConnection.objects.update(state=state)


def stop_being_primary(is_lost: bool) -> None:
    Brand.objects.update(is_primary=not is_lost)


@pytest.mark.parametrize(
    ("lose", "reason"), [(disconnect, "not_connected"), (stop_being_primary, "no_primary_connection")]
)
def test_an_account_that_is_lost_while_people_wait_stops_them_with_the_reason_until_it_is_back(
    company: Company, clock: Clock, lose: Callable[[bool], None], reason: str
) -> None:
    webinar = schedule(company.simulator)
    add = step("add", "add_to_webinar", webinar=str(webinar.id))
    one = inside(ana(), WAIT, add, note("after"))
    lose(True)
    clock.move(hours=2)
    assert went(one) == ["w:waited", "add:refused"]
    assert StepRun.objects.get(step_id="add").values["reason"] == reason
    assert not webinar.registrants
    lose(False)
    retry_enrolment(one)
    assert went(one) == ["w:waited", "add:registered", "after:noted"]
    assert len(webinar.registrants) == 1


def test_an_account_that_is_lost_while_zoom_is_called_keeps_the_answer(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    webinar = schedule(company.simulator)
    added = Registration._added

    def lost(self: Registration, answer: Any) -> Any:
        disconnect(True)
        return added(self, answer)

    monkeypatch.setattr(Registration, "_added", lost)
    one = inside(ana(), step("add", "add_to_webinar", webinar=str(webinar.id)), note("after"))
    assert went(one) == ["add:registered", "after:noted"]
    assert len(webinar.registrants) == 1


# The contact


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that Zoom was asked to register."""
    addresses: list[str] = []

    def attempt(job: RegistrationJob, _lease: Any) -> Registered:
        addresses.append(job.contact.email if job.contact else "")
        return Registered(registrant_id="7", occurrence_id="", is_pending=False, was_registered=False)

    monkeypatch.setattr("workflows.registrations.queue.attempt", attempt)
    return addresses


def two() -> tuple[Contact, Contact]:
    """Of whom the first lives in Germany."""
    PropertyDefinition.objects.create(name="country", label="Country")
    return make_contact("anna@new.example", properties={"country": "DE"}), make_contact("anna@old.example")


GERMAN = {"filter": "property", "property": "country", "is": "equals", "value": "DE"}
BRANCH = branch("b", {"id": "yes", "where": GERMAN, "steps": [note("german")]}, otherwise=[note("other")])


def test_who_is_merged_while_waiting_goes_on_as_the_one_that_is_left(clock: Clock) -> None:
    anna, old = two()
    one = inside(old, WAIT, BRANCH)
    merge_contacts(anna.pk, old.pk)
    clock.move(hours=2)
    assert went(one) == ["w:waited", "b:chosen", "german:noted"]
    assert notes(anna) == ["came by german"]


def test_whose_merge_is_undone_while_waiting_goes_on_as_before(clock: Clock) -> None:
    anna, old = two()
    one = inside(old, WAIT, BRANCH)
    undo_merge(merge_contacts(anna.pk, old.pk).pk)
    clock.move(hours=2)
    assert went(one) == ["w:waited", "b:else", "other:noted"]
    assert (notes(old), notes(anna)) == (["came by other"], [])


@pytest.mark.parametrize("is_undone", [False, True])
def test_who_is_merged_while_a_registration_is_queued_is_registered_once_and_goes_on(
    registered: list[str], is_undone: bool
) -> None:
    anna, old = two()
    one = inside(old, ADD, note("after"))
    merge = merge_contacts(anna.pk, old.pk)
    if is_undone:
        undo_merge(merge.pk)
    assert went(one) == ["add:registered", "after:noted"]
    left = old if is_undone else anna
    assert (registered, notes(left)) == ([left.email], ["came by after"])


def test_who_is_deleted_while_a_registration_is_queued_is_not_registered(registered: list[str]) -> None:
    contact = make_contact()
    inside(contact, ADD, note("after"))
    delete_contact(contact.pk)
    work()
    assert (registered, RegistrationJob.objects.get().outcome) == ([], "cancelled")
    assert not Enrolment.objects.exists()


# The workflow itself


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite locks the whole database")
def test_who_is_taken_out_while_their_registration_is_cancelled_holds_no_one_up(
    registered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one has locked the enrolment, and the other one the job: neither waits for both."""
    one = inside(make_contact(), ADD, note("after"))
    job, at_enrolment, has_job = RegistrationJob.objects.get(), threading.Event(), threading.Event()
    cancel = ending._cancel_registrations

    def cancel_later(enrolments: Any) -> None:
        at_enrolment.set()
        time.sleep(0.3)  # the other one waits for the enrolment now
        cancel(enrolments)

    def lock_and_wake() -> None:
        try:
            with transaction.atomic():
                RegistrationJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
                has_job.set()
                at_enrolment.wait(5)
                wake_waiting([f"registration:{job.pk}"])
        finally:
            connection.close()

    monkeypatch.setattr(ending, "_cancel_registrations", cancel_later)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(lock_and_wake)
        has_job.wait(5)
        remove_enrolment(one)
        other.result(10)
    job.refresh_from_db()
    assert (job.outcome, registered) == ("cancelled", [])


def archive(one: Enrolment) -> None:
    archive_workflow(one.workflow_id)


@pytest.mark.parametrize("leave", [archive, remove_enrolment])
def test_a_registration_that_waits_is_cancelled_for_who_leaves(
    registered: list[str], leave: Callable[[Enrolment], None]
) -> None:
    one = inside(make_contact(), ADD)
    leave(one)
    assert went(one) == ["add:left"]
    assert (registered, RegistrationJob.objects.get().outcome) == ([], "cancelled")


@responses.activate
@pytest.mark.parametrize("leave", [archive, remove_enrolment])
def test_a_webhook_that_is_being_retried_is_not_sent_for_who_has_left(
    clock: Clock, settings: Any, leave: Callable[[Enrolment], None]
) -> None:
    settings.CALLBACKS_INSIDE_NETWORK = True
    calls = responses.post(HOOK, status=500)
    one = inside(make_contact(), step("ask", "webhook", url=HOOK), note("after"))
    assert calls.call_count == 1
    leave(one)
    calls.status = 200
    clock.move(hours=1)
    assert went(one) == ["ask:left"]
    message = OutgoingMessage.objects.get()
    assert (calls.call_count, message.state) == (1, "failed")
    assert str(message.error) == "The contact had left the workflow."


# The clocks, and Redis


def test_a_wait_for_a_weekday_and_hour_ends_on_the_clocks_of_the_zone_also_after_they_jump(
    clock: Clock,
) -> None:
    def is_at(moment: str) -> None:
        clock.moved = datetime.fromisoformat(moment) - datetime.now(UTC)

    is_at("2027-03-27T12:00:00+00:00")  # the clocks of Berlin jump in the night after
    monday = step("w", "wait_until_weekday", days=["monday"], at="09:00", zone="Europe/Berlin")
    one = inside(make_contact(), monday, note("after"))
    for moment in ("2027-03-29T06:59:00+00:00", "2027-03-28T01:00:00+00:00"):  # our own may be set back, too
        is_at(moment)
        assert went(one) == ["w:waiting"]
    is_at("2027-03-29T07:00:01+00:00")
    assert went(one) == ["w:waited", "after:noted"]


def test_where_redis_has_died_the_rows_are_still_there_and_everyone_goes_on(
    registered: list[str], clock: Clock, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # no one answers there
    began = timezone.now()
    one = inside(make_contact(), WAIT, ADD, note("after"))
    clock.move(hours=2)
    assert went(one) == ["w:waited", "add:registered", "after:noted"]
    assert len(registered) == 1
    assert (timezone.now() - began).total_seconds() < 2 * 3600 + 60
