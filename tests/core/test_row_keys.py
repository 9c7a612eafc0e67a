"""Keys that a request names: a number that some row may have, or nothing. Never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.row_keys import row_key, row_keys
from tests.contacts.make import make_contact


@given(st.integers(1, 10**18 - 1))
def test_a_key_comes_back(key: int) -> None:
    assert row_key(str(key)) == key


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", " 1", "١", "²", "9" * 19, "9" * 5_000])  # noqa: RUF001
def test_what_is_no_key_is_nothing(text: str) -> None:
    assert row_key(text) == 0
    assert row_keys(["7", text]) == [7]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["9" * 5_000, "9" * 19, "١"])  # noqa: RUF001
def test_a_page_answers_whatever_keys_it_is_sent(alice_client, key: str) -> None:
    from contacts.models import Segment  # noqa: PLC0415

    make_contact()
    page = f"/contacts/segments/{Segment.objects.create(name='List', kind='static').pk}/"
    assert alice_client.post(f"{page}people/", {"remove": key}).status_code == 302
    assert alice_client.get("/marketing-events/compare/", {"event": key}).status_code == 200
