from typing import Any

import pytest

from contacts.models import Brand
from integrations.audit import Finding, UnknownCodeError, clear, open_many, reconcile_warnings, record, warn
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


def open_causes() -> set[tuple[str, str, str]]:
    return set(AuditEntry.objects.open().values_list("session_uuid", "code", "cause"))


def test_what_happened_is_written_once_for_each_time(brand: Brand, webinar: Webinar, run: SyncRun) -> None:
    for number in (1, 2):
        record(brand, "sync_completed", f"{number} new", webinar=webinar, run=run, details={"new": number})
    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.message, entry.details) for entry in entries] == [
        ("1 new", {"new": 1}),
        ("2 new", {"new": 2}),
    ]
    assert {(entry.severity, entry.state) for entry in entries} == {("info", "resolved")}


def test_without_a_message_an_entry_says_what_its_code_means(brand: Brand) -> None:
    assert record(brand, "connected").message == "A Zoom account was connected to this brand."
    assert "being" not in warn(brand, "E6", "bad_answer").message


def test_a_code_without_words_writes_nothing(brand: Brand, webinar: Webinar) -> None:
    with pytest.raises(UnknownCodeError):
        record(brand, "no_such_code", "x")
    with pytest.raises(UnknownCodeError):
        warn(brand, "E1", "no_such_cause", webinar=webinar)
    with pytest.raises(UnknownCodeError):
        reconcile_warnings(brand, webinar, None, {("E1", "no_such_cause")}, [])
    with pytest.raises(UnknownCodeError):
        clear(brand, "E1", "no_such_cause", webinar=webinar)
    assert not AuditEntry.objects.exists()


def test_a_warning_found_again_is_the_same_entry_with_the_newest_words(
    brand: Brand, webinar: Webinar, run: SyncRun
) -> None:
    first = warn(brand, "E3", "data_errors", webinar=webinar, session_uuid="u1", message="2 rows")
    again = warn(
        brand,
        "E3",
        "data_errors",
        webinar=webinar,
        session_uuid="u1",
        message="3 rows",
        run=run,
        details={"n": 3},
    )
    assert again.pk == first.pk
    assert (again.message, again.details, again.run) == ("3 rows", {"n": 3}, run)
    assert again.created_at == first.created_at
    assert again.last_seen_at > first.last_seen_at


def test_each_webinar_session_code_and_cause_has_its_own_warning(brand: Brand, webinar: Webinar) -> None:
    other = make_webinar(webinar.connection)
    warn(brand, "E2", "processing", webinar=webinar, session_uuid="u1")
    warn(brand, "E2", "processing", webinar=webinar, session_uuid="u2")
    warn(brand, "E2", "not_found", webinar=webinar, session_uuid="u1")
    warn(brand, "E2", "processing", webinar=other, session_uuid="u1")
    warn(brand, "connection", "signed_out")
    assert AuditEntry.objects.open().count() == 5


def test_a_resolved_warning_tells_when_and_why_and_may_come_back_as_a_new_one(
    brand: Brand, webinar: Webinar
) -> None:
    first = warn(brand, "E1", "switch_global", webinar=webinar)
    assert clear(brand, "E1", "switch_global", webinar=webinar, because="Sync was turned on.") == 1
    first.refresh_from_db()
    assert (first.state, first.resolution) == ("resolved", "Sync was turned on.")
    assert first.resolved_at is not None
    assert warn(brand, "E1", "switch_global", webinar=webinar).pk != first.pk
    assert AuditEntry.objects.count() == 2


def test_clearing_can_be_narrowed_to_a_cause_and_to_a_session(brand: Brand, webinar: Webinar) -> None:
    for uuid, cause in [("u1", "processing"), ("u1", "not_found"), ("u2", "processing")]:
        warn(brand, "E2", cause, webinar=webinar, session_uuid=uuid)
    clear(brand, "E2", "processing", webinar=webinar, session_uuid="u1")
    assert open_causes() == {("u1", "E2", "not_found"), ("u2", "E2", "processing")}
    assert clear(brand, "E2", webinar=webinar) == 2
    assert clear(brand, "E2", webinar=webinar) == 0


def test_clearing_without_a_webinar_leaves_the_webinars_warnings_open(brand: Brand, webinar: Webinar) -> None:
    warn(brand, "connection", "missing_scope")
    warn(brand, "E6", "missing_scope", webinar=webinar)
    assert clear(brand, "connection") == 1
    assert clear(brand, "E6") == 0


def test_settling_opens_what_was_found_and_resolves_what_was_judged_and_not_found(
    brand: Brand, webinar: Webinar, run: SyncRun
) -> None:
    warn(brand, "E5", "no_email", webinar=webinar)
    warn(brand, "E5", "account_user", webinar=webinar)
    warn(brand, "E2", "processing", webinar=webinar, session_uuid="u1")
    reconcile_warnings(
        brand,
        webinar,
        run,
        checked={("E5", "no_email"), ("E5", "account_user"), ("E3", "nobody_joined")},
        found=[Finding("E5", "account_user", "2 people"), Finding("E3", "nobody_joined", session_uuid="u1")],
    )
    assert open_causes() == {
        ("", "E5", "account_user"),
        ("u1", "E3", "nobody_joined"),
        ("u1", "E2", "processing"),
    }
    assert AuditEntry.objects.open().get(cause="account_user").message == "2 people"
    assert AuditEntry.objects.get(cause="no_email").resolution == "The last sync did not find it again."


def test_d12_settling_twice_changes_nothing_but_the_time(
    brand: Brand, webinar: Webinar, run: SyncRun
) -> None:
    checked = {("E5", "no_email")}
    for _time in range(2):
        reconcile_warnings(brand, webinar, run, checked, [Finding("E5", "no_email", "3 guests")])
    assert AuditEntry.objects.count() == 1


def test_settling_tells_sessions_apart(brand: Brand, webinar: Webinar) -> None:
    checked = {("E3", "data_errors")}
    reconcile_warnings(
        brand,
        webinar,
        None,
        checked,
        [Finding("E3", "data_errors", session_uuid=uuid) for uuid in ("u1", "u2")],
    )
    reconcile_warnings(brand, webinar, None, checked, [Finding("E3", "data_errors", session_uuid="u2")])
    assert open_causes() == {("u2", "E3", "data_errors")}


def test_settling_costs_the_same_number_of_queries_for_one_warning_and_for_many(
    brand: Brand, webinar: Webinar, django_assert_max_num_queries: Any
) -> None:
    checked = {("E3", "data_errors")}
    many = [Finding("E3", "data_errors", session_uuid=f"u{number}") for number in range(300)]
    reconcile_warnings(brand, webinar, None, checked, many[:200])
    with django_assert_max_num_queries(6):
        reconcile_warnings(brand, webinar, None, checked, many[100:])
    assert AuditEntry.objects.open().count() == 200


def test_one_warning_for_each_of_many_webinars_in_one_statement(
    brand: Brand, connection: ZoomConnection, django_assert_num_queries: Any
) -> None:
    webinars = [make_webinar(connection) for _number in range(30)]
    warn(brand, "E1", "switch_global", webinar=webinars[0])
    with django_assert_num_queries(1):
        open_many(brand, [(webinar, Finding("E1", "switch_global")) for webinar in webinars])
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
    entries = [
        record(
            brand, "sync_failed", leaky, details={"said": leaky, "join_url": "x", "deep": [{"token": "y"}]}
        ),
        warn(
            brand, "E6", "refused", message=leaky, webinar=webinar, details={"access_token": "z", "m": leaky}
        ),
    ]
    clear(brand, "E6", webinar=webinar, because=leaky)
    for entry in entries:
        entry.refresh_from_db()
        written = f"{entry.message} {entry.details} {entry.resolution}"
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
            warn(brand, "E6", "unreachable", webinar=webinar, message=f"worker {number}")

    assert at_once(6, work)[1] == []
    assert AuditEntry.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_warning_while_others_resolve_never_fails_and_never_doubles(brand: Brand, webinar: Webinar) -> None:
    def work(number: int) -> None:
        for _time in range(5):
            if number % 2:
                warn(brand, "E6", "unreachable", webinar=webinar)
            else:
                clear(brand, "E6", webinar=webinar)

    assert at_once(6, work)[1] == []
    assert AuditEntry.objects.open().count() <= 1
