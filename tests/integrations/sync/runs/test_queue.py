from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations.models import SyncRun
from integrations.sync.runs.lease import LEASE, LeaseLostError, claim, retry_at, retry_pause
from integrations.sync.runs.queue import (
    enqueue_again,
    enqueue_discovery,
    enqueue_webinar,
    enqueue_webinars,
)
from tests.integrations.make import make_webinar
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db

Trigger, State = SyncRun.Trigger, SyncRun.State


@pytest.fixture
def webinar(connection):
    return make_webinar(connection)


@pytest.fixture
def woken(monkeypatch):
    """What was sent to the broker."""
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, **_options: sent.append(name))
    return sent


def test_a_wish_is_a_row_before_anybody_is_woken(webinar, woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = enqueue_webinar(webinar, Trigger.SCHEDULE)
        assert woken == []
    assert (run.state, run.kind, run.is_full) == (State.QUEUED, SyncRun.Kind.WEBINAR, False)
    assert woken == ["integrations.tasks.work"]


def test_one_transaction_wakes_one_worker_however_much_it_enqueues(
    connection, woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            enqueue_webinar(make_webinar(connection), Trigger.CATCH_UP)
    assert len(woken) == 1


def test_a_broker_that_is_down_is_no_error(webinar, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*_args, **_options):
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr("celery.current_app.send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        run = enqueue_webinar(webinar, Trigger.MANUAL)
    assert SyncRun.objects.claimable().get() == run


def test_a_second_wish_joins_the_run_that_waits(webinar, bob):
    first = enqueue_webinar(webinar, Trigger.SCHEDULE)
    second = enqueue_webinar(webinar, Trigger.MANUAL, requested_by=bob, full=True)
    assert second == first
    assert (second.trigger, second.requested_by, second.is_full) == (Trigger.MANUAL, bob, True)


def test_the_schedule_does_not_take_away_what_a_person_asked_for(webinar, bob):
    enqueue_webinar(webinar, Trigger.MANUAL, requested_by=bob, full=True)
    run = enqueue_webinar(webinar, Trigger.SCHEDULE)
    assert (run.trigger, run.requested_by, run.is_full) == (Trigger.MANUAL, bob, True)


def test_of_two_people_who_ask_for_a_run_that_waits_it_stays_the_firsts(webinar, bob, alice):
    enqueue_webinar(webinar, Trigger.SCHEDULE)
    for person in (bob, alice):
        run = enqueue_webinar(webinar, Trigger.MANUAL, requested_by=person)
    assert whose(run) == (Trigger.MANUAL, bob)
    assert whose(enqueue_webinar(webinar, Trigger.COMMAND)) == (Trigger.MANUAL, bob)


@pytest.mark.parametrize("before", [Trigger.SCHEDULE, Trigger.WEBHOOK, Trigger.CATCH_UP])
def test_who_asks_during_a_run_gets_one_of_their_own_after_it(webinar, bob, alice, before):
    lease = enqueue_and_claim(webinar)
    enqueue_webinar(webinar, before, requested_by=alice)
    running = enqueue_webinar(webinar, Trigger.MANUAL, requested_by=bob)
    assert whose(running) == (Trigger.SCHEDULE, None)
    enqueue_webinar(webinar, Trigger.MANUAL, requested_by=alice)
    enqueue_webinar(webinar, Trigger.WEBHOOK)
    assert whose(followed(lease)) == (Trigger.MANUAL, bob)


def test_who_refreshes_the_list_during_a_scheduled_discovery_gets_one_of_their_own(connection, bob):
    enqueue_discovery(connection, Trigger.SCHEDULE)
    lease = claim()
    enqueue_discovery(connection, Trigger.MANUAL, requested_by=bob)
    after = followed(lease)
    assert (whose(after), after.asks_zoom) == ((Trigger.MANUAL, bob), True)


def test_what_a_message_asks_for_during_a_persons_run_is_not_that_persons(webinar, bob):
    enqueue_webinar(webinar, Trigger.MANUAL, requested_by=bob)
    lease = claim()
    enqueue_webinar(webinar, Trigger.WEBHOOK)
    enqueue_webinar(webinar, Trigger.CATCH_UP, requested_by=bob)
    assert whose(followed(lease)) == (Trigger.WEBHOOK, None)


def test_a_person_does_not_wait_for_a_retry_but_the_schedule_does(webinar):
    run = enqueue_webinar(webinar, Trigger.SCHEDULE)
    later = timezone.now() + timedelta(minutes=30)
    SyncRun.objects.update(attempts=2, not_before=later)
    assert enqueue_webinar(webinar, Trigger.SCHEDULE).not_before == later
    assert enqueue_webinar(webinar, Trigger.MANUAL).not_before <= timezone.now()
    assert SyncRun.objects.get() == run


def test_a_wish_during_a_run_is_done_after_it(webinar):
    lease = enqueue_and_claim(webinar)
    run = enqueue_webinar(webinar, Trigger.WEBHOOK)
    assert (run.pk, run.run_again) == (lease.run_id, True)
    lease.release(state=State.COMPLETE)
    run.refresh_from_db()
    enqueue_again(run)
    assert SyncRun.objects.active().get().state == State.QUEUED


def test_the_run_after_a_full_wish_is_full(webinar):
    enqueue_and_claim(webinar)
    run = enqueue_webinar(webinar, Trigger.MANUAL, full=True)
    assert run.is_full


@pytest.mark.parametrize("trigger", [Trigger.WEBHOOK, Trigger.MANUAL])
def test_d13_a_run_that_is_joined_by_who_expects_news_asks_zoom(webinar, trigger):
    assert not enqueue_webinar(webinar, Trigger.CATCH_UP).asks_zoom
    assert enqueue_webinar(webinar, trigger).asks_zoom
    assert enqueue_webinar(webinar, Trigger.SCHEDULE).asks_zoom


def test_d13_who_expects_news_during_a_run_has_zoom_asked_after_it(webinar):
    lease = enqueue_and_claim(webinar)
    run = enqueue_webinar(webinar, Trigger.WEBHOOK)
    lease.release(state=State.COMPLETE)
    run.refresh_from_db()
    enqueue_again(run)
    assert SyncRun.objects.active().get().asks_zoom


def test_a_message_about_a_recording_expects_no_other_news(webinar):
    enqueue_webinar(webinar, Trigger.CATCH_UP)
    assert not enqueue_webinar(webinar, Trigger.WEBHOOK, recordings_only=True).asks_zoom


def test_a_webinar_that_is_done_may_be_queued_anew(webinar):
    enqueue_and_claim(webinar).release(state=State.COMPLETE)
    assert enqueue_webinar(webinar, Trigger.SCHEDULE).state == State.QUEUED
    assert SyncRun.objects.count() == 2


def test_the_database_allows_one_active_run_per_webinar(webinar):
    run = enqueue_webinar(webinar, Trigger.SCHEDULE)
    run.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)


def test_discovery_is_queued_once_per_connection(connection, webinar):
    enqueue_webinar(webinar, Trigger.SCHEDULE)
    first = enqueue_discovery(connection, Trigger.SCHEDULE)
    assert enqueue_discovery(connection, Trigger.MANUAL) == first
    assert first.webinar is None


@pytest.mark.django_db(transaction=True)
def test_many_wishes_at_once_make_one_run(webinar):
    runs, problems = at_once(6, lambda _number: enqueue_webinar(webinar, Trigger.WEBHOOK).pk)
    assert problems == []
    assert set(runs) == {SyncRun.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_of_people_who_ask_at_once_during_a_run_one_has_the_next(webinar, bob, alice):
    lease = enqueue_and_claim(webinar)

    def ask(number):
        enqueue_webinar(webinar, Trigger.MANUAL, requested_by=(bob, alice)[number % 2])
        enqueue_webinar(webinar, Trigger.WEBHOOK)

    _nothing, problems = at_once(6, ask)
    assert problems == []
    assert whose(followed(lease)) in [(Trigger.MANUAL, bob), (Trigger.MANUAL, alice)]


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_never_claim_the_same_run(connection):
    for _ in range(5):
        enqueue_webinar(make_webinar(connection), Trigger.SCHEDULE)
    leases, problems = at_once(8, lambda _number: claim())
    assert problems == []
    claimed = [lease.run_id for lease in leases if lease]
    assert len(claimed) == len(set(claimed)) == 5


@pytest.mark.django_db(transaction=True)
def test_d13_wishes_for_many_at_once_join_each_other_and_those_for_one(connection):
    webinars = [make_webinar(connection) for _ in range(4)]

    def wish(number):
        if number % 2:
            enqueue_webinars(webinars, Trigger.CATCH_UP)
        else:
            for webinar in webinars:
                enqueue_webinar(webinar, Trigger.WEBHOOK, recordings_only=True)

    _nothing, problems = at_once(6, wish)
    assert problems == []
    assert {run.webinar: run.recordings_only for run in SyncRun.objects.all()} == dict.fromkeys(
        webinars, False
    )
    assert SyncRun.objects.count() == len(webinars)


def test_what_is_to_wait_is_not_claimed_before_its_time(webinar):
    enqueue_webinar(webinar, Trigger.SCHEDULE, not_before=timezone.now() + timedelta(minutes=1))
    assert claim() is None


def test_people_are_served_first_then_lists_then_messages_then_the_schedule(connection):
    wishes = [
        enqueue_webinar(make_webinar(connection), Trigger.SCHEDULE),
        enqueue_webinar(make_webinar(connection), Trigger.WEBHOOK),
        enqueue_discovery(connection, Trigger.SCHEDULE),
        enqueue_webinar(make_webinar(connection), Trigger.MANUAL),
    ]
    assert [claim().run_id for _ in wishes] == [run.pk for run in reversed(wishes)]


def test_a_dead_workers_run_is_taken_over_and_the_dead_one_can_no_longer_write(webinar):
    dead = enqueue_and_claim(webinar)
    assert claim() is None
    SyncRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    alive = claim()
    assert alive.run_id == dead.run_id
    assert SyncRun.objects.get().attempts == 2
    with pytest.raises(LeaseLostError), dead.writing():
        pytest.fail("the fence was open")
    with alive.writing():
        pass


def test_what_is_written_beside_counts_only_if_the_run_was_not_taken_over_meanwhile(webinar):
    slow = enqueue_and_claim(webinar)

    def write():
        with slow.writing_beside():
            SyncRun.objects.update(error="of the slow one", lease_until=timezone.now() - timedelta(seconds=1))
            claim()

    with pytest.raises(LeaseLostError):
        write()
    assert SyncRun.objects.get().error == ""
    with slow.writing_beside():
        SyncRun.objects.update(error="kept")
    assert SyncRun.objects.get().error == "kept"


def test_writing_renews_the_lease(webinar):
    lease = enqueue_and_claim(webinar)
    SyncRun.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    with lease.writing():
        pass
    assert SyncRun.objects.get().lease_until > timezone.now() + LEASE - timedelta(seconds=30)


def test_a_run_that_is_over_cannot_be_released_twice(webinar):
    lease = enqueue_and_claim(webinar)
    lease.release(state=State.COMPLETE)
    with pytest.raises(LeaseLostError):
        lease.release(state=State.FAILED)


def test_pauses_between_attempts_grow_up_to_an_hour():
    pauses = [retry_pause(attempts) for attempts in range(1, 20)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_zooms_own_time_for_a_retry_is_kept():
    tomorrow = timezone.now() + timedelta(days=1)
    assert retry_at(1, tomorrow) == tomorrow
    assert retry_at(1, timezone.now()) > timezone.now()


def enqueue_and_claim(webinar):
    enqueue_webinar(webinar, Trigger.SCHEDULE)
    return claim()


def followed(lease):
    """The run that follows when this one ends."""
    lease.release(state=State.COMPLETE)
    enqueue_again(SyncRun.objects.get(pk=lease.run_id))
    return SyncRun.objects.active().get()


def whose(run):
    return run.trigger, run.requested_by


def test_r40_a_wish_for_recordings_alone_is_kept_apart_until_somebody_wishes_for_more(webinar):
    first = enqueue_webinar(webinar, Trigger.WEBHOOK, recordings_only=True)
    again = enqueue_webinar(webinar, Trigger.SCHEDULE, recordings_only=True)
    assert (again, again.recordings_only) == (first, True)
    whole = enqueue_webinar(webinar, Trigger.WEBHOOK)
    assert (whole, whole.recordings_only) == (first, False)
    assert not enqueue_webinar(webinar, Trigger.WEBHOOK, recordings_only=True).recordings_only


@pytest.mark.parametrize("recordings_only", [True, False])
def test_r40_what_follows_a_running_run_reads_as_much_as_was_wished_meanwhile(webinar, recordings_only):
    run = enqueue_webinar(webinar, Trigger.WEBHOOK, recordings_only=True)
    claim()
    enqueue_webinar(webinar, Trigger.WEBHOOK, recordings_only=recordings_only)
    run.refresh_from_db()
    SyncRun.objects.filter(pk=run.pk).update(state=State.COMPLETE)
    enqueue_again(run)
    assert SyncRun.objects.get(state=State.QUEUED).recordings_only is recordings_only
