import pytest

from contacts.models import Contact, EmailAddress
from core import array_lookup  # noqa: F401 - the lookup
from tests.contacts.make import make_contacts

pytestmark = pytest.mark.django_db


@pytest.fixture
def contacts():
    texts = ["anna@example.com", 'quote"\\@example.com', "zoë@example.com", "100%@example.com"]
    return make_contacts(texts)


def test_rows_with_any_of_the_texts_are_found(contacts):
    wanted = [contact.email for contact in contacts[:3]]
    assert set(Contact.objects.filter(email__any_of=wanted)) == set(contacts[:3])


def test_rows_with_any_of_the_keys_are_found(contacts):
    assert set(Contact.objects.filter(pk__any_of={contacts[0].pk, contacts[3].pk})) == {
        contacts[0],
        contacts[3],
    }


def test_it_works_on_a_foreign_key_and_through_one(contacts):
    address = contacts[0].addresses.get()
    assert EmailAddress.objects.get(contact__any_of=[contacts[0].pk]) == address
    assert EmailAddress.objects.get(contact__email__any_of=[contacts[0].email]) == address


def test_nothing_is_any_of_nothing(contacts):
    assert not Contact.objects.filter(email__any_of=[]).exists()
    assert not Contact.objects.filter(pk__any_of=[]).exists()


def test_a_list_of_any_length_is_one_parameter(contacts):
    wanted = [f"person{number}@example.com" for number in range(300_000)]
    assert Contact.objects.filter(email__any_of=[*wanted, contacts[0].email]).get() == contacts[0]
