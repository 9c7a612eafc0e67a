import pytest

from contacts import actions
from contacts.actions import NewContact
from contacts.errors import (
    AddressTakenError,
    ContactError,
    ContactGoneError,
    DeletedContactError,
    InvalidAddressError,
    InvalidNameError,
    LastAddressError,
    NotItsAddressError,
)
from contacts.models import Contact, EmailAddress, TimelineEntry
from contacts.signals import addresses_changed
from contacts.suppression import deleted_among
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db

JOINED = "2026-03-02T10:00:00Z"


def create(email: str = "anna@example.com", **fields: object) -> Contact:
    return actions.create_contact(NewContact(email=email, **fields))  # type: ignore[arg-type]


def addresses(contact: Contact) -> dict[str, bool]:
    return {address.email: address.is_primary for address in contact.addresses.all()}


# Creating


def test_a_new_contact_has_its_names_and_all_its_addresses():
    contact = create(
        " Anna@Example.COM ", first_name=" Anna  Maria ", last_name="Berg", secondary_emails=["A@b.example"]
    )
    assert (contact.email, contact.name, contact.source) == ("anna@example.com", "Anna Maria Berg", "manual")
    assert addresses(contact) == {"anna@example.com": True, "a@b.example": False}


def test_an_address_given_twice_is_one():
    contact = create(secondary_emails=["ANNA@example.com", "b@example.com", "B@example.com", "  "])
    assert addresses(contact) == {"anna@example.com": True, "b@example.com": False}


@pytest.mark.parametrize("typed", ["", "anna", "anna@", "@example.com", "a b@example.com", "a\0@example.com"])
def test_r50_an_invalid_address_is_refused_with_words(typed: str):
    with pytest.raises(InvalidAddressError) as refused:
        create(typed)
    assert str(refused.value).endswith(".")
    assert not Contact.objects.exists()


def test_an_invalid_secondary_address_refuses_the_whole_contact():
    with pytest.raises(InvalidAddressError) as refused:
        create(secondary_emails=["nonsense"])
    assert refused.value.field == "secondary_emails"
    assert not Contact.objects.exists()


def test_the_address_of_another_contact_is_refused_and_says_whose_it_is():
    owner = create("anna@example.com", secondary_emails=["a.berg@example.com"])
    with pytest.raises(AddressTakenError) as refused:
        create("A.Berg@example.com")
    assert refused.value.contact_id == owner.pk
    assert "anna@example.com" in str(refused.value)


def test_the_primary_address_of_another_contact_cannot_become_a_secondary_one():
    create("anna@example.com")
    with pytest.raises(AddressTakenError):
        create("ben@example.com", secondary_emails=["anna@example.com"])
    assert Contact.objects.count() == 1


def test_an_account_users_own_address_is_allowed_by_hand(alice):
    assert create(alice.email).email == alice.email


@pytest.mark.parametrize(("name", "words"), [("x" * 201, "200"), ("An\0na", "NUL")])
def test_a_name_that_no_column_can_hold_is_refused_with_words(name: str, words: str):
    with pytest.raises(InvalidNameError, match=words) as refused:
        create(last_name=name)
    assert refused.value.field == "last_name"


def test_blank_properties_are_not_kept():
    assert create(properties={"city": "Berlin", "size": ""}).properties == {"city": "Berlin"}


@pytest.mark.django_db(transaction=True)
def test_of_those_who_create_a_contact_at_once_one_does_and_the_others_are_told():
    created, problems = at_once(6, lambda n: create(first_name=f"n{n}", secondary_emails=["a@b.example"]))
    assert len(created) == 1
    assert [type(problem) for problem in problems] == [AddressTakenError] * 5
    assert EmailAddress.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_address_added_to_two_contacts_at_once_goes_to_one():
    contacts = [create(f"p{n}@example.com") for n in range(4)]
    done, problems = at_once(4, lambda n: actions.add_secondary(contacts[n].pk, "shared@example.com"))
    assert (len(done), [type(problem) for problem in problems]) == (1, [AddressTakenError] * 3)


# Deleting


def test_d11_deleting_leaves_hashes_of_all_addresses_and_nothing_else():
    contact = create(secondary_emails=["a@b.example"])
    TimelineEntry.objects.create(contact=contact, kind="note", subject_key="x", occurred_at=JOINED)
    actions.delete_contact(contact.pk)
    assert not Contact.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not TimelineEntry.objects.exists()
    assert deleted_among(["anna@example.com", "a@b.example"]) == {"anna@example.com", "a@b.example"}


def test_d11_creating_the_contact_by_hand_lifts_the_hash_of_its_addresses_alone():
    actions.delete_contact(create(secondary_emails=["a@b.example"]).pk)
    create()
    assert deleted_among(["anna@example.com", "a@b.example"]) == {"a@b.example"}


@pytest.mark.parametrize("source", [Contact.Source.ZOOM, Contact.Source.IMPORT, Contact.Source.WORKFLOW])
def test_d11_nothing_but_a_hand_brings_a_deleted_contact_back(source: str):
    actions.delete_contact(create().pk)
    with pytest.raises(DeletedContactError):
        actions.create_contact(NewContact(email="Anna@example.com"), source=source)
    assert not Contact.objects.exists()


def test_d11_a_creation_by_hand_that_fails_lifts_nothing():
    actions.delete_contact(create().pk)
    create("ben@example.com")
    with pytest.raises(AddressTakenError):
        create(secondary_emails=["ben@example.com"])
    assert deleted_among(["anna@example.com"])


def test_d11_adding_a_deleted_address_to_another_contact_does_not_lift_it():
    actions.delete_contact(create().pk)
    ben = create("ben@example.com")
    actions.add_secondary(ben.pk, "anna@example.com")
    assert deleted_among(["anna@example.com"])
    with pytest.raises(DeletedContactError):
        actions.make_primary(ben.pk, "anna@example.com")


def test_deleting_twice_says_that_the_contact_is_gone():
    contact = create()
    actions.delete_contact(contact.pk)
    with pytest.raises(ContactGoneError):
        actions.delete_contact(contact.pk)


@pytest.mark.django_db(transaction=True)
def test_a_contact_deleted_by_several_at_once_is_deleted_once():
    contact = create()
    done, problems = at_once(4, lambda _: actions.delete_contact(contact.pk))
    assert (len(done), [type(problem) for problem in problems]) == (1, [ContactGoneError] * 3)


# Editing


def test_editing_sets_names_and_only_the_properties_given():
    contact = create(first_name="Anna", properties={"city": "Berlin", "size": "40"})
    edited = actions.edit_contact(
        contact.pk, first_name="Ann", last_name="Berg", properties={"size": "", "tier": "gold"}
    )
    assert (edited.name, edited.properties) == ("Ann Berg", {"city": "Berlin", "tier": "gold"})
    assert edited.updated_at > contact.updated_at


def test_making_another_address_primary_keeps_the_former_as_secondary():
    contact = create(secondary_emails=["a@b.example"])
    actions.make_primary(contact.pk, "A@b.example")
    contact.refresh_from_db()
    assert contact.email == "a@b.example"
    assert addresses(contact) == {"anna@example.com": False, "a@b.example": True}


def test_an_address_that_is_not_the_contacts_cannot_be_made_primary():
    with pytest.raises(NotItsAddressError, match=r"x@b\.example"):
        actions.make_primary(create().pk, "x@b.example")


def test_a_secondary_address_can_be_taken_away_and_is_free_again():
    contact = create(secondary_emails=["a@b.example"])
    actions.remove_secondary(contact.pk, "a@b.example")
    assert create("a@b.example").email == "a@b.example"


def test_the_primary_address_cannot_be_taken_away():
    contact = create()
    with pytest.raises(LastAddressError):
        actions.remove_secondary(contact.pk, "anna@example.com")
    assert addresses(contact) == {"anna@example.com": True}


@pytest.mark.parametrize(
    "change",
    [
        lambda pk: actions.edit_contact(pk, first_name="A", last_name="B"),
        lambda pk: actions.add_secondary(pk, "x@example.com"),
        lambda pk: actions.make_primary(pk, "x@example.com"),
        lambda pk: actions.remove_secondary(pk, "x@example.com"),
        actions.delete_contact,
    ],
)
def test_changing_a_contact_that_is_gone_says_so(change):
    with pytest.raises(ContactGoneError):
        change(4711)


def test_the_apps_above_hear_which_addresses_changed():
    heard: list[set[str]] = []

    def listen(emails: set[str], **_: object) -> None:
        heard.append(emails)

    addresses_changed.connect(listen)
    contact = create()
    actions.add_secondary(contact.pk, "a@b.example")
    actions.make_primary(contact.pk, "a@b.example")
    actions.delete_contact(contact.pk)
    addresses_changed.disconnect(listen)
    both = {"anna@example.com", "a@b.example"}
    assert heard == [{"anna@example.com"}, {"a@b.example"}, both, both]


def test_every_refusal_is_a_contact_error_so_that_a_page_needs_to_know_one():
    refusals = (
        AddressTakenError,
        ContactGoneError,
        DeletedContactError,
        InvalidAddressError,
        LastAddressError,
    )
    assert all(issubclass(refusal, ContactError) for refusal in refusals)
