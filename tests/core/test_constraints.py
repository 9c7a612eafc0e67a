import pytest
from django.db import IntegrityError, connection, transaction

from contacts.models import Contact, EmailAddress
from tests.contacts.make import make_contact
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

OWN_ADDRESS = next(row for row in Contact._meta.constraints if row.name == "contact_email_is_own_address")


def refuses(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


def test_a_contact_whose_address_is_in_no_row_is_refused():
    assert refuses(lambda: Contact.objects.create(email="anna@x.example"))
    anna = make_contact("anna@x.example")
    assert refuses(lambda: Contact.objects.filter(pk=anna.pk).update(email="other@x.example"))
    assert refuses(lambda: anna.addresses.all().delete())


def test_the_address_of_another_contact_is_refused():
    anna = make_contact("anna@x.example")
    make_contact("ben@x.example", secondary_emails=("b@x.example",))
    assert refuses(lambda: Contact.objects.filter(pk=anna.pk).update(email="b@x.example"))


def test_an_address_does_not_move_away_from_the_contact_whose_primary_one_it_is():
    make_contact("anna@x.example")
    ben = make_contact("ben@x.example")
    row = EmailAddress.objects.filter(email="anna@x.example")
    assert refuses(lambda: row.update(contact=ben))


def test_rows_that_are_complete_at_the_commit_are_taken_in_any_order():
    with transaction.atomic():
        anna = Contact.objects.create(email="anna@x.example")
        EmailAddress.objects.create(contact=anna, email="anna@x.example")
        EmailAddress.objects.create(contact=anna, email="a@x.example")
    with transaction.atomic():
        Contact.objects.filter(pk=anna.pk).update(email="a@x.example")
        EmailAddress.objects.filter(email="anna@x.example").delete()
    anna.delete()
    assert not EmailAddress.objects.exists()


def test_making_an_address_primary_and_taking_it_away_at_once_leaves_a_contact_with_its_address():
    """Both write without a lock of their own, as no action does: the database alone decides."""

    def write(number: int) -> None:
        with transaction.atomic():
            if number:
                Contact.objects.filter(pk=anna.pk).update(email="b@x.example")
            else:
                EmailAddress.objects.filter(email="b@x.example").delete()

    for _ in range(10):
        anna = make_contact("a@x.example", secondary_emails=("b@x.example",))
        _done, problems = at_once(2, write)
        anna.refresh_from_db()
        assert anna.addresses.filter(email=anna.email).exists()
        assert len(problems) == 1
        assert isinstance(problems[0], IntegrityError)
        anna.delete()


def test_the_constraint_can_be_dropped_and_made_again():
    make_contact("anna@x.example")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Contact, OWN_ADDRESS)
        if connection.vendor == "sqlite":  # which makes the table anew from the model, constraint included
            return
    assert not refuses(lambda: Contact.objects.create(email="ben@x.example"))
    Contact.objects.filter(email="ben@x.example").delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Contact, OWN_ADDRESS)
    assert refuses(lambda: Contact.objects.create(email="ben@x.example"))


def test_it_reads_the_same_from_a_migration():
    _path, args, kwargs = OWN_ADDRESS.deconstruct()
    assert type(OWN_ADDRESS)(*args, **kwargs) == OWN_ADDRESS
