"""/webinars, /runs, /skipped-people, /audit-entries: read by all, changed by whom the pages let."""

import pytest

from integrations import audit
from integrations.audit import AuditCode
from integrations.models import AuditEntry, SettingChange, SkippedPerson, SyncRun, ZoomConnection
from integrations.settings_changes import set_global
from tests.integrations.make import make_host, make_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar(connection, syncing_brand):
    return make_webinar(connection, make_host(connection), zoom_webinar_id=93112345678)


def ids(answer, name: str = "id") -> list[object]:
    assert answer.status_code == 200, answer.json()
    return [row[name] for row in answer.json()["results"]]


def test_a_webinar_with_its_switches_and_what_they_come_to(operator_api, webinar):
    for typed in ("93112345678", "931 1234 5678", "931-1234-5678"):
        answer = operator_api.get(f"webinars/{typed}")
        assert answer.status_code == 200
    thing = answer.json()
    assert thing["webinar_id"] == "93112345678"
    assert thing["switches"] == {"sync": True, "recordings": True}
    assert (thing["syncs"], thing["recordings_sync"], thing["why_not"]) == (True, False, "")
    assert thing["open_warnings"] == []
    assert operator_api.get(thing["url"], if_none_match=answer["ETag"]).status_code == 304


def test_a_webinar_that_does_not_sync_says_why(operator_api, webinar, brand):
    set_global(brand, sync_webinars=False, actor=None)
    thing = operator_api.get("webinars/93112345678").json()
    assert not thing["syncs"]
    assert "Sync webinar data" in thing["why_not"]


def test_open_warnings_are_listed_and_information_is_not(operator_api, webinar, brand):
    audit.warn(brand, AuditCode.RECORDING_TRASHED, webinar=webinar)
    audit.warn(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar)
    kept = {entry.pk for entry in AuditEntry.objects.exclude(severity="info")}
    thing = operator_api.get("webinars/93112345678").json()
    assert {row["id"] for row in thing["open_warnings"]} == kept


def test_webinars_of_a_brand_by_its_name(operator_api, webinar, brand, other_brand):
    assert ids(operator_api.get(f"webinars?brand={brand.name}"), "webinar_id") == ["93112345678"]
    assert ids(operator_api.get(f"webinars?brand={other_brand.name}")) == []


@pytest.mark.parametrize(("typed", "status"), [("1", 404), ("x", 422), ("9" * 30, 422), ("- -", 422)])
def test_a_webinar_that_there_is_not(operator_api, typed, status):
    assert operator_api.get(f"webinars/{typed}").status_code == status


# Switches


def test_an_admin_turns_a_switch_and_the_history_names_the_token(make_api, webinar):
    api = make_api(name="n8n")
    answer = api.patch("webinars/93112345678", {"switches": {"sync": False}})
    assert answer.status_code == 200
    assert answer.json()["switches"] == {"sync": False, "recordings": True}
    assert not answer.json()["syncs"]
    change = SettingChange.objects.get(webinar=webinar)
    assert (change.actor, change.actor_name) == (None, "API token “n8n”")


def test_what_was_missed_is_synced_when_a_switch_goes_on(admin_api, webinar):
    admin_api.patch("webinars/93112345678", {"switches": {"sync": False}})
    admin_api.patch("webinars/93112345678", {"switches": {"sync": True}})
    assert SyncRun.objects.get(webinar=webinar).trigger == SyncRun.Trigger.CATCH_UP


def test_r16_the_global_switch_comes_first(admin_api, connection, brand):
    webinar = make_webinar(connection, zoom_webinar_id=93112345678, sync_enabled=False)
    answer = admin_api.patch("webinars/93112345678", {"switches": {"sync": True}})
    assert (answer.status_code, answer.json()["code"]) == (409, "setting_refused")
    webinar.refresh_from_db()
    assert not webinar.sync_enabled


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"switches": {"sync": "on"}}, "switches.sync"),
        ({"switches": {"sync": None}}, "switches.sync"),
        ({"switches": {"global": True}}, "switches.global"),
        ({"topic": "x"}, "topic"),
        ({"switches": []}, "switches"),
    ],
)
def test_wrong_switches_name_their_field(admin_api, webinar, body, field):
    answer = admin_api.patch("webinars/93112345678", body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_an_older_version_is_not_changed(admin_api, webinar):
    old = admin_api.get("webinars/93112345678")["ETag"]
    admin_api.patch("webinars/93112345678", {"switches": {"sync": False}})
    answer = admin_api.patch("webinars/93112345678", {"switches": {"sync": True}}, if_match=old)
    assert answer.status_code == 412


# Syncs


def test_an_operator_syncs_now_and_follows_the_run(operator_api, webinar):
    answer = operator_api.post("webinars/93112345678/sync")
    assert answer.status_code == 202
    run = SyncRun.objects.get()
    assert (run.trigger, run.is_full, run.requested_by) == ("manual", True, None)
    assert answer["Location"] == answer.json()["url"] == f"/api/v1/runs/{run.pk}"
    assert operator_api.get(answer["Location"]).json() == answer.json()
    again = operator_api.post("webinars/93112345678/sync")
    assert again.json()["id"] == run.pk


def test_what_does_not_sync_says_why(operator_api, webinar, brand, connection):
    set_global(brand, sync_webinars=False, actor=None)
    answer = operator_api.post("webinars/93112345678/sync")
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_sync")
    assert "Sync webinar data" in answer.json()["detail"]
    connection.state = ZoomConnection.State.DISCONNECTED
    connection.save()
    assert "disconnected" in operator_api.post("webinars/93112345678/sync").json()["detail"]
    assert not SyncRun.objects.exists()


def test_a_run_that_there_is_not_is_404(operator_api):
    assert operator_api.get("runs/1").status_code == 404


# Skipped people and the audit log


def test_skipped_people_with_the_filters_of_the_page(operator_api, webinar):
    skip = {"webinar": webinar, "stage": "registration"}
    bob = SkippedPerson.objects.create(
        **skip, email="bob@rival.test", person_key="b", reason="excluded_domain", rule="rival.test"
    )
    guest = SkippedPerson.objects.create(**skip, name="Guest", person_key="g", reason="no_email")
    assert ids(operator_api.get("skipped-people")) == [bob.pk, guest.pk]
    for query in (
        "reason=no_email",
        "q=guest",
        "stage=registration&q=Guest",
        "webinar_id=931 1234 5678&q=guest",
    ):
        assert ids(operator_api.get(f"skipped-people?{query}")) == [guest.pk]
    for query in ("stage=attendance", "host=nobody@acme.test", "brand=nobody", "webinar_id=1"):
        assert ids(operator_api.get(f"skipped-people?{query}")) == []
    assert operator_api.get("skipped-people?reason=bad_hair").status_code == 422


def test_audit_entries_with_the_filters_of_the_page(operator_api, webinar, brand):
    audit.warn(brand, AuditCode.RECORDING_TRASHED, webinar=webinar)
    audit.record(brand, audit.AuditCode.CONNECTED)
    warning, connected = AuditEntry.objects.order_by("pk")
    assert ids(operator_api.get("audit-entries")) == [warning.pk, connected.pk]
    for query in ("code=E2", "state=open", f"severity={warning.severity}", "webinar_id=93112345678"):
        assert ids(operator_api.get(f"audit-entries?{query}")) == [warning.pk]
    for query in ("q=nothing", "to=2020-01-01T00:00:00Z", "from=2099-01-01T00:00:00Z", "brand=nobody"):
        assert ids(operator_api.get(f"audit-entries?{query}")) == []
    (row,) = operator_api.get("audit-entries?code=E2").json()["results"]
    assert (row["webinar_id"], row["brand"], row["cause"]) == ("93112345678", brand.name, "recording_trashed")
    assert (row["code"], row["message"]) == ("E2", "The recording is in Zoom's trash.")
    assert ids(operator_api.get("audit-entries?code=recording_trashed")) == [warning.pk]


@pytest.mark.parametrize("path", ["webinars", "skipped-people", "audit-entries"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    operator_api, connection, syncing_brand, brand, django_assert_max_num_queries, path
):
    for number in range(5):
        row = make_webinar(connection, make_host(connection))
        audit.warn(brand, AuditCode.RECORDING_MISSING, webinar=row)
        SkippedPerson.objects.create(webinar=row, stage="registration", person_key="g", reason="no_email")
        assert number < 5
    with django_assert_max_num_queries(8):
        assert operator_api.get(path).status_code == 200
