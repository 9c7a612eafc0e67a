import csv
import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contacts.models import Contact, PropertyDefinition
from integrations.exports import DATASETS
from tests.contacts.make import make_contact, make_contacts
from tests.support.commands import exit_code
from tests.support.installation import ROOT, Installation

pytestmark = pytest.mark.django_db


def export(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("export", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_lines_of_json_are_the_default():
    make_contact("anna@x.example")
    (line,) = export("contacts")
    assert json.loads(line)["email"] == "anna@x.example"
    assert export("contacts", "--format", "jsonl") == [line]


@pytest.mark.parametrize("dataset", DATASETS)
def test_each_dataset_has_its_header_in_csv(dataset: str):
    for raw in ((), ("--raw",)):
        lines = export(dataset, "--format", "csv", *raw)
        assert next(csv.reader(lines)) == list(DATASETS[dataset].fields)
        assert len(lines) == 1


NAMES = [
    "=1+1",
    "+49 30 1",
    "-",
    "@x",
    "\uff1dSUM(1)",
    "'=1",
    "''=1",
    "'tis",
    "a;=1",
    "Anna",
    'a;"=1"',
    "-1;-1",
]


def test_names_come_back_as_they_went_and_no_spreadsheet_runs_them(tmp_path):
    for number, name in enumerate(NAMES):
        make_contact(f"p{number}@x.example", first_name=name, last_name=name)
    before = dict(Contact.objects.values_list("email", "first_name"))
    lines = export("contacts", "--format", "csv")
    for row in csv.DictReader(lines):
        assert not row["first_name"].startswith(("=", "+", "-", "@", "\uff1d"))
    Contact.objects.update(first_name="x", last_name="x")
    (tmp_path / "contacts.csv").write_text("\n".join(lines))
    call_command("import_contacts", str(tmp_path / "contacts.csv"), stdout=StringIO())
    assert dict(Contact.objects.values_list("email", "first_name")) == before


def test_raw_csv_and_json_have_the_values_as_they_are():
    for number, name in enumerate(NAMES):
        make_contact(f"p{number:02}@x.example", first_name=name)
    raw = csv.DictReader(export("contacts", "--format", "csv", "--raw"))
    assert [row["first_name"] for row in raw] == NAMES
    for options in ((), ("--raw",)):
        lines = export("contacts", "--format", "jsonl", *options)
        assert [json.loads(line)["first_name"] for line in lines] == NAMES


def test_what_was_exported_can_be_imported_again(tmp_path):
    make_contact("anna@x.example", first_name="Jörg", secondary_emails=("a@x.example", "b@x.example"))
    file = tmp_path / "contacts.csv"
    file.write_text("\n".join(export("contacts", "--format", "csv")))
    out = StringIO()
    call_command("import_contacts", str(file), stdout=out)
    assert out.getvalue().splitlines()[-1] == "Added 0, changed 0, unchanged 1, refused 0."


KINDS = {
    "seats": "number",
    "vip": "yes_no",
    "topics": "choices",
    "note": "text",
    "since": "date",
    "transcript": "text",
}


def test_custom_properties_are_columns_that_come_back_as_they_went(tmp_path):
    topics = [{"value": value, "label": value.title()} for value in ("a", "b")]
    for name, kind in KINDS.items():
        choices = topics if kind == "choices" else []
        PropertyDefinition.objects.create(name=name, label=f"The {name}", kind=kind, choices=choices)
    PropertyDefinition.objects.create(name="old", label="Old", archived_at=timezone.now())
    values = {"seats": 2.5, "vip": True, "topics": ["a", "b"], "note": "=1+1", "since": "2026-03-02"}
    values["transcript"] = "Hello"
    make_contact("anna@x.example", properties={**values, "old": "x"})
    make_contact("ben@x.example", properties={"vip": False})
    lines = export("contacts", "--format", "csv")
    anna, ben = csv.DictReader(lines)
    assert [name for name in anna if name not in DATASETS["contacts"].fields] == sorted(KINDS)
    assert (anna["vip"], anna["topics"], anna["note"]) == ("yes", "a;b", "'=1+1")
    assert (ben["vip"], ben["note"]) == ("no", "")
    assert next(csv.DictReader(export("contacts", "--format", "csv", "--raw")))["note"] == "=1+1"
    assert {name: json.loads(export("contacts")[0])[name] for name in KINDS} == values
    Contact.objects.update(properties={})
    (tmp_path / "contacts.csv").write_text("\n".join(lines))
    call_command("import_contacts", str(tmp_path / "contacts.csv"), stdout=StringIO())
    assert Contact.objects.get(email="anna@x.example").properties == values


def test_what_is_defined_or_archived_while_an_export_runs_changes_nothing_of_it():
    PropertyDefinition.objects.create(name="seats", label="Seats", kind="number")
    make_contact("anna@x.example", properties={"seats": 2})
    fields, rows = DATASETS["contacts"].read()
    PropertyDefinition.objects.update(archived_at=timezone.now())
    PropertyDefinition.objects.create(name="later", label="Later", kind="text")
    (anna,) = rows
    assert {name: anna[name] for name in fields}["seats"] == 2
    assert "later" not in fields


@pytest.mark.parametrize("arguments", [["people"], ["contacts", "--format", "xml"], []])
def test_a_dataset_or_format_that_is_none_is_refused_with_those_that_are(arguments: list[str]):
    with pytest.raises(CommandError) as refused:
        export(*arguments)
    assert "contacts" in str(refused.value) or "csv" in str(refused.value) or "DATASET" in str(refused.value)


@pytest.mark.services
def test_bad_arguments_end_with_2_and_a_reader_that_stops_ends_it_quietly(installation: Installation):
    assert exit_code("export", "people") == 2
    make_contacts(f"p{n}@x.example" for n in range(5_000))
    exporting = subprocess.Popen(
        [sys.executable, "manage.py", "export", "contacts"],
        cwd=ROOT,
        env=installation.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert exporting.stdout is not None
    assert exporting.stderr is not None
    assert json.loads(exporting.stdout.readline())["email"]
    exporting.stdout.close()
    assert exporting.stderr.read() == b""
    assert exporting.wait(timeout=60) == 0
