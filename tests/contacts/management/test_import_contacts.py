from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Contact
from tests.support.commands import exit_code
from tests.support.installation import Installation

pytestmark = pytest.mark.django_db


def run(path: Path) -> list[str]:
    out = StringIO()
    call_command("import_contacts", str(path), stdout=out)
    return out.getvalue().splitlines()


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_report_says_what_was_added_changed_and_refused_with_the_line(tmp_path: Path):
    file = write(tmp_path / "people.csv", "email,first_name,City\na@x.example,Anna,Bonn\nnonsense,,\nx,,\n")
    assert run(file) == [
        "New property: City",
        'line 3, nonsense: The email address has no "@".',
        'line 4, x: The email address has no "@".',
        '2 rows (3, 4): The email address has no "@".',
        "Added 1, changed 0, unchanged 0, refused 2.",
    ]
    write(file, "email,first_name\na@x.example,Ann\n")
    assert run(file) == ["Added 0, changed 1, unchanged 0, refused 0."]
    assert run(file) == ["Added 0, changed 0, unchanged 1, refused 0."]


def test_a_guessed_encoding_is_said(tmp_path: Path):
    lines = run(write(tmp_path / "people.csv", "email,first_name\na@x.example,Jörg\n".encode("cp1252")))
    assert "Windows-1252" in lines[0]
    assert Contact.objects.get().first_name == "Jörg"


@pytest.mark.parametrize(
    ("content", "words"),
    [("name\nAnna\n", 'no "email" column'), ("", "empty"), (b"PK\x03\x04", "spreadsheet")],
)
def test_a_file_that_cannot_be_imported_ends_with_2_and_says_why(tmp_path: Path, content, words: str):
    with pytest.raises(CommandError, match=words) as ended:
        run(write(tmp_path / "people.csv", content))
    assert ended.value.returncode == 2


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError) as ended:
            run(path)
        assert ended.value.returncode == 2


def test_columns_can_be_named_by_their_number(tmp_path: Path):
    file = write(tmp_path / "people.csv", "Wer,Mail\nAnna,a@x.example\n")
    out = StringIO()
    call_command("import_contacts", str(file), "--column", "email=2", "--column", "first_name=1", stdout=out)
    assert "Added 1" in out.getvalue()
    assert Contact.objects.get().first_name == "Anna"


@pytest.mark.parametrize(
    "column", ["email", "email=", "email=0", "email=x", "phone=1", "email=-1", "email=9"]
)
def test_a_column_that_is_none_ends_with_2(tmp_path: Path, column: str):
    file = write(tmp_path / "people.csv", "Wer,Mail\nAnna,a@x.example\n")
    with pytest.raises(CommandError) as ended:
        call_command("import_contacts", str(file), "--column", column)
    assert ended.value.returncode == 2


def test_a_file_of_nonsense_stops_with_2_and_the_line(tmp_path: Path):
    with pytest.raises(CommandError, match="Stopped at line 1,001") as ended:
        run(write(tmp_path / "people.csv", "email\n" + "nonsense\n" * 5_000))
    assert ended.value.returncode == 2


@pytest.mark.services
def test_in_a_pipe_the_report_is_plain_lines(installation: Installation, tmp_path: Path):
    ended = installation.manage("import_contacts", str(write(tmp_path / "p.csv", "email\na@x.example\nx\n")))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == "Added 1, changed 0, unchanged 0, refused 1."
    assert "\x1b" not in ended.stdout


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("arguments", [["nowhere.csv"], []])
def test_bad_arguments_end_with_2(arguments: list[str]):
    assert exit_code("import_contacts", *arguments) == 2
