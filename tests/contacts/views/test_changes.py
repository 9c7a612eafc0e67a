import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, PropertyDefinition, TimelineEntry
from contacts.properties.names import MAX_PROPERTIES
from contacts.suppression import deleted_among
from tests.contacts.make import make_contact
from tests.marketing_events.make import START

pytestmark = pytest.mark.django_db

NEW = "/contacts/new/"
IN_PANEL = {"HX-Request": "true", "HX-Target": "panel"}


def at(name: str, contact: Contact) -> str:
    return reverse(f"contacts:{name}", args=[contact.pk])


# Many properties


def test_a_contact_with_as_many_properties_as_there_may_be_stays_editable(alice_client: Client):
    names = [f"p{number}" for number in range(MAX_PROPERTIES)]
    PropertyDefinition.objects.bulk_create(
        PropertyDefinition(name=name, label=name.upper()) for name in names
    )
    contact = make_contact("a@x.example")
    Contact.objects.update(properties=dict.fromkeys(names, "before"))
    assert alice_client.get(at("edit", contact)).content.decode().count('value="before"') == MAX_PROPERTIES
    form = {"first_name": "Anna", **{f"property_{name}": f"after {name} ü" for name in names}}
    for headers in ({}, IN_PANEL):
        assert alice_client.post(at("edit", contact), form, headers=headers).status_code < 400
    contact.refresh_from_db()
    assert contact.properties == {name: f"after {name} ü" for name in names}
    assert alice_client.get(at("detail", contact)).status_code == 200


def test_longer_values_fit_into_the_form_too(alice_client: Client):
    names = [f"p{number}" for number in range(1_000)]
    PropertyDefinition.objects.bulk_create(PropertyDefinition(name=name, label=name) for name in names)
    contact = make_contact("a@x.example")
    form = {f"property_{name}": "x" * 5_000 for name in names}
    assert alice_client.post(at("edit", contact), form).status_code == 302
    contact.refresh_from_db()
    assert len(contact.properties["p999"]) == 5_000


# Creating


def test_a_contact_is_created_and_shown(alice_client: Client):
    sent = {"email": "Anna@X.example", "first_name": "Anna", "secondary_emails": "a@y.example; b@y.example\n"}
    page = alice_client.post(NEW, sent, follow=True)
    contact = Contact.objects.get()
    assert page.redirect_chain == [(at("detail", contact), 302)]
    assert contact.addresses.count() == 3
    assert "Anna was created." in page.content.decode()


def test_custom_properties_can_be_filled_in(alice_client: Client):
    PropertyDefinition.objects.create(name="city", label="Home town")
    PropertyDefinition.objects.create(name="zoom_x", label="Computed", group="Zoom")
    page = alice_client.get(NEW).content.decode()
    assert "Home town" in page
    assert "Computed" not in page
    alice_client.post(NEW, {"email": "a@x.example", "property_city": "Bonn"})
    assert Contact.objects.get().properties == {"city": "Bonn"}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"email": ""}, "This field is required."),
        ({"email": "nonsense"}, "has no"),
        ({"email": "taken@x.example"}, "A contact with the address taken@x.example already exists."),
        ({"email": "a@x.example", "secondary_emails": "nonsense"}, "nonsense: "),
        ({"email": "a@x.example", "last_name": "x" * 201}, "at most 200"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(alice_client: Client, sent: dict[str, str], words: str):
    make_contact("taken@x.example")
    answer = alice_client.post(NEW, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.replace("&quot;", '"')
    assert all(value[:100] in page for value in sent.values())
    assert Contact.objects.count() == 1


def test_in_the_panel_the_form_is_the_panel_and_success_leaves_it(alice_client: Client):
    assert "<html" not in alice_client.get(NEW, headers=IN_PANEL).content.decode()
    refused = alice_client.post(NEW, {"email": "x"}, headers=IN_PANEL)
    assert (refused.status_code, "panel-head" in refused.content.decode()) == (422, True)
    answer = alice_client.post(NEW, {"email": "a@x.example"}, headers=IN_PANEL)
    assert answer.headers["HX-Redirect"] == at("detail", Contact.objects.get())


# Editing


def test_editing_changes_names_and_properties(alice_client: Client):
    PropertyDefinition.objects.create(name="city", label="Home town")
    contact = make_contact(first_name="Anna", properties={"city": "Bonn", "kept": "yes"})
    page = alice_client.get(at("edit", contact)).content.decode()
    assert 'value="Anna"' in page
    assert 'value="Bonn"' in page
    alice_client.post(at("edit", contact), {"first_name": "Ann", "last_name": "Berg", "property_city": ""})
    contact.refresh_from_db()
    assert (contact.name, contact.properties) == ("Ann Berg", {"kept": "yes"})


# Addresses


def test_an_address_is_added_and_can_be_taken_back(alice_client: Client):
    contact = make_contact("a@x.example")
    page = alice_client.post(at("addresses", contact), {"do": "add", "email": "B@x.example"}, follow=True)
    assert contact.addresses.secondary().filter(email="b@x.example").exists()
    assert "was added" in page.content.decode()
    assert "Undo" in page.content.decode()
    alice_client.post(at("addresses", contact), {"do": "remove", "email": "b@x.example"})
    assert contact.addresses.count() == 1


def test_what_follows_from_the_removal_of_an_address_is_said_before(alice_client: Client):
    contact = make_contact("a@x.example", secondary_emails=("b@x.example",))
    warning = "If you remove an address, anyone who registers with it becomes a separate contact"
    page = alice_client.get(at("detail", contact)).content.decode()
    assert f'data-confirm="Remove b@x.example?" data-confirm-text="{warning}' in page
    assert page.count(warning) == 2  # in the note as well: without a script nothing asks
    alice_client.post(at("addresses", contact), {"do": "remove", "email": "b@x.example"})
    assert warning not in alice_client.get(at("detail", contact)).content.decode()


def test_an_address_of_another_contact_is_refused_beside_what_was_typed(alice_client: Client):
    contact, _other = make_contact("a@x.example"), make_contact("b@x.example")
    answer = alice_client.post(at("addresses", contact), {"do": "add", "email": "b@x.example"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A contact with the address b@x.example already exists." in page
    assert 'value="b@x.example"' in page


def test_another_address_becomes_primary(alice_client: Client):
    contact = make_contact("a@x.example", secondary_emails=("b@x.example",))
    alice_client.post(at("addresses", contact), {"do": "make_primary", "email": "b@x.example"})
    contact.refresh_from_db()
    assert contact.email == "b@x.example"


@pytest.mark.parametrize("sent", [{"do": "remove", "email": "a@x.example"}, {}, {"do": "make_primary"}])
def test_a_change_of_addresses_that_cannot_be_made_says_why(alice_client: Client, sent: dict[str, str]):
    contact = make_contact("a@x.example")
    page = alice_client.post(at("addresses", contact), sent, follow=True)
    assert page.status_code == 200
    assert "message-error" in page.content.decode()
    assert contact.addresses.count() == 1


# Deleting


def test_d11_the_page_before_the_deletion_says_what_will_happen(alice_client: Client):
    contact = make_contact("anna@x.example", secondary_emails=("a@y.example",))
    TimelineEntry.objects.create(contact=contact, kind="x", subject_key="x", occurred_at=START)
    page = alice_client.get(at("delete", contact)).content.decode()
    for words in ("anna@x.example", "a@y.example", "its 1 entry", "Neither the sync nor an import"):
        assert words in page
    assert Contact.objects.exists()


def test_d11_deleting_by_hand_leaves_the_hashes(alice_client: Client):
    contact = make_contact("anna@x.example", secondary_emails=("a@y.example",))
    page = alice_client.post(at("delete", contact), follow=True)
    assert "bring them back." in page.content.decode()
    assert deleted_among(["anna@x.example", "a@y.example"]) == {"anna@x.example", "a@y.example"}


def test_d11_creating_by_hand_brings_back_what_the_sync_must_not(alice_client: Client):
    contact = make_contact("anna@x.example")
    alice_client.post(at("delete", contact))
    alice_client.post(NEW, {"email": "anna@x.example"})
    assert Contact.objects.get().email == "anna@x.example"
    assert not deleted_among(["anna@x.example"])
