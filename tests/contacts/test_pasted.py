"""Addresses as people paste them: on a segment, a workflow and the registration dialog."""

import pytest

from contacts.addresses import UNKNOWN_SHOWN, read_pasted
from tests.contacts.make import make_contact


@pytest.mark.django_db
def test_pasted_addresses_are_contacts_each_once_and_those_of_no_one_are_named():
    ann = make_contact("ann@x.example", secondary_emails=("ann@home.example",))
    ben = make_contact("ben@x.example", merged_emails=("ben@old.example",))
    text = 'Ben Okafor <BEN@old.example>;\tann@x.example,\nann@home.example "zoe@x.example" nobody\0'
    pasted = read_pasted(text)
    assert (pasted.contacts, pasted.unknown) == ([ben.pk, ann.pk], ["zoe@x.example"])
    assert pasted.unknown_in_words == "No contact has the address zoe@x.example."
    assert read_pasted("Ann, Ben;").is_empty


@pytest.mark.django_db
def test_of_many_unknown_addresses_the_first_are_named():
    words = read_pasted(" ".join(f"p{n}@x.example" for n in range(UNKNOWN_SHOWN + 1))).unknown_in_words
    assert words.endswith("p4@x.example ….")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "put", ["'{}'", "({})", "\u2018{}\u2019", "“{}”.", "mailto:{}", "Ask {}!", "'Ann' <{}>", "[mailto:{}]"]
)
def test_signs_around_an_address_are_not_part_of_it(put: str):
    ann = make_contact("o'ann@x.example")
    assert read_pasted(put.format("o'ann@x.example")).contacts == [ann.pk]
