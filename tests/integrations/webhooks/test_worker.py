import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Brand
from core.retention import prune_all
from integrations.models import Registrant, SyncRun, WebhookDelivery, Webinar
from integrations.webhooks import worker
from integrations.webhooks.handlers import Outcome, PendingRequests, handle
from integrations.webhooks.worker import deliveries
from tests.integrations.webhooks.sending import about
from tests.support.at_once import at_once
from tests.support.jobs import ended, running, work_off

NOW = timezone.now()


def make_delivery(webinar: Webinar, event: str = "webinar.updated", **fields: Any) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        **{
            "body_hash": random.randbytes(32).hex(),
            "event": event,
            "connection": webinar.connection,
            "payload": about(webinar),
            **fields,
        }
    )


def states() -> set[str]:
    return set(WebhookDelivery.objects.values_list("state", flat=True))


def test_what_waits_is_handled_until_nothing_is_left(syncing_brand: Brand, webinar: Webinar) -> None:
    for _number in range(deliveries.batch + 5):
        make_delivery(webinar)
    assert len(work_off(deliveries)) == deliveries.batch + 5
    assert states() == {"complete"}
    assert SyncRun.objects.count() == 1
    assert work_off(deliveries) == []


def test_messages_of_one_batch_are_taken_in_the_order_in_which_things_happened(
    syncing_brand: Brand, webinar: Webinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def note(delivery: WebhookDelivery, asked: PendingRequests) -> Outcome:
        seen.append(delivery.event)
        return Outcome(WebhookDelivery.Result.HANDLED, "")

    monkeypatch.setattr(worker, "handle", note)
    for minutes, event in [(3, "c"), (1, "a"), (2, "b")]:
        make_delivery(webinar, event, event_at=NOW + timedelta(minutes=minutes))
    work_off(deliveries)
    assert seen == ["a", "b", "c"]


def test_a_burst_about_one_webinar_costs_few_statements_for_each_message(
    syncing_brand: Brand, webinar: Webinar, django_assert_max_num_queries: Any
) -> None:
    for _number in range(50):
        make_delivery(webinar, "webinar.participant_joined")
    with django_assert_max_num_queries(50 * 4 + 20):  # savepoint, webinar, its state, release
        work_off(deliveries)


def test_d13_what_a_dead_worker_held_is_taken_over_when_its_lease_is_over(
    syncing_brand: Brand, webinar: Webinar
) -> None:
    held = make_delivery(webinar, **running())
    assert work_off(deliveries) == []
    WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert len(work_off(deliveries)) == 1
    held.refresh_from_db()
    assert (held.result, held.attempts, held.lease_until) == ("handled", 1, None)


def test_a_message_that_fails_costs_no_other_and_is_tried_again(
    syncing_brand: Brand, webinar: Webinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_arguments: Any) -> int:
        Registrant.objects.create(webinar=webinar, zoom_id="half", status="gone")
        raise RuntimeError("secret details")

    monkeypatch.setattr("integrations.webhooks.handlers.note_registered", break_down)
    failing = make_delivery(webinar, "webinar.registration_created", event_at=NOW)
    fine = make_delivery(webinar, event_at=NOW + timedelta(seconds=1))
    work_off(deliveries)
    failing.refresh_from_db()
    fine.refresh_from_db()
    assert (failing.state, failing.attempts, str(failing.error)) == ("queued", 1, "Failed (RuntimeError).")
    assert failing.not_before > timezone.now()
    assert fine.result == "handled"
    assert not Registrant.objects.exists()


def test_a_message_that_always_fails_is_given_up(
    syncing_brand: Brand, webinar: Webinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_arguments: Any) -> Outcome:
        raise RuntimeError

    monkeypatch.setattr(worker, "handle", break_down)
    make_delivery(webinar)
    for _attempt in range(deliveries.max_attempts or 0):
        work_off(deliveries)
        WebhookDelivery.objects.filter(state="queued").update(not_before=timezone.now())
    assert states() == {"failed"}


def test_what_a_failed_message_asked_for_is_asked_for_by_the_next(
    syncing_brand: Brand, webinar: Webinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def break_down_once(delivery: WebhookDelivery, asked: PendingRequests) -> Outcome:
        outcome = handle(delivery, asked)
        calls.append(delivery.pk)
        if len(calls) == 1:
            raise RuntimeError
        return outcome

    monkeypatch.setattr(worker, "handle", break_down_once)
    for later in (0, 1):
        make_delivery(webinar, event_at=NOW + timedelta(seconds=later))
    work_off(deliveries)
    assert SyncRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_handle_each_message_once(syncing_brand: Brand, webinar: Webinar) -> None:
    for _number in range(40):
        make_delivery(webinar)
    handled, problems = at_once(4, lambda _number: len(work_off(deliveries)))
    assert problems == []
    assert sum(handled) == 40
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("complete", 1)}
    assert SyncRun.objects.count() == 1


def test_old_messages_are_forgotten_unless_they_still_wait(webinar: Webinar) -> None:
    old = timezone.now() - timedelta(days=15)
    waiting = make_delivery(webinar, received_at=old)
    make_delivery(webinar, received_at=old, **ended())
    recent = make_delivery(webinar, **ended())
    assert prune_all()["webhook events"] == 1
    assert set(WebhookDelivery.objects.all()) == {waiting, recent}
