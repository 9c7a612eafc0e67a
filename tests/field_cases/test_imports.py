"""CSV files that failed in the field, imported by command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from contacts.models import Contact

FILES = Path(__file__).parent / "files"

pytestmark = pytest.mark.django_db


def imported(name: str) -> str:
    out = StringIO()
    call_command("import_contacts", str(FILES / name), stdout=out)
    return out.getvalue()


def test_case_18_invisible_characters_around_an_address_are_trimmed() -> None:
    assert "Added 4, changed 0, unchanged 0, refused 0." in imported("18-zero-width.csv")
    emails = Contact.objects.order_by("email").values_list("email", flat=True)
    assert list(emails) == [f"ann{number}@x.example.com" for number in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("file", "people"),
    [
        ("21-header-email_address.csv", [("m1@x.example.com", "A", "B")]),
        ("21-header-google.csv", [("g1@x.example.com", "A", "B")]),
        ("21-header-outlook.csv", [("o1@x.example.com", "A", "B")]),
        (
            "21-header-zoom_report.csv",
            [("zr1@x.example.com", "Ann", "A"), ("zr2@x.example.com", "Bob", "B")],
        ),
    ],
)
def test_case_21_headers_of_other_programs_are_known(file: str, people: list[tuple[str, str, str]]) -> None:
    assert f"Added {len(people)}, changed 0, unchanged 0, refused 0." in imported(file)
    rows = Contact.objects.order_by("email").values_list("email", "first_name", "last_name")
    assert list(rows) == people
