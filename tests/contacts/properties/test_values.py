"""What becomes of a value that someone gives for a property of each kind."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.properties.kinds import Choice, PropertyKind, PropertySpec
from contacts.properties.values import InvalidValueError, as_text, in_words, normalise

BERLIN = ZoneInfo("Europe/Berlin")
CHOICES = (Choice("basic", "Basic"), Choice("pro", "Pro plan"), Choice("old", "Legacy", is_archived=True))


def spec(kind: str) -> PropertySpec:
    kind = PropertyKind(kind)
    return PropertySpec("x", "X", kind, CHOICES if kind in ("choice", "choices") else ())


@pytest.mark.parametrize(
    ("kind", "given_value", "stored"),
    [
        ("text", "  Acme\nLtd ", "Acme Ltd"),
        ("long_text", "one\r\ntwo", "one\ntwo"),
        ("number", "1 234.50", 1234.5),
        ("number", "12,5", 12.5),
        ("number", "1,234.5", 1234.5),
        ("number", "1.234,5", 1234.5),
        ("number", "1,234,567", 1_234_567),
        ("number", "-3.0", -3),
        ("number", 7, 7),
        ("date", "2026-03-02", "2026-03-02"),
        ("date", "2.3.2026", "2026-03-02"),
        ("date", "2026-03-02 00:00:00", "2026-03-02"),
        ("date_time", "2026-03-02T10:00:00+02:00", "2026-03-02T08:00:00Z"),
        ("date_time", "2026-03-02 10:00", "2026-03-02T10:00:00Z"),
        ("yes_no", "Yes", True),
        ("yes_no", "0", False),
        ("yes_no", False, False),
        ("choice", "pro plan", "pro"),
        ("choice", "old", "old"),
        ("choices", "Pro plan; basic", ["basic", "pro"]),
        ("choices", ["pro", "pro"], ["pro"]),
        ("link", "example.com/a?b=1", "https://example.com/a?b=1"),
        *((kind, blank, None) for kind in PropertyKind for blank in ("", "  ", None)),
    ],
)
def test_a_value_is_brought_into_the_form_of_its_kind(kind: str, given_value: Any, stored: Any):
    found = normalise(given_value, spec(kind))
    assert (found, type(found)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("kind", "given_value"),
    [
        ("text", 5),
        ("text", "a\0b"),
        ("text", "a\ud800b"),
        ("text", "x" * 5_001),
        *(("number", value) for value in ("twelve", "1,234", "nan", "1e400", "--1", True)),
        *(("date", value) for value in ("03/04/2026", "2026-02-30", "soon", "0001-01-01", 5)),
        *(("date_time", value) for value in ("soon", "2026-13-01T00:00", "9999-12-31T23:59-12:00", 5)),
        *(("yes_no", value) for value in ("maybe", 2, 1.0)),
        *(("choice", value) for value in ("gold", 1, ["pro"])),
        *(("choices", value) for value in ("pro; gold", [1], {"pro": 1})),
        *(("link", value) for value in ("javascript:alert(1)", "ftp://x.example", "no link", "https://")),
    ],
)
def test_what_is_not_of_the_kind_is_refused_in_words_that_name_the_property(kind: str, given_value: Any):
    with pytest.raises(InvalidValueError, match="X"):
        normalise(given_value, spec(kind))


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=30),
    st.lists(st.sampled_from(["basic", "pro", "old"])),
    st.dates().map(str),
    st.datetimes().map(str),
    st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.sampled_from(["yes", "NO", "basic; PRO PLAN", "https://example.com", "1.234.567", "example.org/ä"]),
)


@given(st.sampled_from(PropertyKind), values, st.sampled_from([UTC, BERLIN]))
def test_a_stored_value_stays_as_it_is_and_so_does_its_text(kind: PropertyKind, value: Any, zone: Any):
    described = spec(kind)
    try:
        stored = normalise(value, described, zone)
    except InvalidValueError:
        return
    assert normalise(stored, described, zone) == stored
    assert normalise(as_text(stored, described), described, zone) == stored
    assert isinstance(in_words(stored, described, zone), str)


def test_a_time_without_an_offset_is_of_the_zone_of_whoever_typed_it():
    assert normalise("2026-07-01T10:00", spec("date_time"), BERLIN) == "2026-07-01T08:00:00Z"
    assert in_words("2026-07-01T08:00:00Z", spec("date_time"), BERLIN) == "1 Jul 2026, 10:00"


def test_people_read_labels_and_not_what_is_stored():
    assert in_words(["basic", "pro"], spec("choices")) == "Basic, Pro plan"
    assert in_words("pro", spec("choice")) == "Pro plan"
    assert in_words(True, spec("yes_no")) == "Yes"
    assert in_words("2026-03-02", spec("date")) == "2 Mar 2026"
