"""What becomes of a run that could not come to its end, and of the others."""

from datetime import timedelta

import pytest
import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from core.jobs import RunResult
from core.messages import Message
from integrations.audit import AuditCode
from integrations.models import AuditEntry, SyncLogLine, SyncRun, Webinar, ZoomConnection
from integrations.sync.change_summary import counts_of
from integrations.sync.runs.foreground import finish
from integrations.sync.runs.queue import enqueue_webinar
from integrations.sync.runs.runner import claim, perform
from integrations.sync.steps import WEBINAR_STEPS
from integrations.zoom.errors import Unavailable
from tests.integrations.sync.helpers import Trigger, work_off

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA = "anna@customer.example"


@pytest.fixture
def webinar(company):
    webinar = company.make.past("Growing roses")
    anna = company.make.register(webinar, ANNA, "Anna Ahlers")
    company.make.stay(company.make.hold(webinar), anna, 0, 30)
    company.discover()
    return webinar


def test_a_webinar_that_fails_stops_no_other(company, webinar):
    forbidden = company.make.past("Forbidden")
    forbidden.forbidden = f"/webinars/{forbidden.id}"
    company.discover()
    for row in Webinar.objects.order_by("-pk"):
        enqueue_webinar(row, Trigger.SCHEDULE)
    assert [result.end for result in work_off()] == [RunResult.FAILED, RunResult.COMPLETE]
    assert company.state(ANNA) == "attended"


def test_what_needs_a_setting_fails_with_zooms_words_and_is_told_until_it_works(company, webinar):
    webinar.forbidden = f"/webinars/{webinar.id}"
    result = company.sync(webinar)
    assert result.end is RunResult.FAILED
    assert "No permission." in str(result.reason)
    run = SyncRun.objects.latest("pk")
    assert (run.state, run.error, run.lease_until) == (SyncRun.State.FAILED, result.reason, None)
    assert company.warnings(webinar) == {AuditCode.PERMISSION_DENIED}
    assert SyncLogLine.objects.filter(run=run, level="error").exists()
    assert company.row(webinar).next_sync_at > timezone.now() + timedelta(minutes=30)

    webinar.forbidden = ""
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert company.warnings(webinar) == set()


def test_what_may_pass_is_put_off_with_growing_pauses_and_told_when_it_stays(company, webinar):
    company.simulator.faults.add("503", f"/webinars/{webinar.id}", times=0)
    pauses = []
    for _attempt in range(4):
        assert company.sync(webinar).end is RunResult.RETRY
        run = SyncRun.objects.active().get()
        pauses.append(run.not_before - timezone.now())
        told = company.warnings(webinar)
        assert (told == {AuditCode.ZOOM_UNREACHABLE}) is (run.attempts >= 3)
    assert pauses == sorted(pauses)
    company.simulator.faults.clear()
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert company.warnings(webinar) == set()
    assert SyncRun.objects.filter(kind="webinar").count() == 1


def test_zooms_own_time_for_a_retry_is_obeyed(company, webinar, monkeypatch):
    tomorrow = timezone.now() + timedelta(days=1)

    def limited(_ctx):
        raise Unavailable(not_before=tomorrow)

    broken(monkeypatch, limited)
    company.sync(webinar)
    assert SyncRun.objects.active().get().not_before == tomorrow


def test_a_bug_is_logged_and_ends_with_its_webinar(company, webinar, monkeypatch):
    broken(monkeypatch, divide)
    enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    with structlog.testing.capture_logs() as lines:
        assert perform(claim()).end is RunResult.FAILED
    assert "run_broke" in {line["event"] for line in lines}
    run = SyncRun.objects.latest("pk")
    assert (run.state, run.error) == (SyncRun.State.FAILED, Message("job.internal_error"))
    assert company.warnings(webinar) == {AuditCode.INTERNAL_ERROR}


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_cut_connection_puts_the_run_off_for_seconds_and_is_no_bug(company, webinar, monkeypatch, error):
    enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    with monkeypatch.context() as patch:
        broken(patch, raise_(error("server closed the connection unexpectedly")))
        assert perform(claim()).end is RunResult.RETRY
    run = SyncRun.objects.active().get()
    assert "connection" in str(run.error)
    assert run.not_before < timezone.now() + timedelta(seconds=5)
    SyncRun.objects.update(not_before=timezone.now())
    assert [result.end for result in work_off()] == [RunResult.COMPLETE]
    assert company.warnings(webinar) == set()


def test_a_run_whose_workers_were_lost_again_and_again_fails_and_is_told(company, webinar):
    enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    SyncRun.objects.update(crashes=5)
    assert perform(claim()).end is RunResult.FAILED
    assert company.warnings(webinar) == {AuditCode.INTERNAL_ERROR}


def test_credentials_that_zoom_refuses_are_the_connections_trouble(company, webinar):
    company.simulator.app.client_secret = "changed at Zoom"
    ZoomConnection.objects.update(access_token="", token_expires_at=None)
    assert company.sync(webinar).end is RunResult.FAILED
    connection = ZoomConnection.objects.get()
    assert connection.state == ZoomConnection.State.NEEDS_ATTENTION
    assert connection.state_reason
    assert open_of_the_brand() == {AuditCode.ACCOUNT_CREDENTIALS_REJECTED}

    ZoomConnection.objects.update(client_secret="changed at Zoom")
    company.sync(webinar)
    assert ZoomConnection.objects.get().state == ZoomConnection.State.CONNECTED
    assert open_of_the_brand() == set()


def test_nothing_is_read_from_a_connection_that_was_ended(company, webinar):
    ZoomConnection.objects.update(state=ZoomConnection.State.DISCONNECTED)
    company.simulator.calls.clear()
    assert company.sync(webinar).end is RunResult.FAILED
    assert len(company.simulator.calls) == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"sync_enabled": False}, "webinar_sync_off"), ({"is_zoom_event": True}, "zoom_event")],
)
def test_r33_a_webinar_that_is_switched_off_is_told_and_costs_no_call(company, webinar, fields, code):
    Webinar.objects.update(**fields)
    company.simulator.calls.clear()
    assert company.sync(webinar).end is RunResult.COMPLETE
    assert len(company.simulator.calls) == 0
    assert company.warnings(webinar) == {code}
    Webinar.objects.update(sync_enabled=True, is_zoom_event=False)
    company.sync(webinar)
    assert company.warnings(webinar) == set()


def test_a_worker_that_was_taken_for_dead_writes_nothing_more(company, webinar, monkeypatch):
    def take_over(ctx):
        SyncRun.objects.filter(state="running").update(lease_token="another worker")

    broken(monkeypatch, take_over)
    assert company.sync(webinar).end is RunResult.LEASE_LOST
    assert SyncRun.objects.latest("pk").state == SyncRun.State.RUNNING
    assert company.state(ANNA) == ""


def test_what_was_asked_for_during_a_run_is_done_after_it(company, webinar, monkeypatch):
    broken(monkeypatch, lambda ctx: enqueue_webinar(ctx.webinar, Trigger.WEBHOOK), last=True)
    enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    assert perform(claim()).end is RunResult.COMPLETE
    assert SyncRun.objects.active().get().state == SyncRun.State.QUEUED


def test_d13_a_webinar_that_a_listing_makes_due_during_its_sync_stays_due(company, webinar, monkeypatch):
    def move(ctx):
        webinar.start = company.make.now + timedelta(days=3)
        company.discover()

    company.sync(webinar)
    with monkeypatch.context() as patch:
        step = WEBINAR_STEPS[0].__class__("moved", move)
        patch.setattr(
            "integrations.sync.runs.runner.WEBINAR_STEPS", (*WEBINAR_STEPS[:-1], step, WEBINAR_STEPS[-1])
        )
        enqueue_webinar(company.row(webinar), Trigger.MANUAL)
        assert perform(claim()).end is RunResult.COMPLETE
    assert Webinar.objects.due().exists()
    company.sync(webinar)
    assert not Webinar.objects.due().exists()


def test_d13_a_worker_that_stops_hands_its_run_back_at_the_next_page(company, webinar, monkeypatch):
    enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    lease = claim()
    with monkeypatch.context() as patch:
        broken(patch, lambda _ctx: lease.stop.set())
        assert perform(lease).end is RunResult.HANDED_BACK
    assert company.state(ANNA) == ""
    assert [result.end for result in work_off()] == [RunResult.COMPLETE]
    assert company.state(ANNA) == "attended"


def test_the_retry_of_a_run_that_somebody_joined_is_theirs(company, webinar, alice, monkeypatch):
    def fail(ctx):
        enqueue_webinar(ctx.webinar, Trigger.MANUAL, requested_by=alice)
        enqueue_webinar(ctx.webinar, Trigger.WEBHOOK)
        raise Unavailable

    step = WEBINAR_STEPS[0].__class__("busy", fail)
    enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    with monkeypatch.context() as patch:
        patch.setattr("integrations.sync.runs.runner.WEBINAR_STEPS", (step,))
        assert perform(claim()).end is RunResult.RETRY
    run = SyncRun.objects.active().get()
    assert (run.trigger, run.requested_by) == (Trigger.MANUAL, alice)
    assert run.not_before > timezone.now(), "Zoom is busy for them, too"
    SyncRun.objects.update(not_before=timezone.now())
    assert [result.end for result in work_off()] == [RunResult.COMPLETE]


def test_d13_of_a_webinar_that_is_over_zoom_is_asked_when_a_message_joins_the_catch_up(company, webinar):
    company.sync(webinar)
    company.sync(webinar, full=True)
    Webinar.objects.update(next_sync_at=None)
    enqueue_webinar(company.row(webinar), Trigger.CATCH_UP)
    company.simulator.calls.clear()
    work_off()
    assert len(company.simulator.calls) == 0
    enqueue_webinar(company.row(webinar), Trigger.CATCH_UP)
    enqueue_webinar(company.row(webinar), Trigger.WEBHOOK)
    work_off()
    assert len(company.simulator.calls) > 0


def test_a_run_says_what_it_did(company, webinar):
    company.sync(webinar)
    run = SyncRun.objects.latest("pk")
    assert run.changes["contacts_new"] == 2
    assert run.zoom_calls == 8
    assert {step.name: step.done for step in run.steps.all()} == {
        "registrants": 1,
        "attendance": 2,
        "people": 2,
    }
    assert {step.state for step in run.steps.all()} == {"complete"}
    entry = AuditEntry.objects.get(code="sync_completed")
    assert entry.message == "2 contacts added, 2 participations added"
    assert counts_of(entry.values["changes"])["contacts_new"] == 2


def test_an_attempt_begins_its_steps_anew(company, webinar, monkeypatch):
    company.simulator.faults.add("503", "participants", times=0)
    company.sync(webinar)
    company.simulator.faults.clear()
    company.sync(webinar)
    run = SyncRun.objects.latest("pk")
    assert (run.attempts, {step.state for step in run.steps.all()}) == (2, {"complete"})


def test_the_foreground_waits_for_the_worker_that_has_the_run(company, webinar, monkeypatch):
    run = enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    other = claim()
    results = []
    looks = iter([None, other.complete])

    def wait(_pending):
        act = next(looks, None)
        if act:
            act()

    monkeypatch.setattr("integrations.sync.runs.foreground._Pending.wait", wait)
    finish([run], results.append)
    assert [(result.run_id, result.end) for result in results] == [(run.pk, RunResult.COMPLETE)]


def test_the_foreground_leaves_to_the_workers_what_zoom_puts_off_for_long(company, webinar):
    run = enqueue_webinar(company.row(webinar), Trigger.SCHEDULE)
    SyncRun.objects.update(not_before=timezone.now() + timedelta(hours=1), error=Message("zoom.unavailable"))
    results = []
    finish([run], results.append)
    assert [(result.end, result.reason) for result in results] == [
        (RunResult.RETRY, Message("zoom.unavailable"))
    ]


def raise_(error):
    def step(_ctx):
        raise error

    return step


def divide(_ctx):
    return 1 / 0


def broken(monkeypatch, act, *, last=False):
    """Puts one more step before all others, or behind them."""
    step = WEBINAR_STEPS[0].__class__("broken", act)
    steps = (*WEBINAR_STEPS, step) if last else (step, *WEBINAR_STEPS)
    monkeypatch.setattr("integrations.sync.runs.runner.WEBINAR_STEPS", steps)


def open_of_the_brand():
    rows = AuditEntry.objects.open().needing_attention().filter(webinar=None)
    return set(rows.values_list("code", flat=True))


def test_each_line_of_a_run_says_which_one_and_none_after_it_does(company, webinar, monkeypatch):
    step = WEBINAR_STEPS[0].__class__("said", lambda _ctx: structlog.get_logger().info("said"))
    monkeypatch.setattr("integrations.sync.runs.runner.WEBINAR_STEPS", [step])
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        company.sync(webinar)
        structlog.get_logger().info("after it")
    (said,) = [line for line in lines if line["event"] == "said"]
    run = SyncRun.objects.latest("pk")
    assert (said["run"], said["webinar"]) == (run.pk, webinar.id)
    assert lines[-1].keys() == {"event", "log_level"}
