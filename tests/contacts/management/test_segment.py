import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

CALLED_ANNA = {"filter": "property", "property": "first_name", "is": "equals", "value": "anna"}


@pytest.fixture
def file_of(tmp_path: Path):
    def written(content: Any) -> str:
        path = tmp_path / "segment.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return written


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("segment", *arguments, stdout=out)
    return out.getvalue()


def test_d25_the_members_are_counted_and_listed_by_email(file_of):
    for email in ("z_b@x.example", "za@x.example", "z-c@x.example"):
        make_contact(email, first_name="Anna", secondary_emails=(f"2.{email}",))
    make_contact("b@x.example", first_name="Ben")
    file = file_of({"version": 1, "where": CALLED_ANNA})
    assert run(file, "--count") == "3\n"
    assert run(file, "--emails") == "z-c@x.example\nz_b@x.example\nza@x.example\n"


def test_a_segment_without_members_is_no_mistake(file_of):
    file = file_of({"version": 1, "where": {"any": []}})
    assert run(file, "--count") == "0\n"
    assert run(file, "--emails") == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {"version": 1, "where": {"all": [{**CALLED_ANNA, "value": 5}]}},
            r"where\.all\[0\]\.value: ",
        ),
        ({"version": 2, "where": CALLED_ANNA}, "version: "),
        ("{", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ("\xff", "."),
    ],
)
def test_a_bad_definition_ends_with_the_place_and_the_reason(file_of, content: Any, words: str):
    with pytest.raises(CommandError, match=words) as ended:
        run(file_of(content), "--count")
    assert ended.value.returncode == 2


def test_a_file_that_is_not_there_is_a_bad_argument(tmp_path: Path):
    with pytest.raises(CommandError, match="No such file") as ended:
        run(str(tmp_path / "none.json"), "--count")
    assert ended.value.returncode == 2
