"""What Zoom lists under a merged address counts for the contact it was merged into (D28)."""

from typing import Any

import pytest

from contacts.actions import make_primary
from contacts.models import Contact, EmailAddress
from integrations.models import DomainExclusion, Registrant, SkippedPerson
from integrations.sync.steps import people
from marketing_events.models import AttendanceInterval
from tests.contacts.make import make_contact
from tests.integrations.sync.company import Company
from zoom_simulator.account.rows import Webinar as ZoomWebinar

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, FORMER = "anna@customer.example", "anna@former.example"


@pytest.fixture
def held(company: Company) -> ZoomWebinar:
    """Anna registered twice, and was there with one address from minute 0 to 20, with the other 10 to 45."""
    webinar = company.make.past("Growing roses")
    instance = company.make.hold(webinar)
    company.make.stay(instance, company.make.register(webinar, ANNA, "Anna Ahlers"), 0, 20)
    company.make.stay(instance, company.make.register(webinar, FORMER, "Anna Former", days_before=9), 10, 45)
    return webinar


def facts(contact: Contact) -> tuple[Any, ...]:
    contact.refresh_from_db()
    (part,) = contact.participations.all()
    return (
        part.state,
        part.duration_seconds,
        part.attendance_percent,
        contact.zoom_webinar_registration_count,
        contact.zoom_webinar_attendance_count,
        contact.zoom_webinar_attendance_average_duration,
    )


def test_d28_both_addresses_in_one_webinar_are_one_participation(company: Company, held: ZoomWebinar) -> None:
    anna = make_contact(ANNA, merged_emails=(FORMER,))
    company.sync(held)
    assert facts(anna) == ("attended", 45 * 60, 75.0, 1, 1, 75.0)
    assert AttendanceInterval.objects.filter(participation__contact=anna).count() == 1
    assert company.timeline(ANNA) == ["webinar_registered", "webinar_attended"]
    first = Registrant.objects.get(email=FORMER)
    assert company.part(ANNA).registered_at == first.registered_at
    assert not SkippedPerson.objects.filter(email=FORMER).exists()
    assert not Contact.objects.filter(email=FORMER).exists()
    before = facts(anna)
    company.sync(held, full=True)
    assert facts(anna) == before


def test_d28_registered_if_either_address_is(company: Company) -> None:
    anna = make_contact(ANNA, merged_emails=(FORMER,))
    webinar = company.make.upcoming("Pruning roses")
    company.make.register(webinar, ANNA, "Anna", status="denied")
    company.make.register(webinar, FORMER, "Anna")
    company.sync(webinar)
    assert company.state(ANNA) == "registered"
    assert company.timeline(ANNA) == ["webinar_registered"]
    assert anna.participations.count() == 1


def test_d28_the_merged_address_alone_is_enough_and_its_rows_leave_with_it(
    company: Company, held: ZoomWebinar
) -> None:
    anna = make_contact("anna@new.example", merged_emails=(FORMER,))
    company.sync(held)
    assert facts(anna)[:3] == ("attended", 35 * 60, 58.33)
    EmailAddress.objects.filter(email=FORMER).delete()
    company.sync(held)
    assert not anna.participations.exists()
    assert company.state(FORMER) == "attended"


def test_d28_the_rules_judge_each_address_by_itself(company: Company, held: ZoomWebinar) -> None:
    anna = make_contact(ANNA, merged_emails=(FORMER,))
    DomainExclusion.objects.create(
        brand=company.brand, kind=DomainExclusion.Kind.CONTACT, domain="former.example"
    )
    company.sync(held)
    assert facts(anna)[:2] == ("attended", 20 * 60)
    assert dict(SkippedPerson.objects.values_list("email", "reason"))[FORMER] == "excluded_domain"


def test_r26_a_secondary_address_still_leaves_no_trace(company: Company, held: ZoomWebinar) -> None:
    anna = make_contact(ANNA, secondary_emails=(FORMER,))
    company.sync(held)
    assert facts(anna)[:2] == ("attended", 20 * 60)
    assert dict(SkippedPerson.objects.values_list("email", "reason"))[FORMER] == "secondary_email"


def test_d28_a_merged_address_that_becomes_primary_changes_places(
    company: Company, held: ZoomWebinar
) -> None:
    anna = make_contact(ANNA, merged_emails=(FORMER,))
    make_primary(anna.pk, FORMER)
    assert list(anna.addresses.filter(is_merged=True).values_list("email", flat=True)) == [ANNA]
    company.sync(held)
    assert facts(anna)[:2] == ("attended", 45 * 60)


def test_d28_a_person_merged_while_the_sync_writes_is_left_to_the_next_one(
    company: Company, held: ZoomWebinar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of their rows must not pass for all of them."""
    anna = make_contact(ANNA, merged_emails=(FORMER,))
    company.sync(held)
    EmailAddress.objects.filter(email=FORMER).update(is_merged=False)
    write = people._write

    def merge_first(*given: Any) -> None:
        EmailAddress.objects.filter(email=FORMER).update(is_merged=True)
        write(*given)

    monkeypatch.setattr(people, "_write", merge_first)
    company.sync(held)
    assert facts(anna)[:2] == ("attended", 45 * 60)
