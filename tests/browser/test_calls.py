"""A recorded call in a browser: searched while one types, jumped through, read as someone heard it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from contacts.models import Contact
from core.messages import Message
from marketing_events.models import Call
from tests.browser.test_accessible import judge
from tests.browser.test_by_keyboard import tab_to
from tests.contacts.make import make_contact
from tests.marketing_events.make import START, make_attended, make_call, make_event
from tests.support.browser import PageOf
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

EVIL = "<script>document.title = 'broken in'</script>"


@pytest.fixture
def call() -> Call:
    """Two hours, some pages of transcript, thirty people; Anna was there from minute 10 to 20."""
    event = make_event("Growing roses", ended_at=START + timedelta(hours=2))
    make_attended(event, make_contact("anna@x.example", first_name="Anna", last_name="Ahorn"), (10, 20))
    for number in range(29):
        make_attended(event, make_contact(first_name=f"Guest {number}", last_name="Zed"), (number, 60))
    lines = 450
    talk = [
        (f"Speaker {number // 5 % 3}", 7200 * number / lines, f"Roses, number {number}. {EVIL}")
        for number in range(lines)
    ]
    return make_call(event, *talk, duration_seconds=7200)


@pytest.fixture
def opened(call: Call, charlie: User, page_of: PageOf) -> Page:
    page = page_of(charlie)
    page.goto(reverse("calls:detail", args=[call.pk]))
    return page


def test_the_page_of_a_call_is_accessible_in_every_look(opened: Page):
    judge(opened)


def test_so_it_is_as_somebody_heard_it_and_searched(opened: Page, call: Call):
    anna = Contact.objects.get(email="anna@x.example")
    opened.goto(f"{opened.url}?q=number+5&attendee={anna.pk}")
    judge(opened)


@pytest.mark.parametrize("state", ["none", "processing", "refused"])
def test_so_are_calls_without_words_or_recording(opened: Page, call: Call, state: str):
    call.utterances.all().delete()
    Call.objects.update(
        transcript_state=state,
        transcript_note=Message("zoom.download_too_large", size=20),
        is_available=False,
    )
    opened.reload()
    judge(opened)


def test_so_is_the_list_of_calls(opened: Page):
    opened.goto(reverse("calls:list") + "?q=roses")
    expect(opened.get_by_role("link", name="Growing roses")).to_be_visible()
    judge(opened)


def test_a_search_marks_while_one_types_and_leads_from_place_to_place(opened: Page):
    opened.get_by_role("searchbox", name="Search the transcript").press_sequentially("number 44")
    expect(opened.locator(".hits")).to_contain_text("14 matches")
    expect(opened.locator("mark")).not_to_have_count(0)
    opened.get_by_role("link", name="Next match").click()
    current = opened.locator(".said[aria-current]")
    expect(current).to_contain_text("number 144.")
    expect(current).to_be_in_viewport()
    opened.get_by_role("link", name="Next match").click()
    expect(current).to_contain_text("number 244.")
    expect(opened).to_have_url(re.compile(r"q=number\+44.*hit=3"))
    opened.go_back()
    expect(current).to_contain_text("number 144.")


def test_leaving_the_search_box_does_not_search_once_more(opened: Page):
    """The answer came after that of the link which was clicked, and led back to the first place."""
    box = opened.get_by_role("searchbox", name="Search the transcript")
    box.press_sequentially("number 44")
    expect(opened.locator(".hits")).to_contain_text("14 matches")
    asked: list[str] = []  # by a script: the browser fetches the page's icon when it likes
    opened.on("request", lambda row: asked.append(row.url) if row.resource_type in ("xhr", "fetch") else None)
    box.blur()
    opened.get_by_role("combobox", name="Speaker").select_option("Speaker 1")
    expect(opened).to_have_url(re.compile("speaker=Speaker"))
    assert len(asked) == 1


def test_a_jump_leads_to_its_time_on_whichever_page(opened: Page):
    opened.get_by_role("link", name="1:50:00").click()
    line = opened.locator("#u414")
    expect(line).to_contain_text("1:50:")
    expect(line).to_be_in_viewport()


def test_a_speaker_can_be_read_alone(opened: Page):
    opened.get_by_role("combobox", name="Speaker").select_option("Speaker 1")
    expect(opened.locator(".said-who").first).to_have_text("Speaker 1")
    expect(opened.get_by_text("number 0.")).to_have_count(0)


def test_x12_with_the_keyboard_one_reads_what_somebody_heard(opened: Page):
    anna = opened.get_by_role("link", name="Anna Ahorn", exact=True)
    tab_to(opened, anna)
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("was present for 38 of 450 utterances")).to_be_visible()
    expect(opened.locator(".said-heard")).to_have_count(38)
    expect(anna).to_have_attribute("aria-current", "true")
    opened.get_by_role("link", name="Show everything").click()
    expect(opened.locator(".said-heard")).to_have_count(0)


def test_an_attendee_is_found_without_losing_the_place(opened: Page):
    opened.get_by_role("searchbox", name="Find an attendee").press_sequentially("guest 28")
    expect(opened.get_by_role("link", name="Guest 28 Zed", exact=True)).to_be_visible()
    expect(opened.get_by_role("link", name="Anna Ahorn", exact=True)).to_have_count(0)
    expect(opened.locator("#u1")).to_be_visible()


def test_the_passcode_is_copied(opened: Page):
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.get_by_role("button", name="Copy the passcode").click()
    expect(opened.get_by_role("button", name="Copied")).to_be_visible()
    assert opened.evaluate("navigator.clipboard.readText()") == "123456"


def test_scripts_that_were_said_do_not_run(opened: Page):
    opened.get_by_role("searchbox", name="Search the transcript").press_sequentially("script")
    expect(opened.locator("mark").first).to_be_visible()
    assert "broken in" not in opened.title()


@pytest.fixture
def plain(chromium: Browser, live_server: Any, opened: Page) -> Iterator[Page]:
    """The same page in a browser that runs no scripts."""
    context = chromium.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        storage_state=opened.context.storage_state(),
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(opened.url)
    yield page
    context.close()


def test_all_of_it_works_without_a_script(plain: Page):
    plain.get_by_role("searchbox", name="Search the transcript").fill("number 44")
    plain.get_by_role("button", name="Search").click()
    expect(plain.get_by_text("14 matches")).to_be_visible()
    plain.get_by_role("link", name="Next match").click()
    expect(plain.locator(".said[aria-current]")).to_contain_text("number 144.")
    expect(plain.locator(".said[aria-current]")).to_be_in_viewport()
    plain.get_by_role("link", name="Anna Ahorn", exact=True).click()
    expect(plain.get_by_text("was present for 38 of 450 utterances")).to_be_visible()
    expect(plain.get_by_role("button", name="Copy the passcode")).to_have_count(0)
    expect(plain.get_by_text("123456")).to_be_visible()
