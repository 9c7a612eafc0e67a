from typing import Any, cast

import pytest

from contacts.models import Brand
from core.messages import Message
from integrations.audit import (
    AuditCode,
    Finding,
    UnknownCodeError,
    clear,
    open_many,
    reconcile_warnings,
    record,
    warn,
)
from integrations.models import AuditEntry, SyncRun, Webinar, ZoomConnection
from tests.integrations.make import make_webinar
from tests.support.at_once import at_once

SECRET = "eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJodHRwczovL2V2ZW50Lnpvb20udXMiLCJh.a6KetiC6BlkDhf1dP4KBGUE1bb2b"


@pytest.fixture
def run(webinar: Webinar) -> SyncRun:
    return SyncRun.objects.create(
        connection=webinar.connection,
        webinar=webinar,
        kind=SyncRun.Kind.WEBINAR,
        trigger=SyncRun.Trigger.MANUAL,
    )


def open_codes() -> set[tuple[str, str]]:
    return set(AuditEntry.objects.open().values_list("session_uuid", "code"))


def test_what_happened_is_written_once_for_each_time(brand: Brand, webinar: Webinar, run: SyncRun) -> None:
    for title in ("Roses", "Tulips"):
        record(brand, AuditCode.CALL_CREATED, {"title": title}, webinar=webinar, run=run)
    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.message, entry.values) for entry in entries] == [
        ("Roses", {"title": "Roses"}),
        ("Tulips", {"title": "Tulips"}),
    ]
    assert {(entry.severity, entry.state) for entry in entries} == {("info", "resolved")}


def test_without_values_an_entry_says_what_its_code_means(brand: Brand) -> None:
    assert record(brand, AuditCode.CONNECTED).message == "A Zoom account was connected to this brand."
    assert warn(brand, AuditCode.BAD_ANSWER).message == "Zoom's response couldn't be read."


def test_a_code_without_words_writes_nothing(brand: Brand, webinar: Webinar) -> None:
    unknown = cast("AuditCode", "no_such_code")
    for act in (
        lambda: record(brand, unknown),
        lambda: warn(brand, unknown, webinar=webinar),
        lambda: reconcile_warnings(brand, webinar, None, {unknown}, []),
        lambda: clear(brand, unknown, webinar=webinar),
    ):
        with pytest.raises(UnknownCodeError):
            act()
    assert not AuditEntry.objects.exists()


def test_a_warning_found_again_is_the_same_entry_with_the_newest_values(
    brand: Brand, webinar: Webinar, run: SyncRun
) -> None:
    code = AuditCode.PARTICIPANTS_INVALID
    first = warn(brand, code, {"count": 2}, webinar=webinar, session_uuid="u1")
    again = warn(brand, code, {"count": 3}, webinar=webinar, session_uuid="u1", run=run)
    assert again.pk == first.pk
    assert again.message == "3 rows in Zoom's participant list couldn't be used."
    assert (again.values, again.search_text, again.run) == ({"count": 3}, "3", run)
    assert again.created_at == first.created_at
    assert again.last_seen_at > first.last_seen_at


def test_each_webinar_session_code_and_cause_has_its_own_warning(brand: Brand, webinar: Webinar) -> None:
    other = make_webinar(webinar.connection)
    warn(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar, session_uuid="u1")
    warn(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar, session_uuid="u2")
    warn(brand, AuditCode.RECORDING_MISSING, webinar=webinar, session_uuid="u1")
    warn(brand, AuditCode.RECORDING_PROCESSING, webinar=other, session_uuid="u1")
    warn(brand, AuditCode.ACCOUNT_CREDENTIALS_REJECTED)
    assert AuditEntry.objects.open().count() == 5


def test_a_resolved_warning_tells_when_and_why_and_may_come_back_as_a_new_one(
    brand: Brand, webinar: Webinar
) -> None:
    first = warn(brand, AuditCode.SYNC_OFF, webinar=webinar)
    assert clear(brand, AuditCode.SYNC_OFF, webinar=webinar, because=Message("setting.changed")) == 1
    first.refresh_from_db()
    assert (first.state, first.resolution) == ("resolved", Message("setting.changed"))
    assert first.resolved_at is not None
    assert warn(brand, AuditCode.SYNC_OFF, webinar=webinar).pk != first.pk
    assert AuditEntry.objects.count() == 2


def test_clearing_can_be_narrowed_to_a_cause_and_to_a_session(brand: Brand, webinar: Webinar) -> None:
    processing, missing = AuditCode.RECORDING_PROCESSING, AuditCode.RECORDING_MISSING
    for uuid, code in [("u1", processing), ("u1", missing), ("u2", processing)]:
        warn(brand, code, webinar=webinar, session_uuid=uuid)
    clear(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar, session_uuid="u1")
    assert open_codes() == {("u1", AuditCode.RECORDING_MISSING), ("u2", AuditCode.RECORDING_PROCESSING)}
    assert clear(brand, "E2", webinar=webinar) == 2
    assert clear(brand, "E2", webinar=webinar) == 0


def test_clearing_without_a_webinar_leaves_the_webinars_warnings_open(brand: Brand, webinar: Webinar) -> None:
    warn(brand, AuditCode.ACCOUNT_SCOPES_MISSING)
    warn(brand, AuditCode.SCOPE_MISSING, webinar=webinar)
    assert clear(brand, "connection") == 1
    assert clear(brand, "E6") == 0


def test_settling_opens_what_was_found_and_resolves_what_was_judged_and_not_found(
    brand: Brand, webinar: Webinar, run: SyncRun
) -> None:
    warn(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=webinar)
    warn(brand, AuditCode.SKIPPED_ACCOUNT_USER, webinar=webinar)
    warn(brand, AuditCode.RECORDING_PROCESSING, webinar=webinar, session_uuid="u1")
    reconcile_warnings(
        brand,
        webinar,
        run,
        checked={AuditCode.SKIPPED_NO_EMAIL, AuditCode.SKIPPED_ACCOUNT_USER, AuditCode.NO_PARTICIPANTS},
        findings=[
            Finding(AuditCode.SKIPPED_ACCOUNT_USER, values={"count": 2}),
            Finding(AuditCode.NO_PARTICIPANTS, session_uuid="u1"),
        ],
    )
    assert open_codes() == {
        ("", AuditCode.SKIPPED_ACCOUNT_USER),
        ("u1", AuditCode.NO_PARTICIPANTS),
        ("u1", AuditCode.RECORDING_PROCESSING),
    }
    assert (
        AuditEntry.objects.open().get(code=AuditCode.SKIPPED_ACCOUNT_USER).message
        == "2 people: account user."
    )
    resolved = AuditEntry.objects.get(code=AuditCode.SKIPPED_NO_EMAIL)
    assert str(resolved.resolution) == "The last sync did not find it again."


def test_d12_settling_twice_changes_nothing_but_the_time(
    brand: Brand, webinar: Webinar, run: SyncRun
) -> None:
    checked = {AuditCode.SKIPPED_NO_EMAIL}
    for _time in range(2):
        reconcile_warnings(
            brand, webinar, run, checked, [Finding(AuditCode.SKIPPED_NO_EMAIL, values={"count": 3})]
        )
    assert AuditEntry.objects.count() == 1


def test_settling_tells_sessions_apart(brand: Brand, webinar: Webinar) -> None:
    checked = {AuditCode.PARTICIPANTS_INVALID}
    reconcile_warnings(
        brand,
        webinar,
        None,
        checked,
        [Finding(AuditCode.PARTICIPANTS_INVALID, session_uuid=uuid) for uuid in ("u1", "u2")],
    )
    reconcile_warnings(
        brand, webinar, None, checked, [Finding(AuditCode.PARTICIPANTS_INVALID, session_uuid="u2")]
    )
    assert open_codes() == {("u2", AuditCode.PARTICIPANTS_INVALID)}


def test_settling_costs_the_same_number_of_queries_for_one_warning_and_for_many(
    brand: Brand, webinar: Webinar, django_assert_max_num_queries: Any
) -> None:
    checked = {AuditCode.PARTICIPANTS_INVALID}
    many = [Finding(AuditCode.PARTICIPANTS_INVALID, session_uuid=f"u{number}") for number in range(300)]
    reconcile_warnings(brand, webinar, None, checked, many[:200])
    with django_assert_max_num_queries(6):
        reconcile_warnings(brand, webinar, None, checked, many[100:])
    assert AuditEntry.objects.open().count() == 200


def test_one_warning_for_each_of_many_webinars_in_one_statement(
    brand: Brand, connection: ZoomConnection, django_assert_num_queries: Any
) -> None:
    webinars = [make_webinar(connection) for _number in range(30)]
    warn(brand, AuditCode.SYNC_OFF, webinar=webinars[0])
    with django_assert_num_queries(1):
        open_many(brand, [(webinar, Finding(AuditCode.SYNC_OFF)) for webinar in webinars])
    assert AuditEntry.objects.open().count() == 30


@pytest.mark.parametrize(
    "leaky",
    [
        f"Zoom said no to Bearer {SECRET}",
        f"token={SECRET}",
        "https://zoom.us/w/123456?tk=abcdefghijkl.DQ&pwd=secret",
        "see https://acme.zoom.us/j/123456?pwd=secret",
        "https://zoom.us/rec/download/abcdef?access_token=verysecret",
    ],
)
def test_no_secret_reaches_the_log(brand: Brand, webinar: Webinar, leaky: str) -> None:
    values = {"reason": leaky, "join_url": "x", "access_token": "z", "deep": [{"token": "y"}]}
    entries = [
        record(brand, AuditCode.SYNC_FAILED, values),
        warn(brand, AuditCode.REQUEST_REJECTED, values, webinar=webinar),
    ]
    clear(brand, "E6", webinar=webinar, because=Message("contact.rejected", reason=leaky))
    for entry in entries:
        entry.refresh_from_db()
        written = f"{entry.message} {entry.values} {entry.search_text} {entry.resolution}"
        for secret in (
            SECRET,
            "abcdefghijkl",
            "pwd=s",
            "verysecret",
            "123456",
            "join_url",
            "access_token'",
            "'y'",
        ):
            assert secret not in written


@pytest.mark.django_db(transaction=True)
def test_many_workers_that_warn_at_once_open_one_entry(brand: Brand, webinar: Webinar) -> None:
    def work(number: int) -> None:
        for _time in range(5):
            warn(brand, AuditCode.ZOOM_UNREACHABLE, {"reason": f"worker {number}"}, webinar=webinar)

    assert at_once(6, work)[1] == []
    assert AuditEntry.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_warning_while_others_resolve_never_fails_and_never_doubles(brand: Brand, webinar: Webinar) -> None:
    def work(number: int) -> None:
        for _time in range(5):
            if number % 2:
                warn(brand, AuditCode.ZOOM_UNREACHABLE, webinar=webinar)
            else:
                clear(brand, "E6", webinar=webinar)

    assert at_once(6, work)[1] == []
    assert AuditEntry.objects.open().count() <= 1
