"""Marketers and admins acknowledge warnings in the audit log of the webinar, and undo it (D20, D24)."""

import pytest
from django.urls import reverse

from integrations import audit
from integrations.audit import AuditCode
from integrations.models import AuditEntry
from tests.support.htmx import htmx


@pytest.fixture
def entry(brand, webinar):
    return audit.warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=webinar)


@pytest.fixture
def panel(brand, webinar, connection):
    return reverse("zoom:audit", args=[brand.slug, webinar.zoom_webinar_id])


def post(client, name, entry, **form):
    headers = htmx("messages")
    return client.post(reverse(f"audit:{name}", args=[entry.pk]), form, headers=headers)


def test_d24_a_marketer_acknowledges_with_a_note_and_undoes_it(charlie_client, entry, panel, syncing_brand):
    assert ">Acknowledge<" in charlie_client.get(panel).text
    answer = post(charlie_client, "acknowledge", entry, note="Zoom knows.")
    assert "webinar-changed" in answer["HX-Trigger"]
    text = charlie_client.get(panel).text
    assert "Needs attention" not in text
    assert "Acknowledged by Charlie Marketer" in text
    assert "Zoom knows." in text
    post(charlie_client, "unacknowledge", entry)
    assert "Needs attention" in charlie_client.get(panel).text


def test_an_operator_is_not_offered_it(bob_client, entry, panel):
    assert "Acknowledge" not in bob_client.get(panel).text
    assert post(bob_client, "acknowledge", entry).status_code == 403


def test_badges_count_it_no_more(alice_client, entry, brand, syncing_brand, zoom):
    (row,) = alice_client.get(zoom).context["rows"]
    assert (row.warnings, row.errors) == (1, 0)
    post(alice_client, "acknowledge", entry)
    (row,) = alice_client.get(zoom).context["rows"]
    assert (row.warnings, row.errors) == (0, 0)
    assert not alice_client.get(f"{zoom}?warnings=any").context["rows"]
    assert not alice_client.get("/audit/?state=attention").context["rows"]
    (shown,) = alice_client.get("/audit/?state=open").context["rows"]
    assert shown.entry == entry


def test_one_of_the_whole_account_is_acknowledged_in_the_account_wide_log(charlie_client, brand, connection):
    entry = audit.warn(brand, AuditCode.ACCOUNT_SCOPES_MISSING)
    page = charlie_client.get("/audit/?state=open").text
    assert reverse("audit:acknowledge", args=[entry.pk]) in page
    charlie_client.post(reverse("audit:acknowledge", args=[entry.pk]))
    assert "Acknowledged" in charlie_client.get("/audit/?state=open").text
    assert not AuditEntry.objects.open().needing_attention().exists()


def test_one_that_is_resolved_meanwhile_is_told(charlie_client, brand, webinar, entry, connection):
    audit.clear(brand, AuditCode.DATA_UNAVAILABLE, webinar=webinar)
    assert "already resolved" in post(charlie_client, "acknowledge", entry).text
