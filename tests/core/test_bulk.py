from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from contacts.models import Contact, EmailAddress, TimelineEntry
from core.bulk import Written, bulk_update, bulk_upsert, fitted

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)
FIELDS = ("email", "first_name", "last_name", "updated_at", "properties")
ANNA = ("anna@example.com", "Anna", "Ahlers", NOW)
BEN = ("ben@example.com", "Ben", "", NOW)


@pytest.fixture(autouse=True)
def complete_contacts(db):
    """A contact has its address in another table by the end of its transaction."""
    yield
    rows = Contact.objects.filter(addresses=None)
    EmailAddress.objects.bulk_create(EmailAddress(contact=row, email=row.email) for row in rows)


def upsert(*rows, **options):
    return bulk_upsert(
        Contact,
        FIELDS,
        [(*row, {"team": "Köln"}) for row in rows],
        key=["email"],
        touch=["updated_at"],
        **options,
    )


def test_new_rows_are_inserted_and_counted():
    assert upsert(ANNA, BEN) == Written(inserted=2, changed=0)
    anna = Contact.objects.get(email="anna@example.com")
    assert (anna.first_name, anna.updated_at, anna.properties) == ("Anna", NOW, {"team": "Köln"})


def test_new_rows_have_the_models_defaults_in_the_other_fields():
    upsert(ANNA)
    anna = Contact.objects.get()
    assert (anna.source, anna.zoom_webinar_registration_count) == (Contact.Source.MANUAL, 0)
    assert anna.zoom_webinar_attendance_average_duration is None
    assert anna.created_at is not None


def test_writing_the_same_rows_again_changes_nothing():
    upsert(ANNA, BEN)
    assert upsert(ANNA, BEN) == Written(0, 0)


def test_only_rows_that_differ_are_written():
    upsert(ANNA, BEN)
    later = NOW + timedelta(days=1)
    assert upsert(
        ("anna@example.com", "Anna", "Ahlers", later), ("ben@example.com", "Ben", "Ode", later)
    ) == (Written(inserted=0, changed=1))
    assert Contact.objects.get(email="anna@example.com").updated_at == NOW
    assert Contact.objects.get(email="ben@example.com").updated_at == later


def test_rows_that_are_there_stay_as_they_are_when_nothing_is_to_be_updated():
    upsert(ANNA)
    assert upsert(("anna@example.com", "Other", "Name", NOW), BEN, update=()) == Written(1, 0)
    assert Contact.objects.get(email="anna@example.com").first_name == "Anna"


def test_a_null_that_becomes_a_value_and_the_other_way_round_are_changes():
    upsert(ANNA)
    contact = Contact.objects.get().pk

    def write(joined_at):
        fields = ("contact", "kind", "subject_key", "occurred_at", "joined_at")
        row = (contact, "webinar_attended", "zoom:1", NOW, joined_at)
        return bulk_upsert(TimelineEntry, fields, [row], key=["contact", "kind", "subject_key"])

    assert [write(value) for value in (None, None, NOW, NOW, None)] == [
        Written(1, 0),
        Written(0, 0),
        Written(0, 1),
        Written(0, 0),
        Written(0, 1),
    ]


def test_of_two_rows_with_the_same_key_the_last_wins():
    assert upsert(ANNA, ("anna@example.com", "Änne", "Ahlers", NOW)) == Written(1, 0)
    assert Contact.objects.get().first_name == "Änne"


def test_times_of_any_zone_are_the_same_moment():
    upsert(ANNA)
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    fields = ("contact", "email", "created_at")
    contact = Contact.objects.get().pk
    with_zone = [(contact, "anna@example.com", elsewhere)]
    assert bulk_upsert(EmailAddress, fields, with_zone, key=["email"]) == Written(1, 0)
    assert EmailAddress.objects.get().created_at == NOW
    assert bulk_upsert(EmailAddress, fields, [(contact, "anna@example.com", NOW)], key=["email"]) == Written(
        0, 0
    )


def test_text_that_no_column_holds_is_made_to_fit():
    upsert(("anna@example.com", "A\0nna", "\ud800" + "x" * 500, NOW))
    anna = Contact.objects.get()
    assert anna.first_name == "Anna"
    assert anna.last_name == "?" + "x" * 199


@pytest.mark.parametrize(
    "text", ["", "plain", "Zoë 🎉 \\ \t \n \r \" ' {} %s %(x)s \\N \\u0000", "日本語", "a" * 200]
)
def test_all_other_text_arrives_as_it_is(text):
    upsert(("anna@example.com", text, "", NOW))
    assert Contact.objects.get().first_name == text


def test_keys_that_are_cut_to_the_same_text_are_one_row():
    long = "a" * 300
    assert upsert((long + "1", "One", "", NOW), (long + "2", "Two", "", NOW)) == Written(1, 0)


def test_text_that_fits_is_not_even_copied():
    values = ("a", None, "ü")
    assert fitted(values, 5) is values
    assert fitted(values, None) is values


def test_no_rows_need_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert upsert() == Written()


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(django_assert_max_num_queries):
    with django_assert_max_num_queries(1 if connection.vendor == "postgresql" else 3):
        upsert(*((f"person{n}@example.com", "", "", NOW) for n in range(3_000)))
    assert Contact.objects.count() == 3_000


def test_rows_that_are_there_are_changed_by_their_key_and_others_are_not_made():
    upsert(ANNA, BEN)
    anna, ben = (Contact.objects.get(email=row[0]) for row in (ANNA, BEN))
    later = NOW + timedelta(days=1)
    rows = [
        (anna.pk, 1, 12.5, later),
        (ben.pk, 0, None, later),  # as it is
        (ben.pk + 1_000, 7, 7.0, later),
    ]
    fields = ["zoom_webinar_registration_count", "zoom_webinar_attendance_average_duration", "updated_at"]
    assert bulk_update(Contact, fields, rows, touch=["updated_at"]) == 1
    anna.refresh_from_db()
    ben.refresh_from_db()
    assert (anna.zoom_webinar_registration_count, anna.zoom_webinar_attendance_average_duration) == (1, 12.5)
    assert (anna.updated_at, ben.updated_at) == (later, NOW)
    assert Contact.objects.count() == 2


def test_d5_a_blank_is_filled_and_what_is_there_is_kept():
    upsert(ANNA, BEN)
    anna, ben = (Contact.objects.get(email=row[0]) for row in (ANNA, BEN))
    rows = [(anna.pk, "Other", "Other"), (ben.pk, "", "Bold")]
    assert bulk_update(Contact, ["first_name", "last_name"], rows, only_blank=True) == 1
    anna.refresh_from_db()
    ben.refresh_from_db()
    assert (anna.first_name, anna.last_name) == ("Anna", "Ahlers")
    assert (ben.first_name, ben.last_name) == ("Ben", "Bold")


@pytest.mark.django_db(transaction=True)
def test_writing_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        upsert(ANNA)
    with transaction.atomic():
        upsert(ANNA)
        transaction.set_rollback(True)
