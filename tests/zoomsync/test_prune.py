"""What is forgotten, and when: at the boundary, in batches, and without touching what is still needed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model

from contacts.models import ChangeSet, ContactImport, ImportProblem, Segment, SegmentBuild
from core import retention
from core.messages import Message
from core.retention import prune_all
from integrations.models import (
    AuditEntry,
    SettingChange,
    SyncLogLine,
    SyncRun,
    SyncStep,
    WebhookDelivery,
    Webinar,
    ZoomConnection,
)
from tests.integrations.make import make_webinar
from tests.support.jobs import ended, running
from workflows.models import RegistrationJob

NOW = datetime.fromisoformat("2026-11-26T12:00:00+00:00")
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.retention.timezone.now", lambda: NOW)


@pytest.fixture
def webinar(connection: ZoomConnection) -> Webinar:
    return make_webinar(connection)


def make_run(
    connection: ZoomConnection, webinar: Webinar | None, age: timedelta, state: str = "complete"
) -> SyncRun:
    run = SyncRun.objects.create(
        connection=connection,
        webinar=webinar,
        kind="webinar" if webinar else "discovery",
        trigger="schedule",
        created_at=NOW - age,
        **{**ended(state), "finished_at": NOW - age},
    )
    SyncStep.objects.create(run=run, name="People")
    SyncLogLine.objects.create(run=run, message=Message("job.internal_error"))
    return run


def make_entry(connection: ZoomConnection, severity: str, age: timedelta, **fields: Any) -> AuditEntry:
    values = {"code": "sync_completed", "subject": str(age), "state": "resolved", "created_at": NOW - age}
    return AuditEntry.objects.create(brand=connection.brand, severity=severity, **{**values, **fields})


# Runs


@pytest.mark.parametrize("of_webinar", [True, False])
@pytest.mark.parametrize("state", ["complete", "failed"])
def test_a_run_goes_thirty_days_after_a_newer_success(
    connection: ZoomConnection, webinar: Webinar, of_webinar: bool, state: str
) -> None:
    subject = webinar if of_webinar else None
    old = make_run(connection, subject, 90 * DAY, state)
    success = make_run(connection, subject, 30 * DAY - MOMENT)
    assert prune_all()["sync runs"] == 0
    SyncRun.objects.filter(pk=success.pk).update(finished_at=NOW - 30 * DAY, created_at=NOW - 30 * DAY)
    entry = make_entry(connection, "warning", DAY, run=old)
    assert prune_all()["sync runs"] == 1
    assert SyncRun.objects.get() == success
    assert (SyncStep.objects.get().run, SyncLogLine.objects.get().run) == (success, success)
    entry.refresh_from_db()
    assert entry.run is None


def test_the_last_success_and_every_failure_since_stay(connection: ZoomConnection, webinar: Webinar) -> None:
    kept = [
        make_run(connection, webinar, 900 * DAY),
        make_run(connection, webinar, 800 * DAY, "failed"),
        make_run(connection, make_webinar(connection), 40 * DAY),  # a success of another webinar
        make_run(connection, None, 40 * DAY),
    ]
    assert prune_all()["sync runs"] == 0
    assert SyncRun.objects.count() == len(kept)


def test_a_run_that_waits_or_goes_on_stays_however_old_it_is(
    connection: ZoomConnection, webinar: Webinar
) -> None:
    for state in ({"state": "queued"}, running()):
        SyncRun.objects.create(
            connection=connection, webinar=webinar, kind="webinar", trigger="schedule",
            created_at=NOW - 90 * DAY, **state,
        )  # fmt: skip
    make_run(connection, webinar, 40 * DAY)
    assert prune_all()["sync runs"] == 0


# The audit log


@pytest.mark.parametrize(("severity", "days"), [("info", 180), ("warning", 400), ("error", 400)])
def test_what_is_over_goes_after_its_time(connection: ZoomConnection, severity: str, days: int) -> None:
    make_entry(connection, severity, days * DAY)
    young = make_entry(connection, severity, days * DAY - MOMENT)
    just_resolved = make_entry(connection, severity, 2000 * DAY, resolved_at=NOW - days * DAY + MOMENT)
    opened = make_entry(connection, severity, 3000 * DAY, state="open")
    make_entry(connection, severity, 2001 * DAY, resolved_at=NOW - days * DAY)
    SettingChange.objects.create(
        brand=connection.brand, scope="global", field="sync_webinars", created_at=NOW - 3000 * DAY
    )
    prune_all()
    assert set(AuditEntry.objects.all()) == {young, just_resolved, opened}
    assert SettingChange.objects.exists()


# The other queues


def make_delivery(age: timedelta, **job: Any) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        body_hash=f"{age} {job['state']}", event="webinar.ended", received_at=NOW - age, **job
    )


def make_import(age: timedelta, **job: Any) -> ContactImport:
    made = ContactImport.objects.create(file_name="x.csv", **job)
    ContactImport.objects.filter(pk=made.pk).update(created_at=NOW - age)
    ImportProblem.objects.create(contact_import=made, line=1, email="a@x.example", message="…")
    return made


def make_change_set(age: timedelta, **job: Any) -> ChangeSet:
    change_set = ChangeSet.objects.create(content={}, created_at=NOW - age)
    change_set.follow_ups.create(follower="segments", **job)
    return change_set


@pytest.mark.parametrize(("make", "days"), [(make_delivery, 14), (make_import, 90), (make_change_set, 7)])
def test_a_job_that_is_over_goes_after_its_time(make: Callable[..., Model], days: int) -> None:
    done = ended() | {"finished_at": NOW - days * DAY}
    make(days * DAY, **done)
    kept = [
        make(days * DAY - MOMENT, **done),
        make(900 * DAY, state="queued"),
        make(901 * DAY, **running()),
    ]
    prune_all()
    assert set(type(kept[0])._default_manager.all()) == set(kept)


def test_an_import_that_no_one_continued_goes_with_its_file(
    django_capture_on_commit_callbacks: Any,
) -> None:
    name = default_storage.save("imports/waiting.csv", ContentFile(b"email\nanna@x.example\n"))
    make_import(90 * DAY, state="needs_columns", file=name)
    with django_capture_on_commit_callbacks(execute=True):
        prune_all()
    assert not ContactImport.objects.exists()
    assert not ImportProblem.objects.exists()
    assert not default_storage.exists(name)


def test_a_finished_build_of_a_segment_goes_after_its_time() -> None:
    segment = Segment.objects.create(name="A")
    for finished in (NOW - 7 * DAY, NOW - 7 * DAY + MOMENT):
        SegmentBuild.objects.create(segment=segment, **{**ended(), "finished_at": finished})
    prune_all()
    assert SegmentBuild.objects.get().finished_at == NOW - 7 * DAY + MOMENT


def test_registrations_and_the_history_of_settings_stay() -> None:
    pruned = {entry.old(NOW).model for entry in retention.retentions()}
    assert pruned
    assert not pruned & {RegistrationJob, SettingChange}


# How it is done


def test_it_goes_in_batches_and_continues_where_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.retention.BATCH", 3)
    for number in range(10):
        make_delivery(20 * DAY + number * MOMENT, **ended())
    [events] = [entry for entry in retention.retentions() if entry.name == "webhook events"]
    batches = events.prune()
    assert next(batches) == 3
    batches.close()  # Ctrl-C
    assert WebhookDelivery.objects.count() == 7
    assert list(events.prune()) == [3, 3, 1]


def test_a_row_that_changes_while_it_is_pruned_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    make_delivery(20 * DAY, **ended())
    begin = transaction.atomic

    def change_first(*arguments: Any, **options: Any) -> Any:
        """Another process changes the row after it was selected."""
        WebhookDelivery.objects.update(received_at=NOW)
        return begin(*arguments, **options)

    monkeypatch.setattr("core.retention.transaction.atomic", change_first)
    assert prune_all()["webhook events"] == 0
    assert WebhookDelivery.objects.exists()


def test_it_ends_when_its_time_is_over() -> None:
    make_delivery(20 * DAY, **ended())
    assert prune_all(seconds=-1)["webhook events"] == 0
    assert WebhookDelivery.objects.exists()


def test_the_command_says_what_it_deleted_by_periods_from_the_settings(settings: Any) -> None:
    settings.KEEP_WEBHOOK_EVENTS_DAYS = 2
    make_delivery(2 * DAY, **ended())
    out = StringIO()
    call_command("prune", stdout=out)
    assert "webhook events: 1 deleted (before 2026-11-24 12:00 UTC)" in out.getvalue()
    assert not WebhookDelivery.objects.exists()
