"""A marketer merges two contacts of one person, and takes it back: by keyboard, also on a phone."""

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_event
from tests.support.axe import assert_no_violations
from tests.support.browser import PageOf
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_two_contacts_become_one_and_two_again(page_of: PageOf, charlie: User, db: None) -> None:
    event = make_event("Growing roses")
    anna = make_contact("anna@new.example", first_name="Anna", last_name="Berg")
    former = make_contact("anna@former.example", first_name="Ann", last_name="Berg-Holm")
    make_attended(event, former)
    page = page_of(charlie)
    page.emulate_media(reduced_motion="reduce")

    page.goto(f"/contacts/{anna.pk}/")
    page.get_by_role("link", name="Merge…").press("Enter")
    page.get_by_label("Find a contact").fill("former")
    page.get_by_role("link", name="Ann Berg-Holm").press("Enter")
    expect(page.get_by_role("heading", name="Merge Ann Berg-Holm into Anna Berg?")).to_be_visible()
    page.get_by_text("Participations").click()
    expect(page.get_by_text("Growing roses")).to_be_visible()
    assert_no_violations(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("radio", name="Berg-Holm", exact=True).check()
    page.get_by_role("button", name="Merge contacts").press("Enter")

    expect(page.get_by_role("heading", name="Anna Berg-Holm")).to_be_visible()
    expect(page.get_by_text("Ann Berg-Holm was merged into this contact.")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    assert_no_violations(page)
    page.get_by_role("button", name="Undo merge").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Undo merge").press("Enter")
    expect(page.get_by_text("Ann Berg-Holm is a separate contact again.")).to_be_visible()
    assert sorted(Contact.objects.values_list("last_name", flat=True)) == ["Berg", "Berg-Holm"]
