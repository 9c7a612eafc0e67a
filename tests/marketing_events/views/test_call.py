import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact
from core.messages import Message
from marketing_events.call_page import LINES_PER_PAGE, PEOPLE_PER_PAGE, CallPage
from marketing_events.models import Call, CallAttendee, Utterance
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_call, make_event

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def anna() -> Contact:
    return make_contact("anna@x.example", first_name="Anna", last_name="Berg")


@pytest.fixture
def call(anna: Contact) -> Call:
    """Half an hour of talk, of which Anna was there for minutes 5 to 20."""
    event = make_event("Growing roses")
    make_attended(event, anna, (5, 20))
    make_attended(event, make_contact("ben@x.example", first_name="Ben"), (0, 60))
    return make_call(
        event,
        ("Olivia Owner", 0, "Welcome, everybody."),
        ("Olivia Owner", 10, "Roses are old."),
        ("Greta Guest", 600, f"They need water, {EVIL} and light."),
        ("Olivia Owner", 1200, "And roses need time."),
        ("", 1800, "Goodbye."),
    )


def at(call: Call) -> str:
    return reverse("calls:detail", args=[call.pk])


def page_of(client: Client, call: Call, fragment: str = "", **query: str) -> str:
    headers = {"HX-Request": "true", "HX-Target": fragment} if fragment else {}
    answer = client.get(at(call), query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def view_of(client: Client, call: Call, **query: str) -> CallPage:
    view = client.get(at(call), query).context["view"]
    assert isinstance(view, CallPage)
    return view


def make_talk(call: Call, lines: int, text: str = "Word {0}") -> None:
    Utterance.objects.filter(call=call).delete()
    Utterance.objects.bulk_create(
        Utterance(
            call=call,
            position=number,
            speaker=f"Speaker {number % 7}",
            start_seconds=2 * number,
            end_seconds=2 * number + 2,
            text=text.format(number),
        )
        for number in range(1, lines + 1)
    )


def test_somebody_who_is_not_signed_in_sees_the_login(client: Client, call: Call):
    for name in ("detail", "text", "vtt"):
        assert client.get(reverse(f"calls:{name}", args=[call.pk])).status_code == 302


def test_a_call_that_is_not_there_is_404(charlie_client: Client):
    for name in ("detail", "text", "vtt"):
        assert charlie_client.get(reverse(f"calls:{name}", args=[4711])).status_code == 404


def test_d10_a_call_shows_where_it_plays_and_what_was_said(charlie_client: Client, call: Call):
    charlie_client.cookies["tz"] = "America/New_York"
    page = page_of(charlie_client, call)
    assert "2 Mar 2026, 05:00 EST" in page
    assert 'href="https://zoom.us/rec/play/1" target="_blank" rel="noreferrer noopener"' in page
    assert '<code id="passcode">123456</code>' in page
    assert "Screen share with active speaker" in page
    assert "Welcome, everybody." in page
    assert reverse("events:detail", args=[call.event_id]) in page
    assert reverse("contacts:detail", args=[call.attendees.first().contact_id]) in page  # type: ignore[union-attr]


def test_scripts_in_what_was_said_are_text_everywhere(charlie_client: Client, call: Call):
    Call.objects.update(title=f"Title {EVIL}")
    Utterance.objects.filter(position=1).update(speaker=f"Eve {EVIL}")
    Contact.objects.update(last_name=EVIL)
    pages = [
        page_of(charlie_client, call),
        page_of(charlie_client, call, q="script"),
        page_of(charlie_client, call, q=EVIL, speaker=f"Eve {EVIL}", attendee="1", person=EVIL, x=EVIL),
        charlie_client.get(reverse("calls:list"), {"q": "script"}).content.decode(),
    ]
    for page in pages:
        assert "<script>" not in page
        assert "alert(1)" in page
    assert "&lt;<mark>script</mark>&gt;alert(1)" in pages[1]


def test_the_lines_of_one_speaker_are_shown_as_one_turn(charlie_client: Client, call: Call):
    shown = view_of(charlie_client, call).shown
    assert [row.names_speaker for row in shown] == [True, False, True, True, True]


# Search


def test_a_search_marks_what_it_finds_and_counts_it(charlie_client: Client, call: Call):
    page = page_of(charlie_client, call, q="ROSES")
    assert page.count("<mark>") == 2
    assert "2 matches" in page
    assert view_of(charlie_client, call, q="ROSES").hit_position == 2


def test_the_next_and_the_previous_place_are_links_that_work_without_a_script(
    charlie_client: Client, call: Call
):
    first = page_of(charlie_client, call, q="roses")
    assert f'href="/calls/{call.pk}/?q=roses&amp;hit=2#u4"' in first
    assert "Previous match" not in first
    second = page_of(charlie_client, call, q="roses", hit="2")
    assert "Next match" not in second
    assert re.search(r'id="u4" class="[^"]*said-current[^"]*" aria-current="true"', second)


def test_a_place_on_a_later_page_is_shown_on_that_page(charlie_client: Client, call: Call):
    make_talk(call, 3 * LINES_PER_PAGE)
    view = view_of(charlie_client, call, q=f"word {2 * LINES_PER_PAGE + 7}")
    assert view.page.number == 3
    assert view.hit_position in {row.line.position for row in view.shown}


def test_a_search_without_a_result_says_so(charlie_client: Client, call: Call):
    assert "No matches." in page_of(charlie_client, call, q="tulips")


@pytest.mark.parametrize("query", [{"hit": "99"}, {"hit": "x"}, {"hit": "-1"}, {"page": "99"}, {"page": "x"}])
def test_numbers_that_lead_nowhere_lead_to_the_nearest(charlie_client: Client, call: Call, query: dict):
    assert view_of(charlie_client, call, q="roses", **query).shown


@pytest.mark.parametrize("attendee", ["0", "x", "9" * 30, "-1"])
def test_somebody_who_was_not_there_is_nobody(charlie_client: Client, call: Call, attendee: str):
    assert view_of(charlie_client, call, attendee=attendee).attendee is None


def test_only_one_speaker_can_be_shown(charlie_client: Client, call: Call):
    view = view_of(charlie_client, call, speaker="Greta Guest", q="roses")
    assert [row.line.position for row in view.shown] == [3]
    assert view.hits == []
    assert len(view_of(charlie_client, call, speaker="No one").shown) == 5


def test_speakers_are_shown_with_how_long_they_spoke(charlie_client: Client, call: Call):
    found = [(speaker.name, speaker.seconds) for speaker in view_of(charlie_client, call).speakers]
    assert found == [("Olivia Owner", 12), ("", 4), ("Greta Guest", 4)]


def test_jumps_lead_to_the_page_that_has_the_time(charlie_client: Client, call: Call):
    make_talk(call, 3 * LINES_PER_PAGE)
    view = view_of(charlie_client, call)
    assert [jump.at for jump in view.jumps] == [f"{minute}:00" for minute in range(11)]
    page = page_of(charlie_client, call)
    last = view.jumps[-1]
    assert f'href="/calls/{call.pk}/?page=3#u{last.position}"' in page
    assert last.position in {row.line.position for row in view_of(charlie_client, call, page="3").shown}


# Who was there


def test_x12_choosing_somebody_greys_what_they_were_not_there_for(
    charlie_client: Client, call: Call, anna: Contact
):
    view = view_of(charlie_client, call, attendee=str(anna.pk))
    assert [row.line.position for row in view.shown if row.is_unheard] == [1, 2, 5]
    page = page_of(charlie_client, call, attendee=str(anna.pk))
    assert "<strong>Anna Berg</strong> was present for 2 of 5 utterances" in page
    assert page.count("(not present)") == 3
    assert "heard 40.0 %" in page


def test_x12_stays_are_drawn_along_the_call(charlie_client: Client, call: Call):
    rows = {row.contact.email: row.pieces for row in view_of(charlie_client, call).rows}
    (anna,), (ben,) = rows["anna@x.example"], rows["ben@x.example"]
    assert (anna.x, anna.width) == pytest.approx((100 * 5 / 60, 25), abs=0.01)
    assert (ben.x, ben.width) == (0, 100)
    assert view_of(charlie_client, call).audience.most == 2


def test_a_long_list_of_attendees_is_paged_and_searched(charlie_client: Client, call: Call):
    for number in range(PEOPLE_PER_PAGE):
        contact = make_contact(f"p{number}@x.example", first_name=f"Person {number}", last_name="Zed")
        make_attended(call.event, contact)
        CallAttendee.objects.create(call=call, contact=contact)
    assert len(view_of(charlie_client, call).rows) == PEOPLE_PER_PAGE
    assert len(view_of(charlie_client, call, people="2").rows) == 2
    assert [row.contact.name for row in view_of(charlie_client, call, person="berg").rows] == ["Anna Berg"]


# Fragments, states, cost


@pytest.mark.parametrize("fragment", ["call", "transcript", "people"])
def test_a_fragment_is_a_part_of_the_page(charlie_client: Client, call: Call, fragment: str):
    part = page_of(charlie_client, call, fragment)
    assert "<html" not in part
    assert part.strip()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("none", "No transcript"),
        ("processing", "No transcript yet"),
        ("ready", "The transcript is empty"),
        ("refused", "The file is larger than 20 MB."),
        ("unreadable", "couldn't be read"),
    ],
)
def test_r55_a_call_without_words_says_why(charlie_client: Client, call: Call, state: str, words: str):
    Utterance.objects.all().delete()
    Call.objects.update(transcript_state=state, transcript_note=Message("zoom.download_too_large", size=20))
    assert words in page_of(charlie_client, call)


def test_r39_a_recording_that_is_gone_cannot_be_played(charlie_client: Client, call: Call):
    Call.objects.update(is_available=False)
    page = page_of(charlie_client, call)
    assert "can't be played" in page
    assert "zoom.us" not in page
    assert "123456" not in page
    assert "Welcome, everybody." in page


def test_only_links_are_drawn_that_a_browser_may_follow(charlie_client: Client, call: Call):
    assert "javascript:" not in page_of(charlie_client, call)
    Call.objects.update(recording_url="")
    assert "Play recording" not in page_of(charlie_client, call)


def test_a_long_talk_before_many_people_costs_as_many_queries_as_a_short_one(
    charlie_client: Client, call: Call, anna: Contact
):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(charlie_client, call, q="word", attendee=str(anna.pk))
        return len(captured)

    few = queries()
    make_talk(call, 1_000)
    for number in range(60):
        contact = make_contact(f"many{number}@x.example")
        make_attended(call.event, contact, (0, 10), (20, 30))
        CallAttendee.objects.create(call=call, contact=contact)
    assert queries() == few <= 20


# Files


def test_the_transcript_downloads_as_text_and_as_subtitles(charlie_client: Client, call: Call):
    text = charlie_client.get(reverse("calls:text", args=[call.pk]))
    assert text["Content-Disposition"] == 'attachment; filename="growing-roses.txt"'
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert "[10:00]  Greta Guest\n" in b"".join(text).decode()
    vtt = charlie_client.get(reverse("calls:vtt", args=[call.pk]))
    assert vtt["Content-Type"] == "text/vtt; charset=utf-8"
    assert "<v Greta Guest>They need water, &lt;script&gt;" in b"".join(vtt).decode()


def test_the_name_of_a_file_is_safe_whatever_the_title(charlie_client: Client, call: Call):
    Call.objects.update(title='../"; x="\r\n')
    answer = charlie_client.get(reverse("calls:text", args=[call.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="x.txt"'
    Call.objects.update(title="🎬")
    answer = charlie_client.get(reverse("calls:text", args=[call.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="call-{call.pk}.txt"'
