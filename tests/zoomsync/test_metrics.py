from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from contacts.models import Brand
from integrations.audit import AuditCode, warn
from integrations.models import (
    RateLimitBucket,
    SyncRun,
    WebhookDelivery,
    Webinar,
    WorkerHeartbeat,
    ZoomConnection,
)
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.support.jobs import ended, running
from workflows.actions import create_workflow, publish_workflow
from workflows.models import Enrolment

END = {"id": "end", "action": "end", "arguments": {}}


def samples(**headers: str) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels."""
    response = Client().get("/metrics", headers=headers)
    assert response["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_an_empty_installation_has_numbers_too(db: None) -> None:
    found = samples()
    assert found["zoomsync_jobs", "syncs", "ready"] == 0
    assert found["zoomsync_job_wait_seconds", "syncs"] == 0
    assert found["zoomsync_deliveries_total",] == 0
    assert found["zoomsync_workers",] == 0


def test_what_waits_is_counted_and_how_long_it_waits(webinar: Webinar, connection: ZoomConnection) -> None:
    past = timezone.now() - timedelta(seconds=90)
    run = {"connection": connection, "kind": "webinar", "trigger": "schedule"}
    SyncRun.objects.create(webinar=webinar, not_before=past, **run)
    SyncRun.objects.create(webinar=make_webinar(connection), not_before=timezone.now() + timedelta(1), **run)
    SyncRun.objects.create(webinar=make_webinar(connection), **running(), **run)
    SyncRun.objects.create(webinar=make_webinar(connection), **ended(), **run)
    WebhookDelivery.objects.create(body_hash="a", event="x", not_before=past)
    WebhookDelivery.objects.create(body_hash="b", event="x", state="complete")
    found = samples()
    assert [found["zoomsync_jobs", "syncs", state] for state in ("ready", "later", "running")] == [1, 1, 1]
    assert 90 <= found["zoomsync_job_wait_seconds", "syncs"] < 120
    assert found["zoomsync_jobs", "webhooks", "ready"] == 1
    assert 90 <= found["zoomsync_job_wait_seconds", "webhooks"] < 120
    assert found["zoomsync_deliveries_total",] == WebhookDelivery.objects.latest("pk").pk


def test_what_is_wrong_is_counted_by_brand(brand: Brand, other_brand: Brand, webinar: Webinar) -> None:
    warn(brand, AuditCode.ZOOM_UNREACHABLE, webinar=webinar)
    warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=webinar)
    warn(other_brand, AuditCode.ACCOUNT_CREDENTIALS_REJECTED)
    found = samples()
    assert found["zoomsync_audit_open", "acme", "error"] == 1
    assert found["zoomsync_audit_open", "acme", "warning"] == 1
    assert found["zoomsync_audit_open", "globex", "error"] == 1
    assert found["zoomsync_connections", "connected"] == 1


def test_d15_what_is_used_of_zooms_limits_is_told(
    connection: ZoomConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)  # no day ends in between
    today, yesterday = now.date(), now.date() - timedelta(days=1)
    RateLimitBucket.objects.create(
        connection=connection, label="heavy", day=today, day_count=7, blocked_until=now.timestamp() + 60
    )
    RateLimitBucket.objects.create(connection=connection, label="light", day=yesterday, day_count=9)
    found = samples()
    assert found["zoomsync_zoom_calls_today", "acme", "heavy"] == 7
    assert found["zoomsync_zoom_calls_today", "acme", "light"] == 0
    assert 50 < found["zoomsync_zoom_blocked_seconds", "acme", "heavy"] <= 60
    assert found["zoomsync_zoom_blocked_seconds", "acme", "light"] == 0


def test_workers_that_are_alive_are_counted(db: None) -> None:
    WorkerHeartbeat.objects.create(name="a")
    WorkerHeartbeat.objects.create(name="b", seen_at=timezone.now() - timedelta(hours=1))
    assert samples()["zoomsync_workers",] == 1


def test_it_costs_the_same_number_of_queries_with_many_rows(
    brand: Brand, connection: ZoomConnection, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        warn(brand, AuditCode.WEBINAR_SYNC_OFF, webinar=make_webinar(connection))
        RateLimitBucket.objects.create(connection=connection, label=str(number))
    with django_assert_num_queries(22):  # one for each of the fourteen queues among them
        samples()


OUTSIDE = ["192.0.2.1", "10.0.0.7", "2001:db8::1", "::ffff:192.0.2.1", "", "not an address"]
INSIDE = ["127.0.0.1", "127.9.9.9", "::1"]


@pytest.mark.parametrize("address", OUTSIDE)
def test_without_a_token_nobody_elsewhere_reads(db: None, address: str) -> None:
    response = Client().get("/metrics", REMOTE_ADDR=address)
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize("address", INSIDE)
def test_without_a_token_this_machine_reads(db: None, address: str) -> None:
    assert Client().get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Proto", "Via"])
def test_whom_a_proxy_on_this_machine_asks_for_is_not_this_machine(db: None, header: str) -> None:
    assert Client().get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


@pytest.mark.parametrize("address", INSIDE + OUTSIDE)
def test_with_the_token_anyone_reads(db: None, settings: Any, address: str) -> None:
    settings.METRICS_TOKEN = "the-token"
    answer = Client().get("/metrics", REMOTE_ADDR=address, headers={"Authorization": "bearer the-token"})
    assert answer.status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR=address).status_code == 401


@pytest.mark.parametrize("given", ["", "the-token", "Bearer ", "Bearer wrong", "Basic c2VjcmV0", "wrong"])
def test_where_a_token_is_set_nobody_reads_without_it(db: None, settings: Any, given: str) -> None:
    settings.METRICS_TOKEN = "the-token"
    response = Client().get("/metrics", headers={"Authorization": given})
    assert (response.status_code, response.content) == (401, b"")
    assert samples(Authorization="Bearer the-token")


def test_no_address_of_a_person_is_told(connection: ZoomConnection, webinar: Webinar) -> None:
    assert b"@" not in Client().get("/metrics").content


def test_those_who_stopped_or_failed_in_a_workflow_are_counted_until_they_are_tried_again(db: None) -> None:
    workflow = create_workflow("Seats", {"version": 1, "triggers": [], "steps": [END]})
    version = publish_workflow(workflow.pk)
    for number, (state, outcome) in enumerate([("complete", "stopped"), ("failed", ""), ("waiting", "")]):
        Enrolment.objects.create(
            workflow=workflow,
            version=version,
            contact=make_contact(),
            key=str(number),
            source="manual",
            step_id="end",
            state=state,
            outcome=outcome,
            finished_at=None if state == "waiting" else timezone.now(),
        )
    found = samples()
    assert found["zoomsync_enrolments_not_done", str(workflow.pk)] == 2
    assert found["zoomsync_enrolments_waiting",] == 1
