from datetime import timedelta

import pytest
from django.utils import timezone

from core.jobs import RunResult
from integrations.audit import AuditCode
from integrations.models import (
    AuditEntry,
    DomainExclusion,
    SyncRun,
    Webinar,
    ZoomConnection,
    ZoomSettings,
    ZoomUser,
)
from integrations.sync.runs.queue import enqueue_discovery
from integrations.sync.steps import discovery
from tests.integrations.sync.helpers import Trigger, work_off
from zoom_simulator.limits import Limits
from zoom_simulator.simulator import ALL_SCOPES

pytestmark = [pytest.mark.django_db(transaction=True)]


def by_itself(company):
    """As the schedule does it."""
    enqueue_discovery(company.connection, Trigger.SCHEDULE)
    return work_off()[0]


def sign_in_again():
    """As an hour later: a token holds for that long."""
    ZoomConnection.objects.update(access_token="", token_expires_at=None)


def own_switch(topic):
    return Webinar.objects.get(topic=topic).sync_enabled


def open_warnings(**of):
    return set(AuditEntry.objects.open().filter(**of).values_list("code", flat=True))


def test_users_and_webinars_are_listed(company):
    company.make.past("Growing roses")
    assert company.discover().end is RunResult.COMPLETE
    user, webinar = ZoomUser.objects.get(email="host@own.example"), Webinar.objects.get()
    assert (user.name, user.has_webinar_plan) == ("Hanna Host", True)
    assert (webinar.topic, webinar.host, webinar.host_email) == ("Growing roses", user, user.email)
    assert webinar.next_sync_at <= timezone.now()
    assert ZoomConnection.objects.get().last_discovered_at is not None


def test_d3_a_new_webinar_starts_as_its_hosts_setting_says_and_is_then_a_persons_alone(company):
    company.make.upcoming("First")
    company.discover()
    ZoomUser.objects.update(sync_new_webinars=False)
    company.make.upcoming("Second")
    company.discover()
    assert (own_switch("First"), own_switch("Second")) == (True, False)
    Webinar.objects.filter(topic="Second").update(sync_enabled=True)
    company.discover()
    assert own_switch("Second")


def test_r19_a_user_found_later_starts_as_the_brands_default_says(company):
    ZoomSettings.objects.update(sync_new_webinars=False)
    company.account.add_user("new@own.example", "Nina", "New")
    company.discover()
    assert not ZoomUser.objects.get(email="new@own.example").sync_new_webinars


def test_r5_a_webinar_of_zoom_events_is_listed_and_marked(company):
    company.make.upcoming("Festival", is_events_webinar=True)
    company.discover()
    webinar = Webinar.objects.get()
    assert webinar.is_zoom_event
    assert open_warnings(webinar=webinar) == {AuditCode.ZOOM_EVENT}


def test_a_host_without_a_licence_costs_nothing_but_that_host(company):
    company.make.upcoming("Growing roses")
    company.account.add_user("uwe@own.example", "Uwe", "Unlicensed", webinar_plan=False)
    assert company.discover().end is RunResult.COMPLETE
    assert not ZoomUser.objects.get(email="uwe@own.example").has_webinar_plan
    assert Webinar.objects.count() == 1


def test_users_without_a_licence_are_asked_about_now_and_then_only(company, monkeypatch):
    unlicensed = company.account.add_user("uwe@own.example", "Uwe", "Unlicensed", webinar_plan=False)
    company.discover()
    monkeypatch.setattr(discovery, "_turn", lambda _ctx, _user: False)
    company.simulator.calls.clear()
    by_itself(company)
    assert not company.simulator.calls.where(unlicensed.id)
    company.discover()  # someone asked
    assert company.simulator.calls.where(unlicensed.id)


def test_d13_who_refreshes_the_list_while_the_schedule_reads_it_has_all_users_asked_about_after_it(
    company, monkeypatch
):
    unlicensed = company.account.add_user("uwe@own.example", "Uwe", "Unlicensed", webinar_plan=False)
    company.discover()

    refreshed = []

    def somebody_refreshes(_ctx, _user):
        if not refreshed:
            refreshed.append(enqueue_discovery(company.connection, Trigger.MANUAL))
        return False

    monkeypatch.setattr(discovery, "_turn", somebody_refreshes)
    company.simulator.calls.clear()
    by_itself(company)
    assert company.simulator.calls.count(unlicensed.id) == 1


def test_each_user_without_a_licence_has_its_turn_once_a_day(company):
    users = [ZoomUser(pk=number) for number in range(200)]

    class Now:
        now = timezone.now()

    turns = dict.fromkeys(range(200), 0)
    for _quarter in range(96):
        for user in users:
            turns[user.pk] += discovery._turn(Now, user)
        Now.now += timedelta(minutes=15)
    assert set(turns.values()) == {1}


def test_a_webinar_that_is_not_listed_any_more_is_gone_and_what_was_synced_stays(company):
    webinar = company.make.upcoming("Growing roses")
    company.make.register(webinar, "anna@customer.example", "Anna")
    company.sync(webinar)
    company.account.delete_webinar(webinar.id)
    by_itself(company)
    assert company.row(webinar).state == Webinar.State.GONE
    company.sync(webinar)
    assert company.state("anna@customer.example") == "registered"
    assert company.event(webinar).status == "cancelled"
    assert company.warnings(webinar) == set()


def test_d12_a_list_of_webinars_that_breaks_makes_none_of_them_gone(company):
    for number in range(400):
        company.make.upcoming(f"Webinar {number}")
    company.discover()
    company.simulator.faults.add("500", "/webinars.*next_page_token", times=0)
    for webinar in list(company.account.webinars.values())[:50]:
        webinar.deleted = True
    assert by_itself(company).end is RunResult.RETRY
    assert not Webinar.objects.filter(state=Webinar.State.GONE).exists()
    company.simulator.faults.clear()
    company.discover()
    assert Webinar.objects.filter(state=Webinar.State.GONE).count() == 50


def test_one_host_whose_list_breaks_stops_no_other(company):
    other = company.account.add_user("other@own.example", "Otto", "Other")
    company.make.upcoming("Growing roses")
    company.make.upcoming("Pruning roses", host=other)
    company.simulator.faults.add("500", f"/users/{company.make.host.id}/webinars", times=0)
    assert company.discover().end is RunResult.RETRY
    assert [webinar.topic for webinar in Webinar.objects.all()] == ["Pruning roses"]


def test_a_webinar_that_moves_to_another_host_is_not_gone(company):
    other = company.account.add_user("other@own.example", "Otto", "Other")
    webinar = company.make.upcoming("Growing roses")
    company.discover()
    webinar.host_id = other.id
    company.discover()
    row = company.row(webinar)
    assert (row.host_email, row.state) == ("other@own.example", Webinar.State.UPCOMING)


def test_a_user_who_left_is_kept_and_not_asked_about(company):
    leaver = company.account.add_user("leaver@own.example", "Lea", "Leaver")
    company.discover()
    leaver.status = "inactive"
    company.simulator.calls.clear()
    company.discover()
    assert ZoomUser.objects.get(email="leaver@own.example").is_gone
    assert not company.simulator.calls.where(leaver.id)


def test_what_changes_at_zoom_makes_a_webinar_due_again(company):
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    assert company.row(webinar).next_sync_at > timezone.now()
    company.account.rename_webinar(webinar.id, "Pruning roses")
    company.discover()
    assert company.row(webinar).next_sync_at <= timezone.now()


def test_listing_again_what_has_not_changed_writes_nothing(company):
    webinar = company.make.upcoming("Growing roses")
    company.sync(webinar)
    due = company.row(webinar).next_sync_at
    company.discover()
    assert company.row(webinar).next_sync_at == due
    assert SyncRun.objects.latest("pk").changes.get("webinars_changed", 0) == 0


def test_r13_a_webinar_of_an_excluded_host_is_listed_with_the_reason(company):
    DomainExclusion.objects.create(brand=company.brand, kind="host", domain="own.example")
    company.make.upcoming("Growing roses")
    company.discover()
    assert open_warnings(webinar=Webinar.objects.get()) == {AuditCode.HOST_EXCLUDED}


def test_with_a_users_own_permission_that_user_is_called_me(company):
    owner = company.account.users[company.account.owner_id]
    webinar = company.make.upcoming("Growing roses", host=owner)
    scopes = company.simulator.app.scopes
    company.simulator.app.scopes = [scope for scope in scopes if "list_users" not in scope]
    assert company.discover().end is RunResult.FAILED
    ZoomConnection.objects.update(auth_kind=ZoomConnection.Auth.OAUTH)
    assert company.discover().end is RunResult.COMPLETE
    assert [user.zoom_id for user in ZoomUser.objects.all()] == ["me"]
    assert company.row(webinar).host_email == owner.email


def test_a_missing_scope_is_named(company):
    company.simulator.app.scopes = []
    result = company.discover()
    assert result.end is RunResult.FAILED
    assert "user:read:list_users:admin" in str(result.reason)
    assert AuditCode.ACCOUNT_SCOPES_MISSING in open_warnings(webinar=None)

    company.simulator.app.scopes = list(ALL_SCOPES)
    sign_in_again()
    assert company.discover().end is RunResult.COMPLETE
    assert open_warnings(webinar=None) == set()
    entry = AuditEntry.objects.get(code=AuditCode.ACCOUNT_SCOPES_MISSING)
    assert str(entry.resolution) == "The Zoom app has the scopes now."


def test_a_scope_that_only_other_parts_need_is_told_by_each_discovery_until_a_token_brings_it(company):
    scope = "cloud_recording:read:meeting_transcript:admin"
    company.simulator.app.scopes = [all_scope for all_scope in ALL_SCOPES if all_scope != scope]
    for _time in range(2):
        assert company.discover().end is RunResult.COMPLETE
        (entry,) = AuditEntry.objects.open().filter(webinar=None)
        assert entry.code == AuditCode.ACCOUNT_SCOPES_MISSING
        assert entry.message == f"Transcripts don't sync: {scope}."

    company.simulator.app.scopes = list(ALL_SCOPES)
    company.discover()
    assert open_warnings(webinar=None), "the token that still holds does not have it"
    sign_in_again()
    company.discover()
    assert open_warnings(webinar=None) == set()


def test_the_number_of_queries_does_not_grow_with_the_number_of_webinars(
    company, django_assert_max_num_queries
):
    def queries(webinars):
        for number in range(webinars):
            company.make.upcoming(f"Webinar {number}")
        with django_assert_max_num_queries(200) as captured:
            company.discover()
        return len(captured)

    few = queries(2)
    many = queries(250)
    assert many <= few + 5


def test_zooms_limits_are_kept_while_listing(brand, simulated_connection, simulator):
    """Without the fixtures that make everything quick: paced as the plan says, and no 429."""
    simulator.limits = Limits(simulator.clock, "pro")
    for number in range(15):
        host = simulator.account.add_user(f"host{number}@own.example", "H", "H")
        simulator.account.add_webinar(host.id, "W", start=timezone.now() + timedelta(days=1))
    enqueue_discovery(simulated_connection, Trigger.MANUAL)
    assert work_off()[0].end is RunResult.COMPLETE
    assert not simulator.calls.where(status=429)
