from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions import delete_contact, make_primary
from contacts.merging.merge import merge_contacts
from contacts.models import Contact, ContactMerge
from contacts.notes import add_note
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Contact:
    return make_contact("anna@new.example", first_name="Anna", last_name="Berg")


@pytest.fixture
def former() -> Contact:
    return make_contact(
        "anna@former.example", first_name="Ann", last_name="Berg", properties={"city": "Oslo"}
    )


def at(name: str, key: int) -> str:
    return reverse(f"contacts:{name}", args=[key])


def text_of(client: Client, address: str) -> str:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_picker_offers_the_same_name_and_finds_others(charlie_client: Client, anna: Contact) -> None:
    twin = make_contact("twin@x.example", first_name="Anna", last_name="Berg")
    make_contact("carl@x.example", first_name="Carl")
    shown = text_of(charlie_client, at("merge", anna.pk))
    assert f"?with={twin.pk}" in shown
    assert f"?with={anna.pk}" not in shown
    assert "carl@x.example" in text_of(charlie_client, at("merge", anna.pk) + "?q=carl")
    assert "No other contact matches" in text_of(charlie_client, at("merge", anna.pk) + "?q=anna@new.example")


def test_the_preview_names_everything_that_moves(
    charlie_client: Client, anna: Contact, former: Contact
) -> None:
    make_attended(make_event("Growing roses"), former)
    add_note(former.pk, "Likes roses")
    shown = text_of(charlie_client, at("merge", anna.pk) + f"?with={former.pk}")
    for text in ("Growing roses", "Likes roses", "anna@former.example", "Participations", "Oslo"):
        assert text in shown
    assert f"{at('merge', former.pk)}?with={anna.pk}" in shown  # the other way around
    assert Contact.objects.count() == 2


def test_merged_with_the_values_that_were_chosen_and_undone_from_the_message(
    charlie_client: Client, anna: Contact, former: Contact
) -> None:
    form = {"with": former.pk, "field:first_name": "merged", "field:properties.city": "kept"}
    response = charlie_client.post(at("merge", anna.pk), form, follow=True)
    merge = ContactMerge.objects.get()
    undo = at("merge_undo", merge.pk)
    assert "Ann Berg was merged into this contact." in unescape(response.content.decode())
    assert response.content.decode().count(f'action="{undo}"') == 2  # the message and the timeline
    anna.refresh_from_db()
    assert (anna.first_name, anna.properties, merge.merged_by) == ("Ann", {}, "Charlie Marketer")
    response = charlie_client.post(undo, follow=True)
    assert "Ann Berg is a separate contact again." in unescape(response.content.decode())
    anna.refresh_from_db()
    assert anna.first_name == "Anna"
    assert Contact.objects.get(pk=former.pk).properties == {"city": "Oslo"}
    assert undo not in text_of(charlie_client, at("detail", anna.pk))


def test_an_undo_that_cannot_be_says_why(charlie_client: Client, anna: Contact, former: Contact) -> None:
    merge = merge_contacts(anna.pk, former.pk)
    make_primary(anna.pk, "anna@former.example")
    shown = charlie_client.post(at("merge_undo", merge.pk), follow=True).content.decode()
    assert "Make another address primary, then undo the merge." in unescape(shown)
    delete_contact(anna.pk)
    shown = charlie_client.post(at("merge_undo", merge.pk), follow=True).content.decode()
    assert "be undone any more" in unescape(shown)


@pytest.mark.parametrize("key", ["0", "999999", "x", "9" * 5000])
def test_whoever_was_deleted_meanwhile_is_chosen_anew(
    charlie_client: Client, anna: Contact, key: str
) -> None:
    response = charlie_client.post(at("merge", anna.pk), {"with": key})
    assert "That contact no longer exists" in response.content.decode()
    assert not ContactMerge.objects.exists()


def test_the_same_contact_is_refused_with_words(charlie_client: Client, anna: Contact) -> None:
    address = at("merge", anna.pk)
    assert "This is the same contact" in text_of(charlie_client, f"{address}?with={anna.pk}")
    response = charlie_client.post(address, {"with": anna.pk}, follow=True)
    assert "This is the same contact" in response.content.decode()


def test_the_merged_contacts_page_and_api_are_gone(
    charlie_client: Client, anna: Contact, former: Contact
) -> None:
    merge_contacts(anna.pk, former.pk)
    assert charlie_client.get(at("detail", former.pk)).status_code == 404


def test_operators_see_the_history_without_the_buttons(
    bob_client: Client, anna: Contact, former: Contact
) -> None:
    merge = merge_contacts(anna.pk, former.pk)
    shown = text_of(bob_client, at("detail", anna.pk))
    assert "Ann Berg was merged into this contact" in shown
    assert at("merge_undo", merge.pk) not in shown
    assert at("merge", anna.pk) not in shown
    assert bob_client.get(at("merge", anna.pk)).status_code == 403
    assert bob_client.post(at("merge_undo", merge.pk)).status_code == 403


def test_the_preview_costs_the_same_however_much_moves(
    charlie_client: Client, anna: Contact, former: Contact, django_assert_max_num_queries
) -> None:
    for number in range(25):
        make_attended(make_event(f"Webinar {number}"), former)
        add_note(former.pk, f"Note {number}")
    with django_assert_max_num_queries(45):
        shown = text_of(charlie_client, at("merge", anna.pk) + f"?with={former.pk}")
    assert "and 5 more" in shown
