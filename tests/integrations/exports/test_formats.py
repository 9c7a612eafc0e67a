import csv
import json
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from typing import Any

import pytest

from core.formulas import unescape_formulas
from integrations.exports.formats import FORMATS, JsonList, in_utc, write_raw_csv

FIELDS = ("email", "at", "secondary_emails", "transcript")


def written(format_name: str, **row: Any) -> str:
    out = StringIO()
    FORMATS[format_name](FIELDS, [dict.fromkeys(FIELDS) | row], out)
    return out.getvalue()


def test_times_are_utc_to_the_second():
    at = datetime(2026, 1, 31, 11, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert in_utc(at) == "2026-01-31T10:00:00Z"


def test_a_line_of_json_has_the_fields_in_order_and_nothing_else():
    line = written("jsonl", email="zoë@x.example", at=datetime(2026, 3, 2, 10, tzinfo=UTC), extra="no")
    assert line == (
        '{"email": "zoë@x.example", "at": "2026-03-02T10:00:00Z", '
        '"secondary_emails": null, "transcript": null}\n'
    )


def test_a_line_break_in_a_text_does_not_break_the_line_of_json():
    assert written("jsonl", email="a\nb\u2028c").count("\n") == 1


def test_in_csv_unknown_is_blank_and_lists_are_joined_unless_they_are_to_be_json():
    said = [{"speaker": "Anna", "text": 'Hello, "you"'}]
    text = written("csv", secondary_emails=["a@x.example", "b@x.example"], transcript=JsonList(said))
    header, cells = csv.reader(StringIO(text))
    assert tuple(header) == FIELDS
    assert cells[:3] == ["", "", "a@x.example;b@x.example"]
    assert json.loads(cells[3]) == said


@pytest.mark.parametrize("value", ["=1+1", "@x", "-2", "a;b", 'say "hi"', "two\nlines", "ünïcode"])
def test_values_come_back_from_csv_as_they_were(value: str):
    out = StringIO()
    write_raw_csv(FIELDS, [dict.fromkeys(FIELDS) | {"email": value}], out)
    _, cells = csv.reader(StringIO(out.getvalue()))
    assert cells[0] == value
    _, cells = csv.reader(StringIO(written("csv", email=value)))
    assert unescape_formulas(cells[0]) == value


def test_every_cell_of_csv_is_quoted():
    assert written("csv", email=1).splitlines()[1] == '"1","","",""'


@pytest.mark.parametrize("format_name", FORMATS)
def test_nothing_to_export_is_no_failure(format_name: str):
    out = StringIO()
    FORMATS[format_name](FIELDS, [], out)
    assert out.getvalue() in {"", '"email","at","secondary_emails","transcript"\n'}
