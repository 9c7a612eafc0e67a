"""A stored code with values becomes words, whatever the values are, and whether the code is known or not."""

import json

import pytest
from django.apps import apps
from django.utils.translation import ngettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from core import messages
from core.messages import Message, codes_with, define, defined, keys_of

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
NESTED = st.builds(lambda value: Message("no.such_code", x=value).as_json(), SCALARS)
VALUES = SCALARS | NESTED | st.lists(SCALARS | NESTED, max_size=3)


@pytest.fixture
def code():
    """A code of the test's own."""
    define({"test.rows": ngettext_lazy("%(count)s row of %(list)s", "%(count)s rows of %(list)s", "count")})
    yield "test.rows"
    messages._templates.pop("test.rows")


@given(st.data())
def test_every_code_renders_with_every_value(data):
    code = data.draw(st.sampled_from(sorted(defined())))
    values = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(keys_of(code)), VALUES)))
    text = str(Message(code, **values))
    assert text.strip()


@pytest.mark.parametrize("code", sorted(defined()))
def test_every_code_has_words_of_its_own_and_fits_its_values(code):
    text = str(Message(code, **dict.fromkeys(keys_of(code), 3)))
    assert text.strip()
    assert ("3" in text) is bool(keys_of(code)) or "3" in str(Message(code))
    assert code.rpartition(".")[0], "codes have the name of their part in front"


@given(st.text(min_size=1), st.dictionaries(st.text(), VALUES, max_size=3))
def test_an_unknown_code_still_shows_something(name, values):
    message = Message.from_json({"code": f"no_such.x{name}", "values": values})
    assert str(message).strip()


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_a_message_survives_being_stored(values):
    message = Message.from_json({"code": "no.such_code", "values": values})
    again = Message.from_json(json.loads(json.dumps(message.as_json())))
    assert (again, str(again)) == (message, str(message))


def test_numbers_choose_the_plural_and_are_written_as_people_write_them(code):
    assert str(Message(code, count=1, list="people")) == "1 row of people"
    assert str(Message(code, count=1200, list=["a", "b"])) == "1,200 rows of a, b"
    assert str(Message(code)) == "… rows of …"


def test_a_message_inside_a_message_is_put_into_words_with_it(code):
    outer = Message(code, count=2, list=Message(code, count=1, list="x"))
    assert str(Message.from_json(outer.as_json())) == "2 rows of 1 row of x"
    assert outer.plain == "2 1 x"


def test_a_value_of_the_wrong_kind_is_shown_all_the_same(code):
    assert "many" in str(Message(code, count="many", list="x"))


def test_codes_are_found_by_their_words(code):
    assert list(codes_with("ROWS", "test.")) == list(codes_with("row", "test.")) == [code]
    assert list(codes_with("rows", "other.")) == []


def test_no_code_is_defined_twice(code):
    with pytest.raises(ValueError, match="already"):
        define({code: "x"})


def test_the_wording_of_every_app_is_loaded():
    assert apps.ready
    namespaces = {code.partition(".")[0] for code in defined()}
    assert {"zoom"} <= namespaces
