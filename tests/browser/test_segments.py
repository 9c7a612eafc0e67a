"""A marketer builds a segment: with the mouse, by keyboard alone, and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.models import Segment
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_event, make_registered
from tests.support.axe import assert_no_violations
from tests.support.browser import PageOf
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NEW = "/contacts/segments/new/"


@pytest.fixture
def people(db: None) -> None:
    """Ann missed the tour, Ben attended it, Cleo had nothing to do with it."""
    tour = make_event("Autumn release tour", starts_at=timezone.now() - timedelta(days=5))
    ann = make_contact("ann@x.example", first_name="Ann", last_name="Able")
    ben = make_contact("ben@x.example", first_name="Ben", last_name="Baker")
    make_contact("cleo@x.example", first_name="Cleo", last_name="Carter")
    make_registered(tour, ann, state="no_show")
    make_attended(tour, ben)


@pytest.fixture
def marketer(page_of: PageOf, charlie: User, people: None) -> Page:
    page = page_of(charlie)
    page.emulate_media(reduced_motion="reduce")
    return page


def preview(page: Page):
    return page.get_by_role("complementary", name="Preview")


def test_no_shows_of_an_event_become_a_segment(marketer: Page):
    marketer.goto("/contacts/segments/")
    marketer.get_by_role("link", name="Registered, did not attend").click()
    expect(preview(marketer)).to_contain_text("Ann Able")
    expect(marketer.get_by_text("Was a no-show at any event starting in the last 30 days")).to_be_visible()

    marketer.get_by_label("Events").press_sequentially("autumn")
    option = marketer.locator("datalist option[value*='Autumn release tour']")
    expect(option.first).to_be_attached()
    marketer.get_by_label("Events").press("Tab")
    expect(marketer.get_by_text("Was a no-show at “Autumn release tour", exact=False)).to_be_visible()
    assert_no_violations(marketer)

    marketer.get_by_role("button", name="Save segment").click()
    expect(marketer.get_by_role("heading", name="1 member")).to_be_visible()
    expect(marketer.get_by_role("table", name="Members")).to_contain_text("ann@x.example")
    assert_no_violations(marketer)
    assert Segment.objects.get().created_by is not None


def test_a_half_condition_says_what_it_lacks_and_undo_takes_it_back(marketer: Page):
    marketer.goto(NEW)
    expect(preview(marketer)).to_contain_text("3 contacts")
    marketer.get_by_role("button", name="Add condition").click()
    expect(marketer.get_by_text("Choose what this condition is about.")).to_be_visible()
    marketer.get_by_label("What it is about").select_option(label="First name")
    expect(marketer.get_by_text("Enter a value.")).to_be_visible()
    marketer.get_by_label("First name is …: value 1").fill("ann")
    marketer.get_by_label("First name is …: value 1").press("Tab")
    expect(preview(marketer)).to_contain_text("1 contact")
    marketer.get_by_role("button", name="Undo").click()
    expect(marketer.get_by_text("Enter a value.")).to_be_visible()


def test_conditions_are_built_by_keyboard_alone(marketer: Page):
    marketer.goto(NEW)
    marketer.get_by_role("button", name="Add condition").focus()
    marketer.keyboard.press("Enter")
    what = marketer.get_by_label("What it is about")
    expect(what).to_be_visible()
    what.focus()
    marketer.keyboard.type("Attended")
    expect(marketer.get_by_text("Attended any event")).to_be_visible()
    expect(what).to_be_focused()
    expect(preview(marketer)).to_contain_text("1 contact")


def test_on_a_phone_nothing_is_wider_than_the_screen(marketer: Page):
    marketer.set_viewport_size({"width": 390, "height": 844})
    for address in ("/contacts/segments/", f"{NEW}?template=engaged"):
        marketer.goto(address)
        width = marketer.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, address
        assert_no_violations(marketer)
