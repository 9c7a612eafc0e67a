from datetime import UTC, datetime

import pytest
from django.db import transaction

from contacts.actions import NewContact as Typed
from contacts.actions import create_contact
from contacts.bulk import (
    Known,
    NewContact,
    TimelineFact,
    create_contacts,
    known_among,
    retract_timeline,
    write_names,
    write_timeline,
)
from contacts.models import Contact, EmailAddress, TimelineEntry
from contacts.names import SourcedName
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db

ANNA, BEN = "anna@example.com", "ben@example.com"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def moment(contact, kind="webinar_registered", subject="zoom:webinar:1", **fields):
    return TimelineFact(contact.pk, kind, subject, AT, "Growing roses", None, 1, AT, **fields)


def test_people_are_created_with_their_address_and_counters():
    created = create_contacts([NewContact(BEN, "Ben", "", 1, 1, 50.0), NewContact(ANNA, "Anna", "Ahlers")])
    assert created.are_new
    anna, ben = Contact.objects.order_by("email")
    assert created.known == {ANNA: Known(anna.pk, True), BEN: Known(ben.pk, True)}
    assert (ben.source, ben.zoom_webinar_attendance_count, ben.zoom_webinar_attendance_average_duration) == (
        "zoom",
        1,
        50.0,
    )
    assert set(EmailAddress.objects.values_list("contact", "email")) == {
        (anna.pk, ANNA),
        (ben.pk, BEN),
    }


def test_creating_nobody_needs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert create_contacts([]).known == {}


def test_somebody_who_is_there_already_is_answered_as_who_they_are():
    anna = create_contact(Typed(email=ANNA, first_name="Anna", last_name="Ahlers"))
    created = create_contacts([NewContact(ANNA, "Other", "Name"), NewContact(BEN, "Ben", "")])
    assert not created.are_new
    assert created.known[ANNA] == Known(anna.pk, True, "Anna", "Ahlers")
    assert Contact.objects.count() == 2


def test_an_address_that_is_anothers_secondary_one_makes_no_second_contact():
    ben = create_contact(Typed(email=BEN, secondary_emails=[ANNA]))
    created = create_contacts([NewContact(ANNA, "Anna", "")])
    assert not created.are_new
    assert created.known[ANNA][:2] == (ben.pk, False)
    assert Contact.objects.get() == ben


@pytest.mark.django_db(transaction=True)
def test_two_who_create_the_same_people_at_once_get_the_same_contacts():
    def create(number):
        emails = [f"p{n}@example.com" for n in range(50)]
        with transaction.atomic():
            people = [NewContact(email, "P", "") for email in (reversed(emails) if number % 2 else emails)]
            return {email: known.contact_id for email, known in create_contacts(people).known.items()}

    answers, problems = at_once(4, create)
    assert problems == []
    assert all(answer == answers[0] for answer in answers)
    assert Contact.objects.count() == EmailAddress.objects.count() == 50


def test_known_are_the_owners_of_primary_and_secondary_addresses(django_assert_num_queries):
    ben = create_contact(Typed(email=BEN, first_name="Ben", secondary_emails=[ANNA]))
    with django_assert_num_queries(1):
        known = known_among([ANNA, BEN, "nobody@example.com"])
    assert known == {ANNA: Known(ben.pk, False, "Ben", ""), BEN: Known(ben.pk, True, "Ben", "")}


def test_d5_only_blank_names_are_filled():
    anna = create_contact(Typed(email=ANNA, first_name="Anna"))
    assert write_names({anna.pk: SourcedName("Other", "Ahlers")}) == 1
    filled_in = Contact.objects.get()
    assert filled_in.updated_at > anna.updated_at
    assert write_names({anna.pk: SourcedName("Other", "Another")}) == 0
    anna.refresh_from_db()
    assert (anna.name, anna.updated_at) == ("Anna Ahlers", filled_in.updated_at)


def test_a_moment_is_one_entry_however_often_it_is_written():
    anna = create_contact(Typed(email=ANNA))
    assert write_timeline([moment(anna)]).inserted == 1
    assert write_timeline([moment(anna)]).total == 0
    assert write_timeline([moment(anna, joined_at=AT, left_at=AT)]).changed == 1
    assert TimelineEntry.objects.get().left_at == AT


def test_what_is_not_true_any_more_leaves_the_timeline_and_nothing_else_does():
    anna, ben = create_contact(Typed(email=ANNA)), create_contact(Typed(email=BEN))
    write_timeline(
        [
            moment(anna),
            moment(anna, "webinar_cancelled"),
            moment(anna, subject="zoom:webinar:2"),
            moment(ben, "webinar_cancelled"),
        ]
    )
    kept = [(anna.pk, "webinar_registered", "zoom:webinar:1")]
    assert retract_timeline([anna.pk], ["zoom:webinar:1"], kept) == 1
    left = set(TimelineEntry.objects.values_list("contact", "kind", "subject_key"))
    assert left == {
        *kept,
        (anna.pk, "webinar_registered", "zoom:webinar:2"),
        (ben.pk, "webinar_cancelled", "zoom:webinar:1"),
    }
