import pytest

from contacts.actions import delete_contact
from marketing_events.bulk import recount_events
from marketing_events.models import AttendanceInterval, MarketingEvent, Participation
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_event, make_registered

pytestmark = pytest.mark.django_db


def counts(event: MarketingEvent) -> tuple[int, int]:
    event.refresh_from_db()
    return event.registered_count, event.attended_count


def test_d11_a_deleted_contact_leaves_its_events_and_their_counts():
    anna, ben = make_contact(), make_contact()
    held, other = make_event(), make_event()
    make_attended(held, anna)
    make_attended(held, ben)
    make_registered(other, anna)
    recount_events([held.pk, other.pk])
    assert (counts(held), counts(other)) == ((2, 2), (1, 0))

    delete_contact(anna.pk)

    assert (counts(held), counts(other)) == ((1, 1), (0, 0))
    assert set(Participation.objects.values_list("contact", flat=True)) == {ben.pk}
    assert AttendanceInterval.objects.count() == 1


def test_a_contact_without_events_is_deleted_as_well():
    delete_contact(make_contact().pk)
    assert not Participation.objects.exists()
