from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from contacts.importing import queue
from contacts.models import Contact, ContactImport, ImportProblem
from contacts.views import imports
from tests.support.jobs import running, work_off

pytestmark = pytest.mark.django_db

IMPORT = "/contacts/import/"


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, content: bytes, name: str = "people.csv"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_a_file_is_uploaded_watched_and_reported(alice_client: Client):
    page = upload(alice_client, b"email,City\na@x.example,Bonn\nnonsense,\n")
    job = ContactImport.objects.get()
    watching = page.content.decode()
    assert page.redirect_chain == [(reverse("contacts:import_report", args=[job.pk]), 302)]
    assert 'hx-trigger="every 1s"' in watching
    assert "Queued" in watching
    assert job.requested_by.email == "alice@acme.test"

    work_off(queue.imports)
    report = alice_client.get(reverse("contacts:import_report", args=[job.pk])).content.decode()
    assert "every 1s" not in report
    assert "New property: City" in report
    assert "The email address has no" in report
    assert "people.csv" in alice_client.get(IMPORT).content.decode()
    assert Contact.objects.get().properties == {"city": "Bonn"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "spreadsheet"),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_at_once_with_the_reason(alice_client, content, words: str):
    answer = upload(alice_client, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ContactImport.objects.exists()


def import_of(**fields: object) -> ContactImport:
    return ContactImport.objects.create(**{"file_name": "p.csv", "columns": ["Wer", "", "Mail"], **fields})


def test_the_columns_of_a_file_can_be_chosen_by_hand(alice_client: Client):
    page = upload(alice_client, b"Wer,Wo,Mail\nAnna,Bonn,a@x.example\n")
    work_off(queue.imports)
    job = ContactImport.objects.get()
    page = alice_client.get(reverse("contacts:import_report", args=[job.pk])).content.decode()
    assert '<option value="2">Mail</option>' in page
    columns = reverse("contacts:import_columns", args=[job.pk])
    alice_client.post(columns, {"email": "2", "first_name": "0"})
    work_off(queue.imports)
    anna = Contact.objects.get()
    assert (anna.email, anna.first_name, anna.properties) == ("a@x.example", "Anna", {"wo": "Bonn"})
    assert "already over" in alice_client.post(columns, {"email": "2"}, follow=True).content.decode()


@pytest.mark.parametrize(
    "form",
    [{}, {"email": ""}, {"email": "3"}, {"email": "-1"}, {"email": "x"}, {"email": "0", "last_name": "0"}],
)
def test_columns_that_are_none_or_chosen_twice_are_refused_beside_the_form(alice_client: Client, form):
    job = import_of(state="needs_columns")
    answer = alice_client.post(reverse("contacts:import_columns", args=[job.pk]), form)
    assert answer.status_code == 422
    job.refresh_from_db()
    assert job.state == "needs_columns"


@pytest.mark.parametrize(
    ("state", "offered"),
    [("queued", True), ("running", True), ("needs_columns", True), ("complete", False), ("cancelled", False)],
)
def test_cancelling_is_offered_while_there_is_something_to_cancel(
    alice_client: Client, state: str, offered: bool
):
    job = import_of(**(running() if state == "running" else {"state": state}))
    cancel = reverse("contacts:import_cancel", args=[job.pk])
    assert (
        cancel in alice_client.get(reverse("contacts:import_report", args=[job.pk])).content.decode()
    ) is offered
    said = alice_client.post(cancel, follow=True).content.decode()
    assert ("was cancelled" in said) is (offered or state == "cancelled")
    job.refresh_from_db()
    assert job.state == ("cancelled" if offered else state)


def test_a_file_that_is_too_large_is_refused(alice_client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports, "MAX_BYTES", 10)
    assert "Split it" in upload(alice_client, b"email\na@x.example\n").content.decode()


def test_the_refused_lines_can_be_downloaded(alice_client: Client):
    job = ContactImport.objects.create(file_name="p.csv", state="complete", refused=1)
    ImportProblem.objects.create(contact_import=job, line=3, email="x", message='It has no "@".')
    answer = alice_client.get(reverse("contacts:import_refused", args=[job.pk]))
    assert b"".join(answer).decode().splitlines() == [
        '"rejected_row","rejected_because","email"',
        '"3","It has no ""@"".","x"',
    ]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_refused_address_is_no_formula_for_the_spreadsheet_that_opens_the_download(alice_client: Client):
    upload(alice_client, b"email\n=HYPERLINK(1)\n")
    work_off(queue.imports)
    job = ContactImport.objects.get()
    answer = alice_client.get(reverse("contacts:import_refused", args=[job.pk]))
    assert b"".join(answer).decode().splitlines()[1].endswith('","\'=HYPERLINK(1)"')


def test_refused_rows_are_put_right_and_imported_again(alice_client: Client):
    upload(alice_client, b"email,first_name,Town\nann@x,Ann,Bonn\nben@x.example,Ben,\n")
    work_off(queue.imports)
    job = ContactImport.objects.get()
    file = b"".join(alice_client.get(reverse("contacts:import_refused", args=[job.pk])))
    upload(alice_client, file.replace(b"ann@x", b"ann@x.example"))
    work_off(queue.imports)
    ann = Contact.objects.get(email="ann@x.example")
    assert (ann.first_name, ann.properties) == ("Ann", {"town": "Bonn"})
    report = alice_client.get(reverse("contacts:import_report", args=[job.pk]))
    listed = alice_client.get(report.context["added_url"])
    assert [row.email for row in listed.context["page"]] == ["ben@x.example"]
    assert "Added by people.csv" in listed.text


def test_many_refused_lines_have_pages_of_their_own(alice_client: Client, django_assert_num_queries):
    job = ContactImport.objects.create(file_name="p.csv", state="complete", refused=120)
    ImportProblem.objects.bulk_create(
        ImportProblem(contact_import=job, line=line, message=f"wrong-{line}") for line in range(2, 122)
    )
    address = reverse("contacts:import_report", args=[job.pk])
    with django_assert_num_queries(5):  # session, user, import, count, lines
        first = alice_client.get(address).content.decode()
    assert ("wrong-2<" in first, "wrong-52<" in first) == (True, False)
    part = alice_client.get(
        address, {"page": "3"}, headers={"HX-Request": "true", "HX-Target": "refused"}
    ).content.decode()
    assert "wrong-121<" in part
    assert "<html" not in part


def test_file_names_and_lines_from_strangers_are_text_not_html(alice_client: Client):
    evil = "<img src=x onerror=alert(1)>"
    upload(alice_client, f"email,{evil}\n{evil},x\n".encode(), name=f"{evil}.csv")
    work_off(queue.imports)
    job = ContactImport.objects.get()
    for address in (IMPORT, reverse("contacts:import_report", args=[job.pk])):
        assert "<img src=x" not in alice_client.get(address).content.decode()
