from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Brand
from integrations.models import (
    AuditEntry,
    RecordingSearch,
    SettingChange,
    SkippedPerson,
    SyncRun,
    Webinar,
    ZoomConnection,
    ZoomUser,
)
from integrations.settings_changes import set_global, set_user, set_webinar, set_webinars
from tests.integrations.make import make_held, make_host, make_webinar
from tests.support.at_once import at_once
from tests.support.jobs import running
from zoomsync.models import User


def test_r35_d14_once_both_switches_are_on_everything_missing_is_queued(
    brand: Brand, connection: ZoomConnection, host: ZoomUser, alice: User
) -> None:
    syncs = make_webinar(connection, host)
    is_off = make_webinar(connection, host, sync_enabled=False)
    make_webinar(connection, host, is_zoom_event=True)
    set_global(brand, sync_webinars=True, actor=alice)
    (run,) = SyncRun.objects.all()
    assert (run.webinar, run.trigger, run.requested_by, run.state) == (syncs, "catch_up", alice, "queued")
    set_webinar(is_off, sync=True, actor=alice)
    assert [run.webinar for run in SyncRun.objects.order_by("pk")] == [syncs, is_off]


def test_d14_turning_a_switch_off_queues_nothing(syncing_brand: Brand, webinar: Webinar) -> None:
    outcome = set_global(syncing_brand, sync_webinars=False, actor=None)
    assert (outcome.stopped, outcome.queued) == (1, 0)
    assert not SyncRun.objects.exists()


def test_d13_the_catch_up_joins_runs_that_are_there(brand: Brand, connection: ZoomConnection) -> None:
    waiting, busy, idle = (make_webinar(connection) for _number in range(3))
    later = timezone.now() + timedelta(hours=1)
    fields = {"connection": connection, "kind": "webinar", "trigger": "schedule"}
    SyncRun.objects.create(webinar=waiting, not_before=later, **fields)
    SyncRun.objects.create(webinar=busy, **running(), **fields)
    outcome = set_global(brand, sync_webinars=True, actor=None)
    assert outcome.queued == 3
    assert SyncRun.objects.get(webinar=waiting).not_before < later
    assert SyncRun.objects.get(webinar=busy, state="queued").trigger == "catch_up"
    assert SyncRun.objects.get(webinar=idle).trigger == "catch_up"


@pytest.mark.parametrize("state", [{}, running()])
def test_r35_a_run_that_looks_at_recordings_alone_does_not_swallow_the_catch_up(
    brand: Brand, connection: ZoomConnection, state: dict[str, Any]
) -> None:
    webinar = make_webinar(connection)
    SyncRun.objects.create(
        connection=connection,
        webinar=webinar,
        kind="webinar",
        trigger="schedule",
        depth=SyncRun.Depth.RECORDINGS,
        **state,
    )
    set_global(brand, sync_webinars=True, actor=None)
    assert SyncRun.objects.get(state="queued").depth == SyncRun.Depth.DUE


def test_d13_the_catch_up_does_not_take_the_run_of_a_person_who_waits_for_it(
    brand: Brand, connection: ZoomConnection, alice: User
) -> None:
    webinar = make_webinar(connection)
    fields = {"connection": connection, "kind": "webinar", "trigger": "manual", "requested_by": alice}
    SyncRun.objects.create(webinar=webinar, **fields)
    set_global(brand, sync_webinars=True, actor=None)
    run = SyncRun.objects.get()
    assert (run.trigger, run.requested_by) == ("manual", alice)


def test_a_brand_whose_zoom_is_disconnected_queues_nothing(
    brand: Brand, connection: ZoomConnection, webinar: Webinar
) -> None:
    ZoomConnection.objects.update(state="disconnected")
    assert set_global(brand, sync_webinars=True, actor=None).queued == 0
    assert not SyncRun.objects.exists()


def test_one_brand_never_touches_the_webinars_of_another(
    brand: Brand, other_brand: Brand, webinar: Webinar
) -> None:
    connection = ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id="globex")
    theirs = make_webinar(connection, sync_enabled=False)
    outcome = set_webinars(other_brand, [webinar, theirs], sync=False, actor=None)
    assert not outcome
    set_global(brand, sync_webinars=True, actor=None)
    assert [run.webinar for run in SyncRun.objects.all()] == [webinar]


def test_a_thousand_webinars_catch_up_in_the_queries_of_a_few(
    brand: Brand,
    connection: ZoomConnection,
    host: ZoomUser,
    django_assert_max_num_queries: Any,
) -> None:
    Webinar.objects.bulk_create(
        Webinar(connection=connection, host=host, host_email=host.email, zoom_webinar_id=number)
        for number in range(1000)
    )
    set_global(brand, recordings="all", actor=None)
    with django_assert_max_num_queries(25):
        outcome = set_global(brand, sync_webinars=True, actor=None)
    assert outcome.queued == SyncRun.objects.count() == 1000
    with django_assert_max_num_queries(25):
        set_global(brand, sync_webinars=False, actor=None)
    assert AuditEntry.objects.open().filter(code="sync_off").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_turn_the_switch_at_once_queue_one_run(brand: Brand, webinar: Webinar) -> None:
    outcomes, problems = at_once(4, lambda _number: set_global(brand, sync_webinars=True, actor=None))
    assert problems == []
    assert len([outcome for outcome in outcomes if outcome]) == 1
    assert SyncRun.objects.count() == SettingChange.objects.count() == 1


def test_r20_a_users_recordings_catch_up_when_selected_users_sync(
    syncing_brand: Brand, connection: ZoomConnection, host: ZoomUser
) -> None:
    webinar = make_held(connection, host)
    RecordingSearch.objects.update(check_count=7)
    make_held(connection, make_host(connection, "other@acme.test"))
    set_global(syncing_brand, recordings="selected", actor=None)
    outcome = set_user(host, sync_recordings=True, actor=None)
    assert (outcome.recordings_started, outcome.started) == (1, 0)
    assert [run.webinar for run in SyncRun.objects.all()] == [webinar]
    search = RecordingSearch.objects.get(instance__webinar=webinar)
    assert search.next_check_at is not None
    assert search.check_count == 0


def test_r9_people_kept_out_while_creation_was_off_are_looked_at_again(
    syncing_brand: Brand, connection: ZoomConnection, webinar: Webinar
) -> None:
    make_webinar(connection)
    SkippedPerson.objects.create(
        webinar=webinar, stage="registration", person_key="a@x.test", reason="creation_off"
    )
    set_global(syncing_brand, create_contacts=False, actor=None)
    assert not SyncRun.objects.exists()
    outcome = set_global(syncing_brand, create_contacts=True, actor=None)
    (run,) = SyncRun.objects.all()
    assert (run.webinar, run.is_full, outcome.queued) == (webinar, True, 1)
