from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import array_literal

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
AWKWARD = ["", "null", "NULL", "{}", "a,b", '"', "\\", '\\"', "\\n", "\n", "\t\r\x01\x1f", " ", "ä", "😀"]


def read_back(values, kind):
    if connection.vendor != "postgresql":
        pytest.skip("The notation is PostgreSQL's.")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array_literal(values)])
        return cursor.fetchone()[0]


@given(st.lists(st.none() | TEXT | st.sampled_from(AWKWARD), max_size=30))
def test_any_text_comes_back_as_it_was(texts):
    assert read_back(texts, "text") == texts


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "text"),
        ([1, -(2**62), None], "bigint"),
        ([0.1, 1e300, None], "double precision"),
        ([True, False, None], "boolean"),
        ([datetime(2026, 2, 28, 23, 59, 59, 999_999, UTC), None], "timestamptz"),
    ],
)
def test_other_values_come_back_as_they_were(values, kind):
    assert read_back(values, kind) == values


def test_times_of_any_zone_are_the_same_moment():
    there = datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert read_back([there], "timestamptz") == [there]
