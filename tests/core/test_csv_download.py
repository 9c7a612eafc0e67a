import csv
from datetime import UTC, datetime

import pytest

from core.csv_download import ROWS_AT_ONCE, cell, csv_download


def lines_of(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.reader(text.splitlines()))


def test_a_list_becomes_a_file_with_a_header():
    response = csv_download("audit", ["when", "what"], [(datetime(2026, 1, 31, 10, tzinfo=UTC), "Synced")])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="audit-')
    assert lines_of(response) == [["when", "what"], ["2026-01-31 10:00:00", "Synced"]]


def test_rows_are_sent_while_they_are_read():
    read = []

    def rows():
        for number in range(3 * ROWS_AT_ONCE):
            read.append(number)
            yield (number,)

    pieces = iter(csv_download("x", ["number"], rows()).streaming_content)
    next(pieces)
    assert len(read) < 2 * ROWS_AT_ONCE
    assert sum(piece.count(b"\n") for piece in pieces) > ROWS_AT_ONCE


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\uff1d1+1", " =1"])
def test_no_spreadsheet_runs_what_a_stranger_typed(text):
    assert cell(text) == f"'{text}"


def test_every_cell_is_quoted():
    text = b"".join(csv_download("x", ["a"], [("1",), (2,), (None,), ('x"y',)]).streaming_content)
    assert text.decode().splitlines() == ['"a"', '"1"', '"2"', '""', '"x""y"']


@pytest.mark.parametrize("value", ["Anna", "a=b", "", 7, -7, None, 2.5])
def test_other_values_stay_as_they_are(value):
    assert cell(value) == value
