from datetime import timedelta

import pytest

from integrations.models import AttendanceRow, Registrant, SkippedPerson
from integrations.people.reconciliation import reconcile
from tests.contacts.make import make_contact
from tests.integrations.make import make_session, make_webinar
from tests.marketing_events.make import START, make_attended, make_event, make_registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(connection):
    """Two who are here, and in Zoom's lists besides them one excluded, one pending, one guest, one new."""
    webinar = make_webinar(connection)
    event = make_event(zoom_webinar_id=webinar.zoom_webinar_id)
    session = make_session(webinar, "uuid", event=event)
    anna = make_contact("anna@x.example", secondary_emails=["anna@home.example"])
    make_attended(event, anna)
    make_registered(event, make_contact("ben@x.example"))
    for email, status in (
        ("anna@x.example", "approved"),
        ("ben@x.example", "approved"),
        ("eva@agency.example", "approved"),
        ("pia@x.example", "pending"),
        ("gone@x.example", "gone"),
    ):
        Registrant.objects.create(webinar=webinar, zoom_id=email, email=email, first_name="P", status=status)
    for number, email in enumerate(("anna@home.example", "anna@home.example", "new@x.example", "")):
        AttendanceRow.objects.create(
            instance=session,
            row_key=str(number),
            person_key=email or "guest-1",
            email=email,
            name="Guest",
            joined_at=START + timedelta(minutes=number),
        )
    for email, reason, stage, uuid in (
        ("eva@agency.example", "excluded_domain", "registration", ""),
        ("guest-1", "no_email", "attendance", "uuid"),
    ):
        SkippedPerson.objects.create(
            webinar=webinar,
            person_key=email,
            reason=reason,
            stage=stage,
            rule="agency.example",
            session_uuid=uuid,
        )
    return event


def test_everybody_whom_zoom_lists_and_we_do_not_is_named_with_the_reason(event):
    found = reconcile(event)
    assert (found.registered.in_zoom, found.registered.in_crm) == (3, 2)
    assert (found.attended.in_zoom, found.attended.in_crm) == (3, 1)
    assert {(person.email, person.stage, person.reason) for person in found.missing} == {
        ("eva@agency.example", "registration", "excluded_domain"),
        ("pia@x.example", "registration", "pending"),
        ("new@x.example", "attendance", "not_synced"),
        ("", "attendance", "no_email"),
    }


def test_the_number_of_queries_does_not_grow(event, django_assert_num_queries):
    with django_assert_num_queries(8):
        reconcile(event)


def test_the_page_says_why(charlie_client, event):
    text = charlie_client.get(f"/skipped-people/of-event/{event.pk}/").text
    assert "Excluded domain" in text
    assert "Waiting for approval in Zoom" in text
    assert "/explain/?q=new%40x.example" in text


def test_an_event_without_a_webinar_has_nothing_to_compare(charlie_client):
    assert reconcile(make_event()) is None
    assert "Nothing to compare" in charlie_client.get(f"/skipped-people/of-event/{make_event().pk}/").text
    assert charlie_client.get("/skipped-people/of-event/0/").status_code == 404
