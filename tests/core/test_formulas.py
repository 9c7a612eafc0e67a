import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.formulas import escape_formulas, unescape_formulas

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
TEXTS = st.text(st.sampled_from(f"{SIGNS};,\t\r\n' \"a1\xa0\u200b|"), max_size=12)
RUN_BY_A_SPREADSHEET = re.compile(rf"[\s\"\u200b\ufeff]*[{re.escape(SIGNS)}]")


@pytest.mark.parametrize("sign", SIGNS)
def test_a_formula_gets_an_apostrophe_in_front(sign: str) -> None:
    for text in (f"{sign}1+1", f"{sign}cmd|' /C calc'!A0", sign):
        assert escape_formulas(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["Anna", "a=b", "", "x+1", "Berlin, -5 degrees", "Hello, @anna", "1 - 2", "'tis"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert escape_formulas(text) == text


@given(TEXTS)
@example("'=1")
@example("a;'=1")
@example("\t'\t=1")
def test_a_text_comes_back_as_it_went(text: str) -> None:
    assert unescape_formulas(escape_formulas(text)) == text


@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(",;\t"))
def test_no_cell_is_a_formula_whichever_delimiter_a_program_expects(texts: list[str], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(map(escape_formulas, texts))
    for line in re.split(r"[\r\n]+", out.getvalue()) if delimiter != "," else [out.getvalue()]:
        cells = line.split(delimiter) if delimiter != "," else next(csv.reader(io.StringIO(line, newline="")))
        assert not [cell for cell in cells if RUN_BY_A_SPREADSHEET.match(cell)]


def test_a_long_text_takes_no_longer_for_each_character() -> None:
    for unit in (" ", "\t", ";", "'", "; ", '"', ";'"):
        assert unescape_formulas(escape_formulas(unit * 300_000)) == unit * 300_000
