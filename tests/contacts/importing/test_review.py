"""The review of a file before it is imported: first rows, columns, existing contacts, a dry run."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contacts.importing.batches import Manner, apply
from contacts.importing.columns import Person
from contacts.importing.queue import imports
from contacts.models import Contact, ContactImport, Existing, ImportProblem, PropertyDefinition
from contacts.properties.guessing import guess_kind
from contacts.properties.kinds import WITH_CHOICES, PropertyKind, PropertySpec
from contacts.properties.values import normalise
from tests.contacts.make import make_contact
from tests.support.jobs import work_off

IMPORT = "/contacts/import/"
ROWS = ("a@x.example,Anna,3,2026-03-02", "b@x.example,Ben,4,2026-03-04", "bad,Cy,5,2026-03-05")
FILE = "\n".join(["Mail,Name,Seats,Joined", *ROWS])
CHOSEN = {"column_0": "email", "column_1": "first_name", "column_2": "new:number", "column_3": "ignore"}


@pytest.fixture
def job(charlie_client: Client, settings, tmp_path) -> ContactImport:
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("people.csv", FILE.encode())
    charlie_client.post(IMPORT, {"file": file, "do": "review"})
    return ContactImport.objects.get()


def send(client: Client, job: ContactImport, **form: str) -> ContactImport:
    client.post(reverse("contacts:import_columns", args=[job.pk]), {**CHOSEN, **form})
    work_off(imports)
    job.refresh_from_db()
    return job


@pytest.mark.django_db
def test_the_review_shows_the_first_rows_and_guesses_the_columns(charlie_client: Client, job):
    assert job.mapping == {"0": "email", "1": "new:text", "2": "new:number", "3": "new:date"}
    page = charlie_client.get(reverse("contacts:import_report", args=[job.pk])).text
    assert "a@x.example · b@x.example · bad" in page
    assert '<option value="new:date" selected>' in page
    assert not Contact.objects.exists()
    refused = charlie_client.post(
        reverse("contacts:import_columns", args=[job.pk]), {**CHOSEN, "column_0": "ignore"}
    )
    assert refused.status_code == 422


@pytest.mark.django_db
def test_a_check_counts_and_writes_nothing_and_the_import_then_does(charlie_client: Client, job):
    make_contact("b@x.example", first_name="Benjamin")
    checked = send(charlie_client, job, do="check")
    assert (checked.state, checked.was_checked) == ("needs_columns", True)
    assert (checked.added, checked.changed, checked.refused) == (1, 1, 1)
    assert Contact.objects.get().first_name == "Benjamin"
    assert not PropertyDefinition.objects.exists()
    done = send(charlie_client, checked)
    assert (done.state, done.added, done.changed, done.refused) == ("complete", 1, 1, 1)
    assert ImportProblem.objects.count() == 1
    assert Contact.objects.get(email="b@x.example").first_name == "Ben"
    assert Contact.objects.get(email="a@x.example").properties == {"seats": 3}
    assert PropertyDefinition.objects.get().kind == "number"


@pytest.mark.django_db
def test_what_was_chosen_is_remembered_for_a_file_with_the_same_columns(charlie_client: Client, job):
    send(charlie_client, job)
    file = SimpleUploadedFile("again.csv", FILE.encode())
    charlie_client.post(IMPORT, {"file": file, "do": "review"})
    again = ContactImport.objects.order_by("-pk")[0]
    assert again.mapping == {"0": "email", "1": "first_name", "2": "new:number", "3": "ignore"}
    assert send(charlie_client, again).unchanged == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("existing", "name", "city"),
    [
        (Existing.UPDATE, "Ben", "Ulm"),
        (Existing.FILL, "Benjamin", "Bonn"),
        (Existing.SKIP, "Benjamin", "Bonn"),
    ],
)
def test_contacts_that_exist_are_updated_filled_in_or_left(existing: str, name: str, city: str):
    make_contact("b@x.example", first_name="Benjamin", properties={"city": "Bonn"})
    person = Person(2, "b@x.example", "Ben", "Berg", properties={"city": "Ulm", "size": "3"})
    apply([person], manner=Manner(existing=existing))
    ben = Contact.objects.get()
    assert (ben.first_name, ben.properties["city"]) == (name, city)
    assert (ben.last_name, "size" in ben.properties) == (
        ("", False) if existing == "skip" else ("Berg", True)
    )


@pytest.mark.django_db
def test_the_template_has_a_column_for_each_field_and_property(charlie_client: Client):
    PropertyDefinition.objects.create(name="seats", label="Seats", kind="number")
    text = b"".join(charlie_client.get(reverse("contacts:import_template")).streaming_content).decode()
    assert text.strip() == '"email","first_name","last_name","secondary_emails","Seats"'


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "20", ""], "number"),
        (["01067", "10115"], "text"),
        (["+49 30 1", "2"], "text"),
        (["yes", "No"], "yes_no"),
        (["2026-03-02", "2.3.2026"], "date"),
        (["2026-03-02 10:00"], "date_time"),
        (["https://example.com"], "link"),
        (["one\ntwo"], "long_text"),
        (["", " "], "text"),
        (["1", "n/a"], "text"),
    ],
)
def test_the_kind_of_a_new_property_is_guessed_by_its_values(values: list[str], kind: str):
    assert guess_kind(values) == kind


@given(st.lists(st.one_of(st.text(max_size=8), st.dates().map(str), st.integers().map(str)), max_size=5))
def test_a_guessed_kind_takes_all_the_values_it_was_guessed_by(values: list[str]):
    kind = guess_kind(values)
    assert kind not in WITH_CHOICES
    if kind not in (PropertyKind.TEXT, PropertyKind.LONG_TEXT):
        assert all(
            normalise(value, PropertySpec("x", "X", kind)) is not None for value in values if value.strip()
        )
