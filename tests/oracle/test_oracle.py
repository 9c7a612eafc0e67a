"""The truth about small worlds, worked out by hand beside it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.oracle import Contact, Policy, differences, truth
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Instance, Registrant, Webinar
from zoom_simulator.clock import Clock, iso
from zoom_simulator.vtt import Cue

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
BEFORE = NOON - timedelta(days=20)
PLAIN = Policy(exclude_contacts=["own.example"])


@pytest.fixture
def account() -> SimulatedAccount:
    """Two days after a webinar of an hour was scheduled; the host's domain is excluded in `PLAIN`."""
    clock = Clock()
    clock.freeze(NOON)
    account = SimulatedAccount(clock=clock)
    account.add_user("olivia@own.example", "Olivia", "Owner")
    account.building = False
    return account


@pytest.fixture
def webinar(account: SimulatedAccount) -> Webinar:
    start = NOON - timedelta(days=2)
    return account.add_webinar("me", "Talk", start=start, at=start - timedelta(days=30))


def hold(account: SimulatedAccount, webinar: Webinar, **more: Any) -> Instance:
    return account.hold(webinar.id, webinar.start or NOON, 60, **more)


def register(account: SimulatedAccount, webinar: Webinar, name: str, status: str = "approved") -> Registrant:
    at = NOON - timedelta(days=10)
    return account.register(webinar.id, f"{name}@customer.example", name.title(), status=status, at=at)


def stay(
    account: SimulatedAccount,
    instance: Instance,
    registrant: Registrant,
    join: float,
    leave: float,
    **row: Any,
) -> None:
    begin, end = (instance.start + timedelta(minutes=minute) for minute in (join, leave))
    account.stay(
        instance,
        begin,
        end,
        **{"name": registrant.first_name, "registrant_id": registrant.id, "user_email": registrant.email}
        | row,
    )


def state_of(account: SimulatedAccount, policy: Policy = PLAIN) -> dict[str, str]:
    return {row["email"].partition("@")[0]: row["state"] for row in truth(account, policy)["participations"]}


def test_a_person_who_came_and_one_who_did_not(account: SimulatedAccount, webinar: Webinar) -> None:
    ana, ben = register(account, webinar, "ana"), register(account, webinar, "ben")
    instance = hold(account, webinar)
    stay(account, instance, ana, 10, 40)
    told = truth(account, PLAIN)
    common = {
        "webinar_id": webinar.id,
        "session_uuid": instance.uuid,
        "topic": "Talk",
        "registered_at": "2026-10-26T12:00:00Z",
        "cancelled_at": None,
    }
    assert told["participations"] == [
        {
            **common,
            "email": ana.email,
            "state": "attended",
            "first_joined_at": "2026-11-03T12:10:00Z",
            "last_left_at": "2026-11-03T12:40:00Z",
            "duration_seconds": 1800,
            "attendance_percent": 50.0,
        },
        {
            **common,
            "email": ben.email,
            "state": "no_show",
            "first_joined_at": None,
            "last_left_at": None,
            "duration_seconds": 0,
            "attendance_percent": 0.0,
        },
    ]
    assert told["contacts"][0] == {
        "email": ana.email,
        "first_name": "Ana",
        "last_name": "",
        "secondary_emails": [],
        "zoom_webinar_registration_count": 1,
        "zoom_webinar_attendance_count": 1,
        "zoom_webinar_attendance_average_duration": 50.0,
    }
    assert [row["email"] for row in told["skipped"]] == ["olivia@own.example"]
    assert {(row["email"], row["kind"]) for row in told["timeline"]} == {
        (ana.email, "webinar_registered"),
        (ana.email, "webinar_attended"),
        (ben.email, "webinar_registered"),
    }


def test_d6_states_of_a_registration(account: SimulatedAccount, webinar: Webinar) -> None:
    for status in ("approved", "pending", "denied"):
        register(account, webinar, status, status)
    assert state_of(account) == {"approved": "registered", "denied": "cancelled"}
    kinds = {row["kind"]: row for row in truth(account, PLAIN)["timeline"]}
    assert kinds["webinar_cancelled"]["occurred_at"] == "*"


def test_d6_vanished_is_cancelled_for_whoever_saw_the_person_before(
    account: SimulatedAccount, webinar: Webinar
) -> None:
    ana, pending = register(account, webinar, "ana"), register(account, webinar, "pen", "pending")
    snapshot = account.snapshot()
    account.cancel_oneself(webinar.id, ana.id)
    account.cancel_oneself(webinar.id, pending.id)
    assert state_of(account) == {}
    assert state_of(account, Policy(snapshots=[snapshot])) == {"ana": "cancelled"}
    again = account.register(webinar.id, ana.email, "Ana")
    (row,) = truth(account, Policy(snapshots=[snapshot]))["participations"]
    assert (row["state"], row["registered_at"]) == ("registered", again.create_time)


def test_a_webinar_that_was_deleted_stays_as_it_was_last_seen(
    account: SimulatedAccount, webinar: Webinar
) -> None:
    register(account, webinar, "ana")
    snapshot = account.snapshot()
    account.delete_webinar(webinar.id)
    assert state_of(account) == {}
    assert state_of(account, Policy(snapshots=[snapshot])) == {"ana": "registered"}


def test_d7_stays_are_joined_and_clipped(account: SimulatedAccount, webinar: Webinar) -> None:
    ana = register(account, webinar, "ana")
    instance = hold(account, webinar)
    for join, leave in ((-30, 10), (5, 20), (30, 45), (55, 90)):
        stay(account, instance, ana, join, leave)
    (row,) = truth(account, PLAIN)["participations"]
    assert row["duration_seconds"] == (20 + 15 + 5) * 60
    assert row["attendance_percent"] == 66.67
    assert (row["first_joined_at"], row["last_left_at"]) == (iso(instance.start), iso(instance.end))


def test_d7_rows_that_do_not_count(account: SimulatedAccount, webinar: Webinar) -> None:
    people = {name: register(account, webinar, name) for name in ("waits", "backwards", "outside")}
    instance = hold(account, webinar)
    stay(account, instance, people["waits"], 0, 60, status="in_waiting_room")
    stay(account, instance, people["backwards"], 30, 10)
    stay(account, instance, people["outside"], 61, 70)
    states = state_of(account)
    assert states == {"waits": "no_show", "backwards": "attended", "outside": "no_show"}


def test_d8_nobody_is_a_no_show_before_a_day_has_passed(account: SimulatedAccount, webinar: Webinar) -> None:
    register(account, webinar, "ana")
    instance = hold(account, webinar)
    assert instance.end is not None
    account.clock.freeze(instance.end + timedelta(hours=23, minutes=59))
    assert state_of(account) == {"ana": "registered"}
    assert state_of(account, Policy(final="all")) | {"ana": "no_show"} == state_of(
        account, Policy(final="all")
    )
    account.clock.freeze(instance.end + timedelta(hours=24))
    assert state_of(account) == {"ana": "no_show"}
    assert state_of(account, Policy(exclude_contacts=["own.example"], final="none")) == {"ana": "registered"}


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("", "no_email"),
        ("nonsense", "invalid_email"),
        ("User@customer.example", "account_user"),
        ("user@excluded.example", "account_user"),
        ("a@deep.Excluded.example", "excluded_domain"),
        ("gone@excluded.example", "deleted_contact"),
        ("GONE@customer.example", "deleted_contact"),
        ("second.gone@customer.example", "deleted_contact"),
        ("Second@customer.example", "secondary_email"),
        ("first@customer.example", ""),
        ("a@notexcluded.example", ""),
    ],
)
def test_d5_the_first_reason_in_order_stops_a_person(
    account: SimulatedAccount, webinar: Webinar, email: str, reason: str
) -> None:
    policy = Policy(
        account_users=["USER@customer.example", "user@excluded.example"],
        exclude_contacts=["@EXCLUDED.example"],
        deleted=["gone@customer.example", "gone@excluded.example", "second.gone@customer.example"],
        existing_contacts=[
            Contact(
                email="first@customer.example",
                secondary_emails=["second@customer.example", "second.gone@customer.example"],
            )
        ],
    )
    account.register(webinar.id, email, "Some", "Body")
    told = truth(account, policy)
    assert [row["reason"] for row in told["skipped"]] == ([reason] if reason else [])
    assert bool(told["participations"]) is not bool(reason)
    assert len(told["contacts"]) == (2 if email.startswith("a@not") else 1)


def test_d5_only_blank_names_are_filled(account: SimulatedAccount, webinar: Webinar) -> None:
    policy = Policy(existing_contacts=[Contact(email="ana@customer.example", last_name="Kept")])
    account.register(webinar.id, "ANA@customer.example", "Ana", "Other")
    (contact,) = truth(account, policy)["contacts"]
    assert (contact["first_name"], contact["last_name"]) == ("Ana", "Kept")


def test_r6_a_guest_is_known_by_registrant_id_or_not_at_all(
    account: SimulatedAccount, webinar: Webinar
) -> None:
    ana = register(account, webinar, "ana")
    instance = hold(account, webinar)
    stay(account, instance, ana, 0, 30, user_email="")
    for join in (0, 20):
        stay(account, instance, ana, join, 30, registrant_id="", user_email="", name="Ana")
    told = truth(account, PLAIN)
    assert told["participations"][0]["duration_seconds"] == 1800
    assert [row["name"] for row in told["skipped"] if row["reason"] == "no_email"] == ["Ana"]


def test_practice_leaves_nothing(account: SimulatedAccount, webinar: Webinar) -> None:
    ana = register(account, webinar, "ana")
    account.hold(webinar.id, NOON - timedelta(days=2, hours=2), 20, practice=True)
    instance = hold(account, webinar)
    stay(account, instance, ana, 0, 60)
    told = truth(account, Policy())
    assert {row["session_uuid"] for row in told["participations"]} == {instance.uuid}


def test_r64_a_series_counts_once_and_d9_averages_its_sessions(account: SimulatedAccount) -> None:
    starts = [NOON + timedelta(days=days) for days in (-14, -7, 7)]
    series = account.add_webinar("me", "Series", occurrence_starts=starts)
    single = account.add_webinar("me", "Single", start=NOON - timedelta(days=3))
    email = "ana@customer.example"
    ana = account.register(series.id, email, "Ana")
    other = account.register(single.id, email, "Ana")
    for occurrence, minutes in zip(series.occurrences, (60, 30), strict=False):
        stay(account, account.hold(series.id, occurrence.start, 60), ana, 0, minutes)
    stay(account, account.hold(single.id, NOON - timedelta(days=3), 60), other, 0, 15)
    told = truth(account, PLAIN)
    (contact,) = told["contacts"]
    assert contact["zoom_webinar_registration_count"] == 2
    assert contact["zoom_webinar_attendance_count"] == 2
    assert contact["zoom_webinar_attendance_average_duration"] == 50.0
    assert sorted(row["state"] for row in told["participations"]) == ["attended"] * 3 + ["registered"]
    assert sum(row["kind"] == "webinar_registered" for row in told["timeline"]) == 2


def test_registration_per_occurrence_counts_for_its_sessions_only(account: SimulatedAccount) -> None:
    starts = [NOON + timedelta(days=days) for days in (-14, -7)]
    series = account.add_webinar("me", "Series", occurrence_starts=starts, registration_type=2)
    first, second = (occurrence.id for occurrence in series.occurrences)
    both = account.register(series.id, "both@customer.example", "Both", occurrence_ids=[first, second])
    account.register(series.id, "first@customer.example", "First", occurrence_ids=[first])
    account.cancel(series.id, both.id, occurrence_id=second)
    told = truth(account, PLAIN)
    assert sorted((row["email"], row["state"]) for row in told["participations"]) == [
        ("both@customer.example", "cancelled"),
        ("both@customer.example", "registered"),
        ("first@customer.example", "registered"),
    ]
    assert not [row for row in told["timeline"] if row["kind"] == "webinar_cancelled"]
    account.cancel(series.id, both.id, occurrence_id=first)
    kinds = [row["kind"] for row in truth(account, PLAIN)["timeline"] if row["email"].startswith("both")]
    assert sorted(kinds) == ["webinar_cancelled", "webinar_registered"]


@pytest.fixture
def series(account: SimulatedAccount) -> Webinar:
    """One date held a week ago, two to come."""
    starts = [NOON + timedelta(days=days) for days in (-7, 7, 14)]
    webinar = account.add_webinar("me", "Series", occurrence_starts=starts, registration_type=2)
    account.hold(webinar.id, starts[0], 60)
    return webinar


def delete_dates(account: SimulatedAccount, webinar: Webinar, *numbers: int) -> None:
    for number in numbers:
        account.delete_occurrence(webinar.id, webinar.occurrences[number].id)


def test_d6_a_deleted_date_cancels_who_registered_for_it_for_whoever_saw_them_before(
    account: SimulatedAccount, series: Webinar
) -> None:
    first, second, third = (occurrence.id for occurrence in series.occurrences)
    account.register(series.id, "ana@customer.example", "Ana", occurrence_ids=[third], at=BEFORE)
    account.register(
        series.id, "ben@customer.example", "Ben", occurrence_ids=[first, second, third], at=BEFORE
    )
    account.register(
        series.id, "pen@customer.example", "Pen", occurrence_ids=[third], status="pending", at=BEFORE
    )
    seen = Policy(exclude_contacts=["own.example"], snapshots=[account.snapshot()])
    delete_dates(account, series, 0, 2)
    told = truth(account, seen)
    states = sorted((row["email"][:3], row["state"], row["cancelled_at"]) for row in told["participations"])
    assert states == [
        ("ana", "cancelled", "*"),
        ("ben", "cancelled", "*"),
        ("ben", "no_show", None),  # the date that was held
        ("ben", "registered", None),
    ]
    kinds = sorted((row["email"][:3], row["kind"]) for row in told["timeline"])
    assert kinds == [
        ("ana", "webinar_cancelled"),
        ("ana", "webinar_registered"),
        ("ben", "webinar_registered"),
    ]
    assert {row["zoom_webinar_registration_count"] for row in told["contacts"]} == {1}
    late = truth(account, Policy(exclude_contacts=["own.example"]))
    assert [(row["email"][:3], row["state"]) for row in late["participations"]] == [("ben", "registered")]
    assert {row["email"][:3] for row in late["timeline"]} == {"ben"}


def test_d6_a_deleted_date_of_a_series_registered_for_once_stays_as_it_was_last_seen(
    account: SimulatedAccount, series: Webinar
) -> None:
    series.registration_type = 1
    account.register(series.id, "ana@customer.example", "Ana", at=BEFORE)
    seen = Policy(snapshots=[account.snapshot()])
    delete_dates(account, series, 2)
    account.register(series.id, "ben@customer.example", "Ben", at=BEFORE)
    rows = truth(account, seen)["participations"]
    planned = sorted(row["email"][:3] for row in rows if row["state"] == "registered")
    assert planned == ["ana", "ana", "ben"]
    assert len(truth(account, Policy())["participations"]) == len(rows) - 1


def test_d17_an_instance_belongs_to_the_date_in_whose_window_it_begins(account: SimulatedAccount) -> None:
    starts = [NOON - timedelta(days=1, hours=hours) for hours in (4, 2)]
    series = account.add_webinar("me", "Series", occurrence_starts=starts, duration=30)
    ana = account.register(series.id, "ana@customer.example", "Ana", at=BEFORE)

    def uuids() -> list[str]:
        return sorted(row["session_uuid"] for row in truth(account, PLAIN)["participations"])

    first = account.hold(series.id, starts[0] + timedelta(minutes=59), 10)
    assert uuids() == ["", first.uuid]
    again = account.hold(series.id, starts[0] + timedelta(minutes=5), 9)
    assert uuids() == ["", first.uuid]
    second = account.hold(series.id, starts[0] + timedelta(minutes=60), 30)
    stay(account, second, ana, 0, 5)
    assert uuids() == sorted([first.uuid, second.uuid])
    early = account.hold(series.id, starts[0] - timedelta(minutes=61), 30)
    assert uuids() == sorted([first.uuid, second.uuid]), "the host alone, on the day before: practice"
    stay(account, early, ana, 0, 5)
    assert uuids() == sorted([first.uuid, second.uuid, early.uuid])
    assert again.uuid not in uuids()


def test_without_a_report_a_session_ends_with_its_last_leaver(
    account: SimulatedAccount, webinar: Webinar
) -> None:
    ana = register(account, webinar, "ana")
    instance = hold(account, webinar)
    instance.report = False
    instance.rows.clear()
    stay(account, instance, ana, 0, 15)
    stay(account, instance, ana, 25, 30)
    (row,) = truth(account, PLAIN)["participations"]
    assert row["attendance_percent"] == 66.67


@pytest.mark.parametrize(
    "policy",
    [
        Policy(sync_webinars=False),
        Policy(exclude_hosts=["own.example"]),
        Policy(webinars_off=[0]),
    ],
)
def test_d3_what_is_switched_off_does_not_sync(
    account: SimulatedAccount, webinar: Webinar, policy: Policy
) -> None:
    register(account, webinar, "ana")
    if policy.webinars_off:
        policy.webinars_off = [webinar.id]
    assert all(rows == [] for rows in truth(account, policy).values())


def test_d10_a_recording_becomes_a_call_of_its_pieces(account: SimulatedAccount, webinar: Webinar) -> None:
    ana = register(account, webinar, "ana")
    instance = hold(account, webinar)
    stay(account, instance, ana, 0, 60)
    start = instance.start
    pieces = [
        (start, start + timedelta(minutes=20)),
        (start + timedelta(minutes=30), start + timedelta(minutes=60)),
    ]
    recording = account.recording_ready(instance.uuid, pieces=pieces)
    account.transcript_ready(instance.uuid, [Cue(1.5, 2, "Second.", "Ana")], piece=1)
    account.transcript_ready(instance.uuid, [Cue(3, 4, "First.")])
    account.rename_recording(instance.uuid, "Renamed")
    (call,) = truth(account, PLAIN)["calls"]
    assert call == {
        "webinar_id": webinar.id,
        "session_uuid": instance.uuid,
        "title": "Renamed",
        "recording_url": f"{account.base_url}/rec/play/{recording.files[0].id}",
        "duration_seconds": 50 * 60,
        "emails": ["ana@customer.example"],
        "transcript": [
            {"speaker": "", "start_seconds": 3.0, "end_seconds": 4.0, "text": "First."},
            {"speaker": "Ana", "start_seconds": 1801.5, "end_seconds": 1802.0, "text": "Second."},
        ],
    }


@pytest.mark.parametrize(
    "policy",
    [
        Policy(recordings="none"),
        Policy(recordings="selected", recording_users=["other@own.example"]),
        Policy(exclude_recordings=["own.example"]),
        Policy(exclude_contacts=["customer.example", "own.example"]),
    ],
)
def test_e2_no_call_without_switch_or_attendee(
    account: SimulatedAccount, webinar: Webinar, policy: Policy
) -> None:
    instance = hold(account, webinar)
    stay(account, instance, register(account, webinar, "ana"), 0, 60)
    account.recording_ready(instance.uuid)
    assert truth(account, policy)["calls"] == []
    assert truth(account, Policy(recordings="selected", recording_users=["OLIVIA@own.example"]))["calls"]


def test_differences_are_found_and_named() -> None:
    row = {"webinar_id": 7, "session_uuid": "", "email": "a@b.example", "state": "registered"}
    assert differences("participations", [row], [row | {"webinar_id": "7", "more": 1}]) == []
    (wrong,) = differences("participations", [row], [row | {"state": "attended"}])
    assert "state is 'attended' instead of 'registered'" in wrong
    assert "0 rows instead of 1" in differences("participations", [row], [])[0]
    assert "1 rows instead of 0" in differences("participations", [], [row])[0]


def test_an_unknown_time_matches_any_time_but_none() -> None:
    row = {"email": "a@b.example", "kind": "webinar_cancelled", "webinar_id": 7, "occurred_at": "*"}
    assert differences("timeline", [row], [row | {"occurred_at": "2026-11-05T12:00:00Z"}]) == []
    assert differences("timeline", [row], [row | {"occurred_at": None}])
