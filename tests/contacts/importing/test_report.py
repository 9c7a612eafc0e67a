"""What an import reports of rejected rows and new properties: the same checked, imported and downloaded."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contacts.importing.columns import Refusal
from contacts.importing.queue import imports
from contacts.importing.report import LINES_SHOWN, Rejections
from contacts.models import Contact, ContactImport, PropertyDefinition
from core.messages import Message
from tests.contacts.make import make_contact
from tests.support.jobs import work_off

REASONS = st.sampled_from(
    [
        Message("email.no_at_sign"),
        Message("import.row_too_long"),
        Message("import.same_email", line=3),
        Message("import.same_email", line=9),
        Message("contact.address_taken", address="a@x.example", owner="b@x.example"),
    ]
)


@given(st.lists(st.lists(REASONS, min_size=1, max_size=3), max_size=40), st.integers(0, 40))
def test_rows_are_summed_up_by_reason_however_often_the_worker_changed(rows: list[list[Message]], cut: int):
    refusals = [Refusal(line, "x@x.example", tuple(reasons)) for line, reasons in enumerate(rows, start=2)]
    first = Rejections()
    first.add(refusals[:cut])
    whole = Rejections(first.as_json())
    whole.add(refusals[cut:])
    expected = Counter(code for reasons in rows for code in {reason.code for reason in reasons})
    groups = whole.most_first()
    assert sorted(group.count for group in groups) == sorted(expected.values())
    assert all(group.lines == sorted(group.lines)[:LINES_SHOWN] for group in groups)
    assert "x.example" not in str(whole.as_json())


@pytest.fixture
def files(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


MAPPING = {
    "column_0": "email",
    "column_1": "new:number",
    "column_2": "new:text",
    "column_3": "property:since",
}
HEADER = "Mail,Seats,Town,Since\n"


def imported(client: Client, rows: str, *, check: bool = False) -> ContactImport:
    file = SimpleUploadedFile("people.csv", (HEADER + rows).encode())
    client.post("/contacts/import/", {"file": file, "do": "review"})
    job = ContactImport.objects.order_by("-pk")[0]
    for step in ["check", ""] if check else [""]:
        client.post(reverse("contacts:import_columns", args=[job.pk]), {**MAPPING, "do": step})
        work_off(imports)
    job.refresh_from_db()
    return job


@pytest.mark.django_db
def test_check_page_and_file_name_every_mistake_and_sum_up_equal_ones(charlie_client: Client, files):
    PropertyDefinition.objects.create(name="since", label="Since", kind="date")
    make_contact("owner@x.example", secondary_emails=("second@x.example",))
    rows = "bad,many,,never\nsecond@x.example,x,,\nworse,,,\nok@x.example,5,Bonn,2026-03-02\n"
    job = imported(charlie_client, rows, check=True)
    report = reverse("contacts:import_report", args=[job.pk])
    page = charlie_client.get(report)
    assert [(str(group.reason), group.lines) for group in page.context["rejections"]] == [
        ("“Seats” must be a number such as 1234.5.", [2, 3]),
        ('The email address has no "@".', [2, 4]),
        ("“Since” must be a date such as 2026-03-31.", [2]),
        ("The address belongs to another contact.", [3]),
    ]
    assert job.notes_in_words == ["New properties: Seats, Town"]
    download = b"".join(charlie_client.get(reverse("contacts:import_refused", args=[job.pk])))
    reasons = {row[0]: row[1] for row in csv.reader(download.decode().splitlines()[1:])}
    assert reasons == {str(row.line): str(row.message) for row in job.problems.all()}
    assert reasons["2"] == (
        'The email address has no "@". “Seats” must be a number such as 1234.5, not “many”. '
        "“Since” must be a date such as 2026-03-31, not “never”."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "made"),
    [
        ("bad,5,Bonn,\n", []),
        ("a@x.example,,,\nbad,5,Bonn,\n", []),
        ("a@x.example,many,Bonn,\nb@x.example,5,,\n", ["seats"]),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_property_is_made_only_with_a_row_that_enters(
    charlie_client: Client, files, rows: str, made: list[str], *, check: bool
):
    PropertyDefinition.objects.create(name="since", label="Since", kind="date")
    job = imported(charlie_client, rows, check=check)
    new = PropertyDefinition.objects.custom().exclude(name="since")
    assert list(new.values_list("name", flat=True)) == made
    assert job.notes_in_words == (["New property: Seats"] if made else [])
    assert job.refused == rows.count("bad") + rows.count("many")
    assert Contact.objects.count() == rows.count("\n") - job.refused
