import pytest
from django.urls import reverse

from contacts.models import TimelineEntry
from contacts.timeline import kinds, lines
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_event

pytestmark = pytest.mark.django_db


def entry(kind: str, subject: str, webinar_id: int | None, **fields: object) -> TimelineEntry:
    return TimelineEntry.objects.create(
        contact=make_contact(),
        kind=kind,
        subject_key=subject,
        webinar_id=webinar_id,
        occurred_at=START,
        title="Roses",
        **fields,
    )


def url_of(row: TimelineEntry) -> str:
    (line,) = lines([row])
    return line.url


def test_the_sync_brings_its_three_kinds():
    assert {"webinar_registered", "webinar_cancelled", "webinar_attended"} <= {kind.name for kind in kinds()}


def test_attending_links_to_the_session_that_was_attended():
    make_event(webinar_id=7, session_uuid="one==")
    attended = make_event(webinar_id=7, session_uuid="two==")
    row = entry("webinar_attended", "zoom:session:two==", 7, joined_at=START, left_at=START)
    assert url_of(row) == reverse("events:detail", args=[attended.pk])


def test_registering_links_to_the_only_session_or_to_all_of_a_series():
    event = make_event(webinar_id=7)
    row = entry("webinar_registered", "zoom:webinar:7", 7)
    assert url_of(row) == reverse("events:detail", args=[event.pk])
    make_event(webinar_id=7)
    assert url_of(row) == "/marketing-events/?q=7"


def test_an_entry_whose_webinar_has_no_event_has_no_link():
    assert url_of(entry("webinar_cancelled", "zoom:webinar:8", 8)) == ""
    assert url_of(entry("webinar_cancelled", "other", None)) == ""
