import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.zoom.webhooks import (
    TOLERANCE,
    UnreadableError,
    UntrustedError,
    answer_to_validation,
    body_hash,
    read,
    sign,
    trusted_secret,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "the-secret-token"
SECONDS = str(int(NOW.timestamp()))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def trust(body: bytes, signature: str, timestamp: str = SECONDS, *secrets: str) -> str:
    return trusted_secret(
        body, signature=signature, timestamp=timestamp, secrets=secrets or (SECRET,), now=NOW
    )


def message(**envelope: object) -> bytes:
    return json.dumps({"event": "webinar.ended", "payload": {}, **envelope}).encode()


# Whom to trust


def test_the_signature_is_an_hmac_over_version_timestamp_and_body() -> None:
    # printf 'v0:1654503849:{}' | openssl dgst -sha256 -hmac secret
    expected = "v0=7877c90ff7231e34efef65efde43552dfd473af09857faa2d32e3b289c3c9ad1"
    assert sign(b"{}", "1654503849", "secret") == expected


@given(st.binary(), st.text(min_size=1))
def test_whatever_was_signed_with_our_secret_is_trusted(body: bytes, secret: str) -> None:
    assert trust(body, sign(body, SECONDS, secret), SECONDS, secret) == secret


@given(st.binary(), st.binary())
def test_a_body_that_was_changed_on_the_way_is_not(body: bytes, other: bytes) -> None:
    signature = sign(body, SECONDS, SECRET)
    if body != other:
        with pytest.raises(UntrustedError, match="signature"):
            trust(other, signature)


@given(st.text())
def test_no_text_is_a_signature_by_chance(signature: str) -> None:
    with pytest.raises(UntrustedError):
        trust(b"{}", signature)


def test_a_signature_is_only_good_for_its_own_timestamp() -> None:
    with pytest.raises(UntrustedError):
        trust(b"{}", sign(b"{}", SECONDS, SECRET), str(int(SECONDS) + 1))


def test_the_bytes_are_signed_as_they_came_emoji_and_all() -> None:
    raw = '{"event":"x","payload":{"topic":"Grüße 🎉","path":"a\\/b"}}'.encode()
    assert trust(raw, sign(raw, SECONDS, SECRET)) == SECRET
    with pytest.raises(UntrustedError):
        trust(json.dumps(json.loads(raw)).encode(), sign(raw, SECONDS, SECRET))


@pytest.mark.parametrize("secrets", [[""], ["", ""]])
def test_without_a_secret_nobody_is_trusted(secrets: list[str]) -> None:
    with pytest.raises(UntrustedError, match="no webhook secret is set"):
        trust(b"{}", sign(b"{}", SECONDS, ""), SECONDS, *secrets)


def test_each_brands_app_signs_with_a_secret_of_its_own() -> None:
    assert trust(b"{}", sign(b"{}", SECONDS, "second"), SECONDS, "first", "second") == "second"


@given(st.integers(-600, 600), st.booleans())
def test_a_message_is_of_now_whether_its_time_is_in_seconds_or_milliseconds(late: int, in_ms: bool) -> None:
    moment = int((NOW - timedelta(seconds=late)).timestamp())
    timestamp = str(moment * 1000 if in_ms else moment)
    signature = sign(b"{}", timestamp, SECRET)
    if abs(late) <= TOLERANCE.total_seconds():
        assert trust(b"{}", signature, timestamp) == SECRET
    else:
        with pytest.raises(UntrustedError, match="timestamp"):
            trust(b"{}", signature, timestamp)


@pytest.mark.parametrize(
    "timestamp", ["", "now", "-1", "1e9", "١٢٣", "9" * 40, "1654503849.5", " 1654503849"]
)
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    with pytest.raises(UntrustedError, match="timestamp"):
        trust(b"{}", sign(b"{}", timestamp, SECRET), timestamp)


# What it says


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        assert read(body).event


@given(JSON, JSON, JSON)
def test_any_json_is_read_or_refused(event: object, at: object, payload: object) -> None:
    try:
        found = read(json.dumps({"event": event, "event_ts": at, "payload": payload}).encode())
    except UnreadableError:
        return
    assert found.payload == payload
    assert len(found.event) <= 100
    assert found.happened_at is None or found.happened_at.tzinfo


def test_the_time_is_read_in_milliseconds() -> None:
    assert read(message(event_ts=1626230691572)).happened_at == datetime(2021, 7, 14, 2, 44, 51, 572000, UTC)


def test_a_removed_app_tells_its_time_in_words() -> None:
    payload = {"account_id": "a", "event_ts": "2024-09-08 15:58:40"}
    assert read(message(payload=payload)).happened_at == datetime(2024, 9, 8, 15, 58, 40, tzinfo=UTC)


@pytest.mark.parametrize("at", [None, "soon", True, [], 10**30, float("1e300"), -(10**20)])
def test_a_time_that_is_none_is_left_open(at: object) -> None:
    assert read(message(event_ts=at)).happened_at is None


def test_what_is_kept_holds_no_secret() -> None:
    found = read(
        message(
            download_token="top",
            payload={
                "account_id": "a",
                "object": {
                    "id": 1,
                    "join_url": "https://zoom.us/w/1?tk=personal",
                    "password": "pass",
                    "registrant": {
                        "email": "jill@example.com",
                        "join_url": "https://zoom.us/w/1?tk=personal",
                    },
                    "recording_files": [{"download_url": "https://zoom.us/rec/x", "id": "f"}],
                },
            },
        )
    )
    assert found.without_secrets() == {
        "account_id": "a",
        "object": {"id": 1, "registrant": {"email": "jill@example.com"}, "recording_files": [{"id": "f"}]},
    }


def test_two_bodies_that_differ_in_one_byte_are_two_messages() -> None:
    assert body_hash(b"{}") != body_hash(b"{ }")
    assert len(body_hash(b"")) == 64


# Zoom's check of the address


def test_zooms_check_of_the_address_is_answered_as_documented() -> None:
    found = read(message(event="endpoint.url_validation", payload={"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}))
    answer = answer_to_validation(found, SECRET)
    assert answer["plainToken"] == "qgg8vlvZRS6UYooatFL8Aw"
    # printf qgg8vlvZRS6UYooatFL8Aw | openssl dgst -sha256 -hmac the-secret-token
    expected = "2ee36d9c1f3716b253c1a7208f155645c1e4b76bf2f833d818d522b26739fe1a"
    assert answer["encryptedToken"] == expected


@pytest.mark.parametrize("payload", [{}, {"plainToken": ""}, {"plainToken": 5}, {"plainToken": None}])
def test_a_check_without_a_token_is_refused(payload: dict[str, object]) -> None:
    with pytest.raises(UnreadableError):
        answer_to_validation(read(message(payload=payload)), SECRET)
