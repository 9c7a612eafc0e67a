from datetime import UTC, datetime

import pytest

from contacts import timeline
from contacts.actions import edit_contact
from contacts.models import TimelineEntry
from contacts.notes import add_note
from tests.contacts.make import make_contact


def entry(pk: int, kind: str, title: str = "Launch") -> TimelineEntry:
    return TimelineEntry(pk=pk, kind=kind, title=title, occurred_at=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> timeline.Kind:
    monkeypatch.setattr(timeline, "_KINDS", {})
    kind = timeline.Kind(
        "called",
        label="Called",
        sentence="Called about %(title)s",
        icon="phone",
        links=lambda entries: {row.pk: f"/calls/{row.pk}/" for row in entries if row.pk != 3},
    )
    timeline.register(kind)
    return kind


def test_an_entry_reads_as_its_kind_says_and_links_where_it_tells_more(called: timeline.Kind):
    (line,) = timeline.lines([entry(1, "called")])
    assert (line.sentence, line.url, line.kind) == ("Called about Launch", "/calls/1/", called)


def test_the_order_given_is_kept_and_an_entry_without_a_page_has_no_link(called: timeline.Kind):
    lines = timeline.lines([entry(3, "called"), entry(7, "other"), entry(1, "called")])
    assert [(line.entry.pk, line.url) for line in lines] == [(3, ""), (7, ""), (1, "/calls/1/")]


def test_a_kind_that_nobody_registered_is_shown_plainly(called: timeline.Kind):
    (line,) = timeline.lines([entry(1, "from_the_past", title="100% off")])
    assert (line.sentence, line.kind.label) == ("100% off", "Other activity")


def test_two_kinds_cannot_have_one_name(called: timeline.Kind):
    timeline.register(called)
    with pytest.raises(ValueError, match="called"):
        timeline.register(timeline.Kind("called", label="", sentence="", icon=""))


def test_a_note_and_an_edit_stand_under_their_label_alone(db):
    contact = make_contact("a@x.example", first_name="Ben")
    edit_contact(contact.pk, first_name="Anna", last_name="")
    add_note(contact.pk, "Likes roses")
    assert {line.sentence for line in timeline.lines(contact.timeline.all())} == {""}
