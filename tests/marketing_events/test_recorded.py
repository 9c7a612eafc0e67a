from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.messages import Message
from marketing_events.models import Call, MarketingEvent, Participation
from marketing_events.recorded import (
    Facts,
    File,
    SpokenLine,
    follow_attendance,
    mark_transcript,
    withdraw_call,
    write_call,
    write_transcript,
)
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_attended, make_event, make_registered

pytestmark = pytest.mark.django_db

FACTS = Facts("Growing roses", START, 3600, "https://zoom.us/rec/play/1", "123456")
VIDEO = File("v", 1, "shared_screen", "MP4", 10, "https://zoom.us/rec/play/1", START, START)
SOUND = VIDEO._replace(external_id="s", kind="audio_only", extension="M4A")
ALWAYS = (None, None)
SAID = [SpokenLine("Anna", 1.0, 2.0, "Hello"), SpokenLine("Ben", 2.0, 3.0, "Hi")]


def written(event: MarketingEvent, facts: Facts = FACTS, *files: File) -> Call:
    return write_call(event, "u==", facts, files or (VIDEO, SOUND))[0]


def test_d12_a_call_written_twice_is_the_same():
    event = make_event()
    first, is_new = write_call(event, "u==", FACTS, [VIDEO, SOUND])
    files = set(first.files.values_list("pk", flat=True))
    second, is_new_again = write_call(event, "u==", FACTS, [SOUND, VIDEO])
    assert (is_new, is_new_again) == (True, False)
    assert (second.pk, second.updated_at) == (first.pk, first.updated_at)
    assert set(second.files.values_list("pk", flat=True)) == files


def test_d13_what_changed_is_changed_and_files_that_went_go():
    event = make_event()
    before = written(event)
    call = written(event, FACTS._replace(title="Roses, the movie", passcode="654321"), SOUND)
    call.refresh_from_db()
    assert (call.title, call.passcode) == ("Roses, the movie", "654321")
    assert call.updated_at > before.updated_at
    assert call.files.get().external_id == "s"


def test_d10_text_that_no_column_holds_is_cleaned():
    call = written(make_event(), FACTS._replace(title="Nu\0l \ud800" + "x" * 1_000, passcode="\ud800"))
    call.refresh_from_db()
    assert call.title.startswith("Nul ?x")
    assert (len(call.title), call.passcode) == (500, "?")


def test_r39_a_withdrawn_call_keeps_its_rows_and_comes_back():
    event = make_event()
    call = written(event)
    write_transcript(call, SAID, "digest")
    assert (withdraw_call(call), withdraw_call(call)) == (True, False)
    call.refresh_from_db()
    assert not call.is_available
    assert call.utterances.count() == 2
    _call, is_back = write_call(event, "u==", FACTS, [VIDEO])
    assert is_back


def test_d10_a_transcript_is_replaced_only_when_it_is_another_one():
    call = written(make_event())
    assert write_transcript(call, SAID, "one")
    keys = list(call.utterances.order_by("position").values_list("pk", flat=True))
    assert not write_transcript(call, SAID, "one")
    assert list(call.utterances.order_by("position").values_list("pk", flat=True)) == keys
    assert write_transcript(call, SAID[:1], "two")
    assert [utterance.text for utterance in call.utterances.all()] == ["Hello"]


def test_r55_how_the_transcript_stands_is_kept_beside_it():
    call = written(make_event())
    write_transcript(call, SAID, "one")
    too_large = Message("zoom.download_too_large", size=20)
    mark_transcript(call, Call.Transcript.REFUSED, too_large)
    call.refresh_from_db()
    assert (call.transcript_state, call.transcript_note) == (
        "refused",
        Message("zoom.download_too_large", size=20),
    )
    assert call.utterances.count() == 2


def test_d10_whoever_attended_is_on_the_call_from_its_first_moment():
    event = make_event()
    make_attended(event, make_contact("anna@x.test"))
    call = written(event)
    assert call.attendees.get().contact.email == "anna@x.test"


def test_d10_attendees_follow_the_participations():
    event = make_event()
    anna, ben, eve = make_contact("anna@x.test"), make_contact("ben@x.test"), make_contact("eve@x.test")
    stayed = make_attended(event, anna)
    make_registered(event, eve)
    call = written(event)
    assert follow_attendance(call, ALWAYS) == 0
    assert set(call.attendees.values_list("contact__email", flat=True)) == {"anna@x.test"}
    make_attended(event, ben)
    Participation.objects.filter(pk=stayed.pk).delete()
    follow_attendance(call, ALWAYS)
    assert set(call.attendees.values_list("contact__email", flat=True)) == {"ben@x.test"}


def test_d10_a_call_without_attendees_goes_and_those_of_other_events_stay():
    event, other = make_event(), make_event()
    deserted = written(event)
    kept = written(other)
    assert follow_attendance(deserted, ALWAYS) == 1
    assert Call.objects.get() == kept


def test_d17_of_two_instances_each_call_has_those_who_were_in_it():
    event = make_event()
    first, second = (START + timedelta(minutes=minutes) for minutes in (30, 60))
    make_attended(event, make_contact("early@x.test"), (0, 20))
    make_attended(event, make_contact("late@x.test"), (61, 70))
    make_attended(event, make_contact("both@x.test"), (0, 20), (61, 70))
    first_call, _is_new = write_call(event, "one==", FACTS, [VIDEO], (START, first))
    second_call, _is_new = write_call(event, "two==", FACTS, [VIDEO], (second, None))
    assert {attendee.contact.email for attendee in first_call.attendees.all()} == {
        "early@x.test",
        "both@x.test",
    }
    assert {attendee.contact.email for attendee in second_call.attendees.all()} == {
        "late@x.test",
        "both@x.test",
    }


def test_d10_many_attendees_cost_as_many_queries_as_one():
    def queries(people: int) -> int:
        event = make_event(starts_at=START + timedelta(days=people))
        for number in range(people):
            make_attended(event, make_contact(f"{event.pk}-{number}@x.test"))
        call = written(event)
        with (
            CaptureQueriesContext(
                connection,
            ) as captured,
            transaction.atomic(),
        ):
            follow_attendance(call, ALWAYS)
        return len(captured)

    assert queries(40) == queries(1)
