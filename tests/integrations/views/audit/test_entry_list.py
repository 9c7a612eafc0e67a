import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Brand
from integrations.audit import AuditCode
from integrations.models import AuditEntry, Webinar, ZoomConnection
from tests.integrations.make import make_host, make_session, make_webinar

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def entry(brand: Brand, webinar: Webinar) -> AuditEntry:
    return make(brand, webinar, AuditCode.SKIPPED_NO_EMAIL, 3, severity="warning", state="open")


def make(brand: Brand, webinar: Webinar | None, code: str, number: object = "", **fields: Any) -> AuditEntry:
    """`number` is a value of the entry, and part of its subject."""
    given = {"severity": "info", "state": "resolved", "created_at": NOW, "last_seen_at": NOW, **fields}
    values = {"count": number} if number != "" else {}
    return AuditEntry.objects.create(
        brand=brand,
        webinar=webinar,
        subject=f"{code} {number}",
        code=code,
        values=values,
        search_text=str(number),
        **given,
    )


def shown(client: Client, query: str = "") -> list[AuditEntry]:
    return [row.entry for row in client.get(f"/audit/{query}").context["rows"]]


@pytest.mark.parametrize("who", ["alice_client", "bob_client", "charlie_client"])
def test_r30_everybody_who_is_signed_in_reads_it(
    request: pytest.FixtureRequest, who: str, entry: AuditEntry, webinar: Webinar
) -> None:
    page = request.getfixturevalue(who).get("/audit/").content.decode()
    assert "Some emails were excluded from the webinar sync" in page
    assert "3 people: no email." in page
    assert webinar.topic in page


def test_entries_are_filtered_by_what_they_are(
    charlie_client: Client, brand: Brand, webinar: Webinar, entry: AuditEntry
) -> None:
    failed = make(brand, webinar, "sync_failed", severity="error")
    connected = make(brand, None, "connected")
    assert set(shown(charlie_client)) == {entry, failed, connected}
    assert shown(charlie_client, "?severity=error") == [failed]
    assert shown(charlie_client, "?state=open") == [entry]
    assert shown(charlie_client, "?code=connected") == [connected]
    assert shown(charlie_client, "?severity=warning&code=E6") == []
    assert len(shown(charlie_client, "?severity=nonsense&code=nonsense&brand=no&host=no")) == 3


def test_entries_are_filtered_by_webinar_and_host(
    charlie_client: Client, brand: Brand, connection: ZoomConnection, entry: AuditEntry
) -> None:
    other = make_webinar(connection, make_host(connection, "max@acme.test"), topic="Pruning")
    theirs = make(brand, other, "sync_completed")
    assert shown(charlie_client, "?host=max@acme.test") == [theirs]
    answer = charlie_client.get(f"/audit/?webinar={other.pk}")
    assert [row.entry for row in answer.context["rows"]] == [theirs]
    assert [(chip.label, chip.value) for chip in answer.context["chips"]] == [("Webinar", "Pruning")]
    assert f'name="webinar" value="{other.pk}"' in answer.content.decode()


@pytest.mark.parametrize("nonsense", ["x", "0", "-1", "9" * 30, "²"])
def test_a_webinar_that_does_not_exist_filters_nothing(
    charlie_client: Client, entry: AuditEntry, nonsense: str
) -> None:
    assert shown(charlie_client, f"?webinar={nonsense}") == [entry]


def test_d2_entries_are_filtered_by_brand_where_there_are_several(
    charlie_client: Client, brand: Brand, other_brand: Brand, entry: AuditEntry
) -> None:
    theirs = make(other_brand, None, "connected")
    assert shown(charlie_client, f"?brand={other_brand.slug}") == [theirs]


def test_entries_are_filtered_by_day_where_the_viewer_is(
    charlie_client: Client, brand: Brand, webinar: Webinar
) -> None:
    charlie_client.cookies["tz"] = "Europe/Berlin"  # an hour ahead of UTC
    midnight = datetime(2026, 3, 9, 23, tzinfo=UTC)
    before, first, last, after = (
        make(brand, webinar, "sync_completed", str(moment), created_at=moment)
        for moment in (
            midnight - timedelta(seconds=1),
            midnight,
            midnight + timedelta(hours=24, seconds=-1),
            midnight + timedelta(hours=24),
        )
    )
    assert shown(charlie_client, "?from=2026-03-10&to=2026-03-10") == [last, first]
    assert shown(charlie_client, "?from=2026-03-10") == [after, last, first]
    assert shown(charlie_client, "?to=2026-03-09") == [before]


def test_entries_are_searched(
    charlie_client: Client, brand: Brand, webinar: Webinar, entry: AuditEntry
) -> None:
    make(brand, None, "connected")
    assert shown(charlie_client, "?q=3 people") == [entry]
    assert shown(charlie_client, "?q=4 people") == []
    assert shown(charlie_client, f"?q={webinar.zoom_webinar_id}") == [entry]
    assert shown(charlie_client, "?q=nothing of that") == []


def test_pages_are_turned_by_place(charlie_client: Client, brand: Brand, webinar: Webinar) -> None:
    for number in range(120):
        make(brand, webinar, "sync_completed", number, created_at=NOW + timedelta(minutes=number))
    seen, older = [], ""
    for _page in range(3):
        answer = charlie_client.get("/audit/", {"before": older} if older else {})
        seen += [row.entry.values["count"] for row in answer.context["rows"]]
        older = answer.context["page"].older
    assert seen == list(reversed(range(120)))
    assert older == ""


def test_an_entry_about_a_session_says_which(charlie_client: Client, brand: Brand, webinar: Webinar) -> None:
    make_session(webinar, "abc==", started_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    make(brand, webinar, AuditCode.RECORDING_MISSING, session_uuid="abc==", severity="warning")
    assert "2 Mar 2026, 09:00 UTC" in charlie_client.get("/audit/").content.decode()


@pytest.mark.parametrize(("query", "words"), [("", "No activity yet"), ("?q=x", "No entry matches")])
def test_an_empty_log_says_why_it_is_empty(charlie_client: Client, query: str, words: str) -> None:
    assert words in charlie_client.get(f"/audit/{query}").content.decode()


def test_htmx_gets_the_entries_alone(charlie_client: Client, entry: AuditEntry) -> None:
    answer = charlie_client.get("/audit/", headers={"HX-Request": "true", "HX-Target": "entries"})
    assert "<html" not in answer.content.decode()
    assert "3 people: no email." in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_number_of_entries(
    charlie_client: Client, brand: Brand, connection: ZoomConnection, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        webinar = make_webinar(connection, make_host(connection, f"h{number}@acme.test"))
        make(
            brand,
            webinar,
            AuditCode.RECORDING_MISSING,
            number,
            session_uuid=f"u{number}",
            severity="warning",
        )
    with django_assert_max_num_queries(8):
        charlie_client.get("/audit/?severity=warning&from=2026-01-01")


def lines(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/audit/entries.csv{query}")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(text.splitlines()))


def test_the_same_filters_hold_for_the_download(
    charlie_client: Client, brand: Brand, webinar: Webinar, entry: AuditEntry
) -> None:
    make(brand, webinar, "sync_completed")
    (line,) = lines(charlie_client, "?severity=warning")
    assert line["created"] == "2026-03-10 12:00:00"
    assert (line["code"], line["cause"], line["state"]) == ("E5", "skipped_no_email", "open")
    assert line["message"] == "3 people: no email."
    assert line["title"] == "Some emails were excluded from the webinar sync"
    assert (line["webinar_id"], line["topic"]) == (str(webinar.zoom_webinar_id), "Growing roses")


def test_a_download_has_all_entries_in_a_constant_number_of_queries(
    charlie_client: Client, brand: Brand, webinar: Webinar, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        make(brand, webinar, "sync_completed", number, created_at=timezone.now())
    with django_assert_max_num_queries(6):
        assert len(lines(charlie_client)) == 60


def test_a_topic_that_looks_like_a_formula_is_not_run_by_a_spreadsheet(
    charlie_client: Client, brand: Brand, connection: ZoomConnection
) -> None:
    make(brand, make_webinar(connection, topic='=HYPERLINK("x")'), "sync_completed")
    assert lines(charlie_client)[0]["topic"] == '\'=HYPERLINK("x")'
