"""Who may open and who may change what: three roles and someone who is not signed in (D1)."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, ContactImport
from tests.contacts.make import make_contact

pytestmark = pytest.mark.django_db

READ = ["contacts:list", "contacts:detail"]
EDIT = ["contacts:create", "contacts:edit", "contacts:import"]
CHANGE = [*EDIT, "contacts:delete"]
OWN_IMPORT = ["contacts:import_report", "contacts:import_refused"]


@pytest.fixture
def address_of() -> Callable[[str], str]:
    contact = make_contact("anna@example.com", first_name="Anna")
    job = ContactImport.objects.create(file_name="people.csv", state="complete")
    arguments = {"contacts:list": [], "contacts:create": [], "contacts:import": []}
    arguments |= {name: [job.pk] for name in OWN_IMPORT}
    return lambda name: reverse(name, args=arguments.get(name, [contact.pk]))


@pytest.mark.parametrize("name", [*READ, *CHANGE, *OWN_IMPORT])
def test_d1_somebody_who_is_not_signed_in_sees_the_login(client: Client, address_of, name: str):
    answer = client.get(address_of(name))
    assert (answer.status_code, answer.url.startswith(reverse("login"))) == (302, True)


@pytest.mark.parametrize("name", [*READ, *CHANGE, *OWN_IMPORT])
def test_d1_an_admin_may_open_everything(alice_client: Client, address_of, name: str):
    assert alice_client.get(address_of(name)).status_code == 200


@pytest.mark.parametrize("name", READ)
def test_d1_everybody_reads_and_is_shown_no_control_that_they_may_not_use(
    bob_client: Client, charlie_client: Client, address_of, name: str
):
    for client, refused in ((bob_client, CHANGE), (charlie_client, ["contacts:delete"])):
        answer = client.get(address_of(name))
        assert answer.status_code == 200
        assert not [gone for gone in refused if address_of(gone) in answer.text]
    page = bob_client.get(address_of(name)).text
    assert reverse("contacts:addresses", args=[Contact.objects.get().pk]) not in page


@pytest.mark.parametrize("name", [*CHANGE, *OWN_IMPORT])
def test_d1_an_operator_gets_403(bob_client: Client, address_of, name):
    assert bob_client.get(address_of(name)).status_code == 403


@pytest.mark.parametrize("name", [*EDIT, *OWN_IMPORT])
def test_d24_a_marketer_adds_edits_and_imports(charlie_client: Client, address_of, name):
    assert charlie_client.get(address_of(name)).status_code == 200


def test_d24_a_marketer_deletes_nobody(charlie_client: Client, address_of):
    assert charlie_client.get(address_of("contacts:delete")).status_code == 403
    assert charlie_client.post(address_of("contacts:delete")).status_code == 403
    assert Contact.objects.exists()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("contacts:create", {"email": "ben@example.com"}),
        ("contacts:edit", {"first_name": "Changed"}),
        ("contacts:delete", {}),
        ("contacts:addresses", {"do": "add", "email": "ben@example.com"}),
    ],
)
def test_without_the_right_posting_changes_nothing(
    client: Client, bob_client: Client, address_of, name: str, sent: dict[str, str]
):
    before = list(Contact.objects.values())
    answers = [visitor.post(address_of(name), sent).status_code for visitor in (client, bob_client)]
    assert answers == [302, 403]
    assert list(Contact.objects.values()) == before
    assert Contact.objects.get().addresses.count() == 1


def test_without_the_right_no_file_is_taken(bob_client: Client, address_of):
    file = SimpleUploadedFile("people.csv", b"email\nx@example.com\n")
    assert bob_client.post(address_of("contacts:import"), {"file": file}).status_code == 403
    assert ContactImport.objects.count() == 1


@pytest.mark.parametrize("name", ["contacts:delete", "contacts:addresses"])
def test_without_a_csrf_token_nothing_changes(alice, name: str):
    contact = make_contact()
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(reverse(name, args=[contact.pk]), {"do": "add", "email": "x@y.de"}).status_code == 403
    assert Contact.objects.exists()


@pytest.mark.parametrize("name", ["contacts:detail", "contacts:edit", "contacts:delete", *OWN_IMPORT])
def test_what_is_not_there_is_404(alice_client: Client, name: str):
    assert alice_client.get(reverse(name, args=[4711])).status_code == 404


def test_a_change_of_addresses_is_never_a_get(alice_client: Client, address_of):
    assert alice_client.get(address_of("contacts:addresses")).status_code == 405
