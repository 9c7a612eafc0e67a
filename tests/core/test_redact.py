import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.redact import SECRET_KEYS, redact, redact_json, without_queries
from tests.support.examples import examples

PLAIN = st.dictionaries(st.text(), st.integers() | st.none() | st.booleans())
NESTED = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(sorted(SECRET_KEYS)) | st.text(), inner, max_size=4)
    ),
)


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys_of(inner)}
    return {key for inner in value for key in keys_of(inner)} if isinstance(value, list) else set()


@pytest.mark.parametrize(
    "text",
    [
        "Webinar plan is missing. You must subscribe to the webinar plan.",
        "Invalid access token, does not contain scopes:[user:read:list_users:admin].",
        "jill@example.com joined at 2021-07-13T21:44:51Z",
        "https://zoom.us/account/report",
        "the token was refused",
    ],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l", "Authorization: Basic …"),
        ("https://zoom.us/w/91000000001?tk=abc", "…"),
        ("https://api.zoom.us/v2/users?page=2&x=1 failed", "https://api.zoom.us/v2/users?… failed"),
        ("refresh_token=abcdef12", "refresh_token=…"),
        ('{"client_secret": "abcdef12"}', '{"client_secret": "…"}'),
        ("eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", "…"),
        ("download-eyJhbGciOi.eyJzdWIiOi", "download-…"),
        ("eyJhbGciOi", "eyJhbGciOi"),
        ("https://proxy.example/?to=https://zoom.us/j/91000000001", "…"),
    ],
)
def test_secrets_leave_an_ellipsis(text: str, redacted: str) -> None:
    assert redact(text) == redacted


# What the patterns look for, in pieces: repeated without end, some of it would make a careless one start over
# and over again.
PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "/j/",
        "/",
        "?",
        "eyJ",
        ".",
        "-",
        " ",
        "\t",
        '"',
        "token",
        "=",
        ":",
        "Bearer ",
        "a",
    ]
)
LONG = 100_000  # characters; with quadratic time this takes a minute
MOST_SECONDS = 3


@given(st.lists(PIECES, min_size=1, max_size=4).map("".join))
@settings(max_examples=examples(0.6))
def test_the_time_grows_with_the_length_of_the_text_only(unit: str) -> None:
    text = unit * (LONG // len(unit))
    begun = time.process_time()
    redact(text)
    without_queries(text)
    assert time.process_time() - begun < MOST_SECONDS


@given(st.text())
def test_redacting_twice_is_redacting_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(NESTED)
def test_no_key_of_a_secret_survives_at_any_depth(value: object) -> None:
    assert {key.lower() for key in keys_of(redact_json(value))}.isdisjoint(SECRET_KEYS)


@pytest.mark.parametrize("depth", [101, 1_500, 100_000])
def test_what_is_nested_without_end_is_left_out(depth: int) -> None:
    nested: list[object] = []
    for _level in range(depth):
        nested = [nested]
    assert redact_json(nested) == "…"


def test_ordinary_nesting_is_kept() -> None:
    assert redact_json({"a": [{"b": [[["c"]]]}]}) == {"a": [{"b": [[["c"]]]}]}


@given(PLAIN)
def test_what_is_no_secret_stays(value: dict[str, object]) -> None:
    assert redact_json(value) == {key: kept for key, kept in value.items() if key.lower() not in SECRET_KEYS}
