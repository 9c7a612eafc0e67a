import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.zoom import records
from integrations.zoom.http.decoding import decode_fast, decode_lenient, decode_one, excerpt
from integrations.zoom.http.lenient_json import loads, mend
from integrations.zoom.records import (
    Instance,
    Participant,
    Recording,
    Registrant,
    SessionReport,
    TranscriptInfo,
    User,
    WebinarDetail,
    WebinarSummary,
)

STAY = {
    "id": "",
    "name": "Annie",
    "user_id": "16778240",
    "registrant_id": "reg-1",
    "user_email": "annie@example.com",
    "join_time": "2026-11-23T12:00:00.66Z",
    "leave_time": "2026-11-23T13:00:00Z",
    "duration": 3600,
    "failover": False,
    "status": "in_meeting",
    "internal_user": False,
}
ANNIE = {
    "id": "reg-1",
    "email": "annie@example.com",
    "first_name": "Annie",
    "status": "approved",
    "create_time": "2026-11-01T09:00:00Z",
    "join_url": "https://zoom.us/w/1?tk=secret",
    "custom_questions": [{"title": "Why?", "value": "Because."}],
}

json_values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.lists(st.text())
)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


def page(*items: Any, **fields: Any) -> bytes:
    return json.dumps(
        {"participants": list(items), "next_page_token": "", "total_records": 1} | fields
    ).encode()


def patiently(body: bytes) -> Any:
    return decode_lenient(json.loads(body), Participant, "participants")


def test_a_documented_page_takes_the_fast_way():
    decoded = decode_fast(page(STAY, next_page_token="more", total_records=7), Participant, "participants")
    assert decoded is not None
    assert decoded.items[0].leave_time == at(13)
    assert decoded.items[0].join_time == at(12).replace(microsecond=660_000)
    assert (decoded.next_page_token, decoded.total, decoded.bad) == ("more", 7, [])


@pytest.mark.parametrize(
    "oddity",
    [
        {"user_id": 16778240},
        {"registrant_id": None, "name": None},
        {"leave_time": ""},
        {"leave_time": "2026-11-23T13:00:00"},
        {"internal_user": None},
        {"internal_user": ""},
        {"status": None},
        {"join_time": " 2026-11-23T12:00:00Z "},
        {"something_new": {"deep": [1]}},
    ],
)
def test_what_zoom_is_known_to_vary_costs_no_row(oddity: dict[str, Any]):
    body = page(STAY | oddity, STAY)
    decoded = decode_fast(body, Participant, "participants") or patiently(body)
    assert len(decoded.items) == 2
    assert decoded.bad == []


def test_numbers_become_text_and_blanks_become_nothing():
    decoded = patiently(page(STAY | {"user_id": 5, "leave_time": "", "name": None}))
    assert (decoded.items[0].user_id, decoded.items[0].leave_time, decoded.items[0].name) == ("5", None, "")


def test_a_time_without_a_zone_is_utc():
    assert patiently(page(STAY | {"leave_time": "2026-11-23T13:30:00"})).items[0].leave_time == at(13, 30)


def test_a_time_with_another_zone_is_the_same_moment():
    assert patiently(page(STAY | {"leave_time": "2026-11-23T15:30:00+02:00"})).items[0].leave_time == at(
        13, 30
    )


@pytest.mark.parametrize("left", ["2026-11-23", ["2026-11-23T12:00:00Z"], "yesterday", 1700000000, {}, True])
def test_d18_a_leave_time_that_makes_no_sense_is_none(left: Any):
    decoded = patiently(page(STAY | {"leave_time": left}))
    assert (len(decoded.items), decoded.bad) == (1, [])
    assert decoded.items[0].leave_time is None


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (STAY | {"join_time": "yesterday"}, "join_time"),
        (STAY | {"join_time": 1700000000}, "join_time"),
        (STAY | {"join_time": "1700000000"}, "join_time"),
        (STAY | {"join_time": True}, "join_time"),
        (STAY | {"join_time": ""}, "join_time"),
        (STAY | {"name": ["Annie"]}, "name"),
        (None, "object"),
        ("row", "object"),
        ([], "object"),
    ],
)
def test_a_row_that_makes_no_sense_is_reported_and_the_others_stay(bad: Any, reason: str):
    body = page(STAY, bad, STAY)
    assert decode_fast(body, Participant, "participants") is None
    decoded = patiently(body)
    assert len(decoded.items) == 2
    assert reason in decoded.bad[0].reason
    assert len(decoded.bad) == 1


def test_a_page_without_its_list_is_no_page():
    for body in ({}, {"participants": None}, {"participants": "none"}, {"participants": {}}):
        assert decode_lenient(body, Participant, "participants") is None


def test_an_empty_listing_may_leave_its_list_out():
    decoded = decode_lenient({"total_records": "0"}, Participant, "participants")
    assert decoded is not None
    assert decoded.items == []


@pytest.mark.parametrize(("total", "read"), [("5", 5), (None, None), ("many", None), (-1, 0)])
def test_an_odd_total_costs_no_page(total: Any, read: int | None):
    assert patiently(page(STAY, total_records=total)).total == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"An\u0000nie", "Annie"),
        (rb"Annie \ud83d", "Annie \ufffd"),
        (rb"\ude00 Annie", "\ufffd Annie"),
        (rb"Annie \ud83d\ude00", "Annie 😀"),
        (rb"Annie \\u0000\u0000 \\ud83d", r"Annie \u0000 \ud83d"),
        (b"Annie \xff", "Annie \ufffd"),
    ],
)
def test_half_a_character_and_nul_cost_nobody_their_row(written: bytes, read: str):
    body = page(STAY).replace(b"Annie", written)
    decoded = decode_fast(body, Participant, "participants") or decode_lenient(
        loads(body), Participant, "participants"
    )
    assert decoded is not None
    assert decoded.items[0].name == read


def test_json_with_a_byte_order_mark_is_json():
    assert loads(b"\xef\xbb\xbf{}") == {}


@given(json_values)
def test_mending_changes_no_sound_json(value: Any):
    sound = json.dumps(value, ensure_ascii=True).encode()
    if b"\\u0000" not in sound:
        assert loads(mend(sound)) == loads(sound)


def test_an_excerpt_shows_no_link_and_no_secret():
    shown = excerpt(
        ANNIE | {"password": "hunter2", "host_key": "123456", "comments": "https://zoom.us/w/1?tk=s"}
    )
    assert "annie@example.com" in shown
    for secret in ("tk=", "hunter2", "123456", "join_url", "Because"):
        assert secret not in shown


def test_an_excerpt_is_short():
    assert len(excerpt({"comments": "x " * 5000})) <= 200


@pytest.mark.parametrize("value", [["a"], "text", None, 5])
def test_an_excerpt_of_what_is_no_object_names_its_kind(value: object):
    assert excerpt(value) == f"({type(value).__name__})"


ALL_RECORDS = [
    kind
    for kind in vars(records).values()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not msgspec.Struct
]


@given(st.sampled_from(ALL_RECORDS), st.data())
def test_no_value_of_any_field_breaks_the_decoder(kind: Any, data: st.DataObject):
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    raw = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, json_values)))
    with suppress(msgspec.ValidationError):
        assert isinstance(decode_one(raw, kind), kind)


def test_no_record_keeps_a_personal_link_or_a_password():
    """But for the token that a recording's files are fetched with, and the join link of a person whom we
    registered, which are never shown."""
    kept = {(kind, field.name) for kind in ALL_RECORDS for field in msgspec.structs.fields(kind)}
    secret = {"join_url", "start_url", "host_key", "encrypted_passcode", "download_access_token"}
    found = {(kind, name) for kind, name in kept if name in secret}
    assert found == {
        (records.Recording, "download_access_token"),
        (records.RegisteredPerson, "join_url"),
        (records.AddedRegistrant, "join_url"),
    }
    assert "opensesame" not in repr(records.RegisteredPerson(id="r", join_url="opensesame"))
    assert "opensesame" not in repr(records.AddedRegistrant(registrant_id="r", join_url="opensesame"))
    assert "opensesame" not in repr(records.Recording(uuid="abc==", download_access_token="opensesame"))
    assert (WebinarDetail, "password") not in kept


@pytest.mark.parametrize("number", [-1, 2**63, "12345678901234567890123", 1.5, "abc"])
def test_an_id_that_no_database_holds_is_a_bad_item(number: Any):
    with pytest.raises(msgspec.ValidationError):
        decode_one({"id": number}, WebinarSummary)


def test_a_webinar_id_may_come_as_text():
    assert decode_one({"id": "91234567890", "duration": "60"}, WebinarSummary).id == 91234567890


def test_a_webinars_settings_and_occurrences_are_read():
    detail = decode_one(
        {
            "id": 1,
            "type": 9,
            "occurrences": [
                {"occurrence_id": 1648194360000, "start_time": "2026-11-23T12:00:00Z", "duration": 60},
                {"occurrence_id": "2", "start_time": "", "status": "deleted"},
            ],
            "settings": {"approval_type": "1", "registration_type": 2, "audio": "both"},
            "start_url": "https://zoom.us/s/1?zak=secret",
        },
        WebinarDetail,
    )
    assert [(occurrence.occurrence_id, occurrence.start_time) for occurrence in detail.occurrences] == [
        ("1648194360000", at(12)),
        ("2", None),
    ]
    assert (detail.settings.approval_type, detail.settings.registration_type) == (1, 2)


def test_a_webinar_without_settings_has_no_registration():
    assert decode_one({"id": 1}, WebinarDetail).settings.approval_type == 2


def test_a_recordings_type_comes_as_text_and_tells_webinars_from_meetings():
    files = [
        {"file_type": "TIMELINE", "download_url": "https://zoom.us/rec/1"},
        {"file_type": "MP4", "id": "f"},
    ]
    webinar = decode_one({"uuid": "a==", "type": "9", "recording_files": files}, Recording)
    assert webinar.is_of_webinar
    assert [file.id for file in webinar.recording_files] == ["", "f"]
    assert not decode_one({"uuid": "a==", "type": "8"}, Recording).is_of_webinar


def test_a_report_has_bounds_only_if_they_make_sense():
    both = {"start_time": "2026-11-23T12:00:00Z", "end_time": "2026-11-23T13:00:00Z"}
    assert decode_one(both, SessionReport).bounds == (at(12), at(13))
    for odd in ({"end_time": ""}, {"end_time": "2026-11-23T11:00:00Z"}, {"start_time": None}):
        assert decode_one(both | odd, SessionReport).bounds is None


def test_a_transcript_tells_why_there_is_none():
    info = decode_one(
        {"meeting_id": "a==", "can_download": False, "download_restriction_reason": "NOT_READY"},
        TranscriptInfo,
    )
    assert (info.can_download, info.download_restriction_reason) == (False, "NOT_READY")


def test_registrants_users_and_instances_are_read():
    assert decode_one(ANNIE, Registrant).first_name == "Annie"
    assert decode_one({"id": "u", "type": 2, "email": "a@b.example"}, User).type == 2
    assert decode_one({"uuid": "a==", "start_time": None}, Instance).start_time is None
