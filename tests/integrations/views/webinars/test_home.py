from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.messages import Message
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import AuditEntry, SkippedPerson, SyncRun, ZoomConnection
from integrations.settings_changes import add_exclusions
from tests.integrations.make import make_host, make_webinar
from tests.support.htmx import htmx
from tests.support.jobs import running


def topics(answer):
    return [row.webinar.topic for row in answer.context["rows"]]


def test_r8_the_page_is_where_it_is_expected_with_its_two_tabs(alice_client, connection, on, zoom):
    text = alice_client.get(zoom).text
    for words in (
        "Settings",
        "Integrations",
        "Connected apps",
        "Zoom",
        "Home",
        "Global settings",
        "Webinars",
    ):
        assert words in text


def test_a_row_tells_the_webinar_its_state_and_its_counts(alice_client, connection, on, zoom):
    host = make_host(connection, first_name="Mara", last_name="Lind")
    make_webinar(
        connection,
        host,
        topic="Pruning",
        state="ended",
        starts_at=datetime(2026, 1, 31, 10, tzinfo=UTC),
        registered_count=1234,
        attended_count=56,
        cancelled_count=7,
        skipped_count=8,
        last_synced_at=timezone.now() - timedelta(hours=3),
    )
    text = alice_client.get(zoom).text
    for words in (
        "Pruning",
        "Mara Lind",
        "31 Jan 2026",
        "10:00 UTC",
        "Ended",
        "1,234",
        "56",
        "3\xa0hours ago",
    ):
        assert words in text


def test_r47_a_warning_counts_once_on_the_row_as_in_the_panel_whatever_its_causes_and_sessions(
    alice_client, brand, connection, on, zoom
):
    webinar = make_webinar(connection)
    for reason in ("account_user", "excluded_domain", "no_email"):
        audit.warn(brand, AuditCode(f"skipped_{reason}"), webinar=webinar)
    for session in ("a==", "b=="):
        audit.warn(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar, session_uuid=session)
        audit.warn(brand, AuditCode.RECORDING_TRASHED, webinar=webinar, session_uuid=session)
        audit.warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=webinar, session_uuid=session)
        audit.warn(brand, AuditCode.TRANSCRIPT_UNREADABLE, webinar=webinar, session_uuid=session)
    (row,) = alice_client.get(zoom).context["rows"]
    assert (row.warnings, row.errors) == (2, 1)
    panel = alice_client.get(f"{zoom}webinars/{webinar.zoom_webinar_id}/")
    assert len(panel.context["warnings"]) == row.warnings + row.errors
    assert [warning.code for warning in panel.context["notes"]] == ["E2", "E5"]


def test_r32_each_webinar_that_syncs_has_sync_now_and_audit_logs(alice_client, connection, on, zoom):
    webinar = make_webinar(connection)
    text = alice_client.get(zoom).text
    assert f'action="{zoom}webinars/{webinar.zoom_webinar_id}/sync-now/"' in text
    assert "Audit logs" in text


def test_r5_a_zoom_event_is_listed_and_marked_as_not_supported(alice_client, connection, on, zoom):
    webinar = make_webinar(connection, is_zoom_event=True)
    text = alice_client.get(zoom).text
    assert "Not supported" in text
    assert f"{webinar.zoom_webinar_id}/switch/" not in text
    assert f"{webinar.zoom_webinar_id}/sync-now/" not in text


def test_r7_a_webinar_without_registration_says_what_turning_it_on_does(alice_client, connection, on, zoom):
    make_webinar(connection, approval=2)
    assert "Turn on registration in Zoom to sync all attendees" in alice_client.get(zoom).text


def test_r16_a_switch_that_cannot_be_turned_on_yet_says_why(alice_client, connection, zoom):
    make_webinar(connection, sync_enabled=False)
    text = alice_client.get(zoom).text
    assert 'aria-disabled="true"' in text
    assert "“Sync webinar data” is off" in text
    assert "sync-now" not in text


def test_d3_a_switch_that_does_not_act_says_which_one_above_says_no(
    alice_client, brand, connection, on, zoom
):
    make_webinar(connection, host_email="eva@mail.agency.test")
    add_exclusions(brand, "host", "agency.test", None)
    text = alice_client.get(zoom).text
    assert "The host&#x27;s domain agency.test is excluded" in text
    assert "sync-now" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=roses", ["Growing roses"]),
        ("q=ROSES+growing", ["Growing roses"]),
        ("q=mara", ["Pruning"]),
        ("q=nothing", []),
        ("state=ended", ["Pruning"]),
        ("state=nonsense", ["Growing roses", "Composting", "Pruning"]),
        ("sync=on", ["Growing roses"]),
        ("sync=off", ["Composting"]),
        ("sync=held", ["Pruning"]),
        ("warnings=any", ["Growing roses", "Composting"]),
        ("warnings=error", ["Growing roses"]),
        ("sort=topic", ["Composting", "Growing roses", "Pruning"]),
        ("sort=-registered", ["Pruning", "Growing roses", "Composting"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(alice_client, brand, connection, on, zoom, query, found):
    now = timezone.now()
    roses = make_webinar(connection, topic="Growing roses", starts_at=now, registered_count=2)
    compost = make_webinar(
        connection,
        topic="Composting",
        starts_at=now - timedelta(days=1),
        sync_enabled=False,
        registered_count=1,
    )
    make_webinar(
        connection,
        topic="Pruning",
        host_email="mara@agency.test",
        state="ended",
        starts_at=now - timedelta(days=2),
        registered_count=3,
    )
    add_exclusions(brand, "host", "agency.test", None)
    audit.resolve(AuditEntry.objects.all())
    audit.warn(brand, AuditCode.ZOOM_UNREACHABLE, webinar=roses)
    audit.warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=compost)
    assert topics(alice_client.get(f"{zoom}?{query}")) == found


def test_a_webinar_is_found_by_its_id_as_people_paste_it(alice_client, connection, on, zoom):
    make_webinar(connection, zoom_webinar_id=81234567890, topic="Pruning")
    assert topics(alice_client.get(zoom, {"q": "812 3456-7890"})) == ["Pruning"]


def test_while_the_account_is_off_everything_is_held_back(alice_client, connection, zoom):
    make_webinar(connection)
    assert topics(alice_client.get(zoom, {"sync": "on"})) == []
    assert topics(alice_client.get(zoom, {"sync": "held"})) == ["Growing roses"]


def test_recurring_webinars_without_a_time_come_last(alice_client, connection, on, zoom):
    make_webinar(connection, topic="Office hours", starts_at=None)
    make_webinar(connection)
    assert topics(alice_client.get(zoom)) == ["Growing roses", "Office hours"]
    assert topics(alice_client.get(f"{zoom}?sort=starts")) == ["Growing roses", "Office hours"]


def test_a_list_that_zoom_refused_says_why_and_when_it_is_asked_again(alice_client, connection, on, zoom):
    run = SyncRun.objects.create(
        connection=connection,
        kind="discovery",
        attempts=1,
        not_before=timezone.now() + timedelta(minutes=4, seconds=30),
        error=Message("zoom.unavailable"),
    )
    text = alice_client.get(zoom).text
    assert "Refreshing the list" not in text
    assert "in 4\xa0minutes" in text
    assert "Zoom can&#x27;t be reached right now." in text
    assert f'href="/runs/{run.pk}/"' in text


def test_another_brands_webinars_are_not_listed(alice_client, connection, on, other_brand, zoom):
    other = ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id="o", client_id="o")
    make_webinar(other, topic="Not ours")
    make_webinar(connection)
    assert topics(alice_client.get(zoom)) == ["Growing roses"]
    assert "Globex" in alice_client.get(zoom).text


def test_a_brand_without_a_connection_has_no_such_page(alice_client, other_brand):
    assert alice_client.get("/settings/integrations/connected-apps/zoom/globex/").status_code == 404


@pytest.mark.parametrize(
    ("state", "words"),
    [("needs_attention", "Zoom needs attention."), ("disconnected", "Zoom is disconnected.")],
)
def test_a_connection_that_does_not_work_is_told_on_top(alice_client, connection, on, zoom, state, words):
    make_webinar(connection)
    ZoomConnection.objects.update(state=state, state_reason=Message("zoom.app_removed"))
    assert words in alice_client.get(zoom).text


def test_an_account_without_webinars_says_what_happens_next(alice_client, connection, on, zoom):
    assert "No webinars yet" in alice_client.get(zoom).text


def test_a_failed_sync_leads_to_its_log(alice_client, connection, on, zoom):
    webinar = make_webinar(connection)
    run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", state="failed")
    text = alice_client.get(zoom).text
    assert "Last attempt failed" in text
    assert f"/runs/{run.pk}/" in text


def test_a_sync_that_waits_for_its_next_try_says_when(alice_client, connection, on, zoom):
    webinar = make_webinar(connection)
    later = timezone.now() + timedelta(minutes=5, seconds=30)
    SyncRun.objects.create(
        connection=connection,
        webinar=webinar,
        kind="webinar",
        attempts=1,
        not_before=later,
        error=Message("zoom.unavailable"),
    )
    text = alice_client.get(zoom).text
    assert "Retrying" in text
    assert "in 5\xa0minutes" in text


def test_the_list_alone_is_answered_to_htmx(alice_client, connection, on, zoom):
    make_webinar(connection)
    fragment = alice_client.get(zoom, headers=htmx("webinars")).text
    assert "<html" not in fragment
    assert "Growing roses" in fragment


@pytest.mark.parametrize("query", ["", "sync=held", "warnings=any&q=g&state=upcoming"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    alice_client, brand, connection, on, zoom, query, django_assert_max_num_queries
):
    for number in range(60):
        webinar = make_webinar(connection, make_host(connection, f"h{number}@acme.test"))
        audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=webinar)
        run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", **running())
        run.steps.create(name="Attendance")
        SkippedPerson.objects.create(webinar=webinar, stage="registration", person_key="x", reason="no_email")
    with django_assert_max_num_queries(17):
        alice_client.get(f"{zoom}?{query}")


def test_those_who_may_not_change_settings_see_how_they_stand(
    bob_client, charlie_client, connection, on, zoom
):
    make_webinar(connection)
    operator, marketer = bob_client.get(zoom).text, charlie_client.get(zoom).text
    assert "/switch/" not in operator
    assert "sync-now" in operator
    assert "/switch/" not in marketer
    assert "sync-now" not in marketer
    assert "Refresh list" not in marketer
