from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.jobs.wakeup import on_wake
from core.messages import Message
from integrations.models import SyncRun
from integrations.sync.runs.queue import (
    enqueue_discovery,
    enqueue_webinar,
    enqueue_webinars,
)
from integrations.sync.runs.runner import claim, sync_runs
from tests.integrations.make import make_webinar
from tests.support.at_once import at_once
from tests.support.examples import examples
from tests.support.jobs import running

pytestmark = pytest.mark.django_db

Depth, State, Trigger = SyncRun.Depth, SyncRun.State, SyncRun.Trigger


@pytest.fixture
def webinar(connection):
    return make_webinar(connection)


@pytest.fixture
def woken():
    """How often workers were woken."""
    sent = []
    forget = on_wake(lambda: sent.append(1))
    yield sent
    forget()


def test_a_wish_is_a_row_before_anybody_is_woken(webinar, woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = enqueue_webinar(webinar, Trigger.SCHEDULE)
        assert woken == []
    assert (run.state, run.kind, run.is_full) == (State.QUEUED, SyncRun.Kind.WEBINAR, False)
    assert woken == [1]


def test_one_transaction_wakes_one_worker_however_much_it_enqueues(
    connection, woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            enqueue_webinar(make_webinar(connection), Trigger.CATCH_UP)
    assert len(woken) == 1


def test_a_second_wish_joins_the_run_that_waits(webinar, bob):
    first = enqueue_webinar(webinar, Trigger.SCHEDULE)
    second = enqueue_webinar(webinar, Trigger.MANUAL, requested_by=bob, depth=Depth.FULL)
    assert second == first
    assert (second.trigger, second.requested_by, second.is_full) == (Trigger.MANUAL, bob, True)


def test_the_schedule_does_not_take_away_what_a_person_asked_for(webinar, bob):
    enqueue_webinar(webinar, Trigger.MANUAL, requested_by=bob, depth=Depth.FULL)
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
    following = enqueue_webinar(webinar, Trigger.MANUAL, requested_by=bob)
    assert whose(SyncRun.objects.get(pk=lease.key)) == (Trigger.SCHEDULE, None)
    assert whose(following) == (Trigger.MANUAL, bob)
    enqueue_webinar(webinar, Trigger.MANUAL, requested_by=alice)
    enqueue_webinar(webinar, Trigger.WEBHOOK)
    assert whose(followed(lease)) == (Trigger.MANUAL, bob)


def test_who_refreshes_the_list_during_a_scheduled_discovery_gets_one_of_their_own(connection, bob):
    enqueue_discovery(connection, Trigger.SCHEDULE)
    lease = claim()
    enqueue_discovery(connection, Trigger.MANUAL, requested_by=bob)
    after = followed(lease)
    assert (whose(after), after.expects_news) == ((Trigger.MANUAL, bob), True)


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


def test_a_request_during_a_run_makes_the_next_one_which_waits_for_its_end(webinar):
    lease = enqueue_and_claim(webinar)
    run = enqueue_webinar(webinar, Trigger.MANUAL, depth=Depth.FULL)
    assert (run.pk != lease.key, run.state, run.depth) == (True, State.QUEUED, Depth.FULL)
    assert claim() is None
    lease.complete()
    assert claim().key == run.pk


def test_several_requests_during_a_run_make_one_run(webinar):
    enqueue_and_claim(webinar)
    runs = {enqueue_webinar(webinar, trigger).pk for trigger in Trigger}
    assert len(runs) == 1
    assert SyncRun.objects.count() == 2


def test_a_run_that_is_put_off_has_the_one_that_waits_as_its_retry(webinar, bob):
    lease = enqueue_and_claim(webinar, depth=Depth.FULL)
    following = enqueue_webinar(webinar, Trigger.WEBHOOK, requested_by=bob)
    later = timezone.now() + timedelta(minutes=5)
    with transaction.atomic():
        sync_runs.retry(lease, later, Message("zoom.unavailable"))
    put_off = SyncRun.objects.get(pk=lease.key)
    assert (put_off.state, put_off.error) == (State.FAILED, Message("zoom.unavailable"))
    following.refresh_from_db()
    assert (following.attempts, following.not_before, following.depth) == (1, later, Depth.FULL)


def test_a_run_that_is_handed_back_goes_on_before_the_one_that_waits(webinar):
    lease = enqueue_and_claim(webinar)
    enqueue_webinar(webinar, Trigger.WEBHOOK)
    lease.hand_back()
    assert claim().key == lease.key
    assert claim() is None


EVENTS = ("ask", "ask deeply", "claim", "complete", "put off", "hand back")


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
@settings(max_examples=examples(0.8), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_things_happen_no_request_is_lost(webinar, events):
    """Whoever asks while a run goes on is served by the next one; what is put off is asked for again."""
    SyncRun.objects.all().delete()
    lease = doing = waiting = None
    for event in events:
        if event.startswith("ask"):
            depth = Depth.FULL if event == "ask deeply" else Depth.DUE
            enqueue_webinar(webinar, Trigger.SCHEDULE, depth=depth)
            waiting = max(depth, waiting or depth)
        elif event == "claim" and lease is None:
            lease = claim()
            if doing is None:
                doing, waiting = waiting, None
        elif lease and event == "complete":
            lease.complete()
            lease = doing = None
        elif lease and event == "put off":
            with transaction.atomic():
                sync_runs.retry(lease, timezone.now(), Message("zoom.unavailable"))
            waiting, lease, doing = max(doing, waiting or doing), None, None
        elif lease and event == "hand back":
            lease.hand_back()
            lease = None
        depths = dict(SyncRun.objects.active().values_list("state", "depth"))
        assert depths == {
            state: depth for state, depth in (("queued", waiting), ("running", doing)) if depth is not None
        }


@pytest.mark.parametrize("trigger", [Trigger.WEBHOOK, Trigger.MANUAL])
def test_d13_a_run_that_is_joined_by_who_expects_news_asks_zoom(webinar, trigger):
    assert not enqueue_webinar(webinar, Trigger.CATCH_UP).expects_news
    assert enqueue_webinar(webinar, trigger).expects_news
    assert enqueue_webinar(webinar, Trigger.SCHEDULE).expects_news


def test_d13_who_expects_news_during_a_run_has_zoom_asked_after_it(webinar):
    enqueue_and_claim(webinar)
    assert enqueue_webinar(webinar, Trigger.WEBHOOK).expects_news


def test_a_message_about_a_recording_expects_no_other_news(webinar):
    enqueue_webinar(webinar, Trigger.CATCH_UP)
    assert not enqueue_webinar(webinar, Trigger.WEBHOOK, depth=Depth.RECORDINGS).expects_news


def test_a_webinar_that_is_done_may_be_queued_anew(webinar):
    enqueue_and_claim(webinar).complete()
    assert enqueue_webinar(webinar, Trigger.SCHEDULE).state == State.QUEUED
    assert SyncRun.objects.count() == 2


@pytest.mark.parametrize("fields", [{}, running()])
def test_the_database_allows_one_run_of_a_webinar_that_waits_and_one_that_runs(webinar, fields):
    run = enqueue_webinar(webinar, Trigger.SCHEDULE)
    SyncRun.objects.update(**fields)
    another = SyncRun(connection=run.connection, webinar=webinar, kind=run.kind, trigger="schedule", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        another.save()


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
    claimed = [lease.key for lease in leases if lease]
    assert len(claimed) == len(set(claimed)) == 5


@pytest.mark.django_db(transaction=True)
def test_d13_wishes_for_many_at_once_join_each_other_and_those_for_one(connection):
    webinars = [make_webinar(connection) for _ in range(4)]

    def wish(number):
        if number % 2:
            enqueue_webinars(webinars, Trigger.CATCH_UP)
        else:
            for webinar in webinars:
                enqueue_webinar(webinar, Trigger.WEBHOOK, depth=Depth.RECORDINGS)

    _nothing, problems = at_once(6, wish)
    assert problems == []
    assert {run.webinar: run.depth for run in SyncRun.objects.all()} == dict.fromkeys(webinars, Depth.DUE)
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
    assert [claim().key for _ in wishes] == [run.pk for run in reversed(wishes)]


def enqueue_and_claim(webinar, depth=None):
    enqueue_webinar(webinar, Trigger.SCHEDULE, depth=depth)
    return claim()


def followed(lease):
    """The run that follows when this one ends."""
    lease.complete()
    return SyncRun.objects.active().get()


def whose(run):
    return run.trigger, run.requested_by


def test_r40_a_wish_for_recordings_alone_is_kept_apart_until_somebody_wishes_for_more(webinar):
    first = enqueue_webinar(webinar, Trigger.WEBHOOK, depth=Depth.RECORDINGS)
    again = enqueue_webinar(webinar, Trigger.SCHEDULE, depth=Depth.RECORDINGS)
    assert (again, again.depth) == (first, Depth.RECORDINGS)
    whole = enqueue_webinar(webinar, Trigger.WEBHOOK)
    assert (whole, whole.depth) == (first, Depth.NEWS)
    assert enqueue_webinar(webinar, Trigger.WEBHOOK, depth=Depth.RECORDINGS).depth == Depth.NEWS


@pytest.mark.parametrize("depth", Depth)
def test_r40_what_follows_a_running_run_reads_as_much_as_was_asked_for_meanwhile(webinar, depth):
    enqueue_webinar(webinar, Trigger.WEBHOOK, depth=Depth.RECORDINGS)
    claim()
    enqueue_webinar(webinar, Trigger.WEBHOOK, depth=depth)
    assert SyncRun.objects.get(state=State.QUEUED).depth == depth
