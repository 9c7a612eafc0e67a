import pytest
from django.urls import reverse

from contacts.models import TimelineEntry
from contacts.timeline import kinds, lines
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_attended, make_call, make_event

pytestmark = pytest.mark.django_db


def entry(kind: str, subject: str, zoom_webinar_id: int | None, **fields: object) -> TimelineEntry:
    return TimelineEntry.objects.create(
        contact=make_contact(),
        kind=kind,
        subject_key=subject,
        zoom_webinar_id=zoom_webinar_id,
        occurred_at=START,
        title="Roses",
        **fields,
    )


def url_of(row: TimelineEntry) -> str:
    (line,) = lines([row])
    return line.url


def test_the_sync_brings_its_three_kinds():
    assert {"webinar_registered", "webinar_cancelled", "webinar_attended"} <= {kind.name for kind in kinds()}


def test_a_line_about_one_event_links_to_it():
    make_event(zoom_webinar_id=7)
    event = make_event(zoom_webinar_id=7)
    row = entry("webinar_attended", "zoom:session:two==", 7, event=event, joined_at=START, left_at=START)
    assert url_of(row) == reverse("events:detail", args=[event.pk])


def test_registering_for_a_series_links_to_all_its_events():
    assert url_of(entry("webinar_registered", "zoom:webinar:7", 7)) == "/marketing-events/?q=7"


def test_a_line_about_no_webinar_has_no_link():
    assert url_of(entry("webinar_cancelled", "other", None)) == ""


def test_a_line_outlives_its_event():
    event = make_event(zoom_webinar_id=7)
    row = entry("webinar_registered", "zoom:webinar:7", 7, event=event)
    event.delete()
    row.refresh_from_db()
    assert url_of(row) == "/marketing-events/?q=7"


def test_d10_attending_leads_to_the_recorded_call_as_this_contact_heard_it():
    event = make_event(zoom_webinar_id=7, session_uuid="one==")
    row = entry("webinar_attended", "zoom:session:one==", 7, event=event, joined_at=START, left_at=START)
    assert lines([row])[0].more == ()
    make_attended(event, row.contact)
    call = make_call(event)
    ((more, url),) = lines([row])[0].more
    assert (str(more.label), url) == ("Recorded call", f"/calls/{call.pk}/?attendee={row.contact_id}")


def test_d10_who_is_not_tied_to_a_call_is_not_led_to_it(django_assert_num_queries):
    event = make_event(zoom_webinar_id=7, session_uuid="one==")
    make_call(event)
    rows = [entry("webinar_attended", "zoom:session:one==", 7, event=event) for _number in range(3)]
    with django_assert_num_queries(1):
        assert [line.more for line in lines(rows)] == [(), (), ()]
