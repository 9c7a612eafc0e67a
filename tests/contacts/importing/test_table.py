from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.importing.encoding import MAX_LINE, survey
from contacts.importing.errors import UnreadableFileError
from contacts.importing.table import MAX_LINES_PER_RECORD, BrokenRecord, Record, Table, open_table


def table(content: str | bytes) -> Table:
    return open_table(BytesIO(content.encode() if isinstance(content, str) else content))


def rows(content: str | bytes) -> list[tuple[int, list[str] | str]]:
    """The records as (line, cells), the broken ones as (line, reason)."""
    return [(r.line, r.cells if isinstance(r, Record) else str(r.reason)) for r in table(content).records]


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_spreadsheets_save_is_read_with_its_letters(encoding: str):
    assert rows("email,name\nj@x.example,Jörg Müß\n".encode(encoding)) == [(2, ["j@x.example", "Jörg Müß"])]


def test_utf_16_of_either_byte_order_is_read():
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert rows(mark + "email\na@x.example".encode(codec)) == [(2, ["a@x.example"])]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", "François Lefèvre, Zoé Hélène, José Núñez, Søren Kjær, Noël Strauß"),
        ("cp1251", "Иван Петров, Мария Смирнова, Ольга Попова"),
        ("cp1253", "Γιώργος Παπαδόπουλος, Ελένη Αθανασίου, Μαρία Νικολάου"),
        ("cp932", "田中 太郎, 鈴木 花子, 佐藤 ユキ"),
    ],
)
@pytest.mark.parametrize("length", [1, 60])
def test_what_excel_saves_in_other_alphabets_is_read_with_its_letters(encoding: str, names: str, length: int):
    lines = [f"{n}@x.example;{name}" for n, name in enumerate(names.split(", ") * length)]
    content = "\n".join(["email;name", *lines])
    read = [cells[1] for _line, cells in rows(content.encode(encoding))]
    assert read == names.split(", ") * length
    assert "isn't UTF-8" in str(table(content.encode(encoding)).notes[0])


def test_the_fallback_to_windows_1252_is_said():
    assert "Windows-1252" in str(table("email,name\na@x.example,Jörg".encode("cp1252")).notes[0])
    assert table("email,name\na@x.example,Jörg").notes == ()


def test_one_bad_line_does_not_spoil_the_letters_of_all_others():
    good = "a@x.example,Zoë\n" * 3
    content = b"email,name\n" + good.encode() + "b@x.example,Jörg\n".encode("cp1252") + good.encode()
    found = rows(content)
    assert "can't be read" in found[3][1]
    assert [cells[1] for _line, cells in found[:3] + found[4:]] == ["Zoë"] * 6


def test_a_spreadsheet_is_told_from_a_csv():
    with pytest.raises(UnreadableFileError, match="spreadsheet"):
        table(b"PK\x03\x04....")


# Delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str):
    content = f"first_name{delimiter}email\nAnna{delimiter}a@x.example\n"
    assert rows(content) == [(2, ["Anna", "a@x.example"])]


def test_commas_within_a_header_do_not_beat_the_delimiter_that_names_email():
    assert table('"Name, first, last, maiden";E-Mail\n').header.cells == [
        "Name, first, last, maiden",
        "E-Mail",
    ]


@pytest.mark.parametrize(("declared", "delimiter"), [("sep=;", ";"), ("sep=\t", "\t"), ('"sep=,"', ",")])
def test_excels_declaration_of_the_delimiter_is_obeyed_and_counts_as_a_line(declared: str, delimiter: str):
    content = f"{declared}\r\nemail{delimiter}city\r\na@x.example{delimiter}Bonn\r\n"
    assert rows(content) == [(3, ["a@x.example", "Bonn"])]


# Lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_count_as_in_an_editor_with_values_over_several_of_them(end: str):
    content = end.join(["email,note", 'a@x.example,"one', 'two"', "b@x.example,x", ""])
    assert rows(content) == [(2, ["a@x.example", f"one{end}two"]), (4, ["b@x.example", "x"])]
    assert survey(BytesIO(content.encode())).lines == 4


def test_blank_lines_are_nothing_but_count():
    assert rows("\n\nemail,x\n\n ,\na@x.example,1\n") == [(6, ["a@x.example", "1"])]


def test_a_quote_never_closed_costs_its_own_line():
    found = rows('email,x\na@x.example,"oops\nb@x.example,1\nc@x.example,2\n')
    assert found[0][0] == 2
    assert "never closed" in found[0][1]
    assert found[1:] == [(3, ["b@x.example", "1"]), (4, ["c@x.example", "2"])]


def test_a_quote_closed_by_the_next_quoted_value_costs_its_own_line():
    found = rows('email,x\na@x.example,"oops\nb@x.example,"Berg, Anna"\n')
    assert [line for line, _ in found] == [2, 3]
    assert isinstance(found[0][1], str)
    assert found[1][1] == ["b@x.example", "Berg, Anna"]


def test_a_quote_never_closed_far_from_the_end_is_given_up_after_so_many_lines():
    many = "".join(f"p{n}@x.example,{n}\n" for n in range(MAX_LINES_PER_RECORD * 3))
    found = rows(f'email,x\na@x.example,"oops\n{many}')
    assert len(found) == 1 + MAX_LINES_PER_RECORD * 3
    assert found[-1] == (2 + MAX_LINES_PER_RECORD * 3, [f"p{MAX_LINES_PER_RECORD * 3 - 1}@x.example", "299"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"a@x.example,\0", "NUL"),
        (b'a@x.example,"A" B', "Double"),
        (b"a@x.example," + b"x" * (MAX_LINE * 3), "too long"),
        (b"a@x.example,\xff\xfe", "can't be read"),
    ],
)
def test_a_broken_line_says_why_and_the_next_one_is_read(line: bytes, words: str):
    umlauts = "ä@x.example,ö\n".encode()
    found = rows(b"email,x\n" + line + b"\n" + umlauts)
    assert words in found[0][1]
    assert found[1] == (3, ["ä@x.example", "ö"])


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "\n" * 500])
def test_an_empty_file_says_so(content: str):
    with pytest.raises(UnreadableFileError, match=r"empty|No row"):
        table(content)


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(content: bytes):
    try:
        records = list(table(content).records)
    except UnreadableFileError:
        return
    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    assert all(isinstance(record, Record | BrokenRecord) for record in records)


@given(st.lists(st.text(st.sampled_from('a,;"\n\r '), max_size=8), max_size=30))
def test_each_line_is_in_one_record_or_blank(cells: list[str]):
    content = "email,x\n" + "\n".join(cells)
    spans = [range(record.line, record.last_line + 1) for record in table(content).records]
    covered = [line for span in spans for line in span]
    assert covered == sorted(set(covered))
