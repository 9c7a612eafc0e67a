import pytest
from django.db import connection
from django.test import override_settings

from contacts.models import SuppressedAddress, SuppressionKey
from contacts.suppression import (
    deleted_among,
    hash_address,
    is_stand_in,
    lift,
    stand_ins_of,
    suppress,
    suppressed_among,
)
from core.encryption import decrypt
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def test_d11_a_remembered_address_is_found_again_in_any_spelling():
    suppress(["anna@example.com"])
    assert deleted_among(["Anna@Example.COM ", "ben@example.com"]) == {"Anna@Example.COM "}


def test_d11_the_address_itself_is_not_kept():
    suppress(["anna@example.com"])
    kept = SuppressedAddress.objects.get()
    assert "anna" not in kept.address_hash
    assert len(kept.address_hash) == 64


def test_d11_the_hash_is_keyed_so_that_guessing_addresses_needs_the_key():
    before = hash_address("anna@example.com")
    SuppressionKey.objects.all().delete()
    assert hash_address("anna@example.com") != before


def test_the_key_lies_encrypted_in_the_database():
    hash_address("anna@example.com")
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM contacts_suppressionkey")
        (stored,) = cursor.fetchone()
    key = SuppressionKey.objects.get().key
    assert key not in stored
    assert decrypt(stored) == key


def test_d11_another_secret_key_changes_no_hash():
    before = hash_address("anna@example.com")
    with override_settings(SECRET_KEY="another"):
        assert hash_address("anna@example.com") == before


def test_nobody_was_deleted_before_the_first_deletion(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert deleted_among(["anna@example.com"]) == set()
    assert not SuppressionKey.objects.exists()


def test_asking_for_nobody_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert deleted_among([]) == set()


def test_many_are_asked_for_at_once(django_assert_num_queries):
    suppress(f"p{n}@example.com" for n in range(0, 1000, 2))
    with django_assert_num_queries(2):
        assert len(deleted_among(f"p{n}@example.com" for n in range(1000))) == 500


def test_remembering_twice_is_remembering_once():
    suppress(["anna@example.com"])
    suppress(["anna@example.com", "ben@example.com"])
    assert SuppressedAddress.objects.count() == 2


def test_lifting_one_address_leaves_the_others():
    suppress(["anna@example.com", "ben@example.com"])
    lift(["ANNA@example.com"])
    assert deleted_among(["anna@example.com", "ben@example.com"]) == {"ben@example.com"}


@pytest.mark.django_db(transaction=True)
def test_all_who_need_the_first_key_at_once_get_the_same():
    hashes, problems = at_once(8, lambda _: hash_address("anna@example.com"))
    assert not problems
    assert len(set(hashes)) == 1
    assert SuppressionKey.objects.count() == 1


# What stands for an address that must not be kept (D22)


def test_d22_a_stand_in_is_the_same_each_time_and_holds_nothing_of_the_address():
    suppress(["Anna@example.com"])
    (stand_in,) = suppressed_among(["anna@example.com"]).values()
    assert stand_ins_of(["ANNA@example.com"]) == {"ANNA@example.com": stand_in}
    assert is_stand_in(stand_in)
    assert "anna" not in stand_in
    assert not is_stand_in("anna@example.com")


def test_d22_a_stand_in_counts_as_deleted():
    suppress(["anna@example.com"])
    (stand_in,) = suppressed_among(["anna@example.com"]).values()
    assert deleted_among([stand_in, "ben@example.com"]) == {stand_in}


def test_nothing_stands_for_an_address_before_the_first_deletion():
    assert stand_ins_of(["anna@example.com"]) == suppressed_among(["anna@example.com"]) == {}
