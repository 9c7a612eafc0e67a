"""A marketer's week: a file with a mistake, a segment and its export, a change of many, a comparison."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.importing.queue import imports
from contacts.models import Contact, PropertyDefinition, Segment
from tests.contacts.make import make_contact
from tests.marketing_events.make import make_attended, make_event, make_registered
from tests.support.axe import assert_no_violations
from tests.support.browser import PageOf
from tests.support.jobs import work_off
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marketer(page_of: PageOf, charlie: User, settings: Any, tmp_path: Path) -> Page:
    settings.MEDIA_ROOT = tmp_path
    page = page_of(charlie)
    page.emulate_media(reduced_motion="reduce")
    return page


def downloaded(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_text()


def import_file(page: Page, content: str) -> None:
    page.goto("/contacts/import/")
    file = {"name": "guests.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]  # a payload
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Queued").first).to_be_visible()
    work_off(imports)
    expect(page.get_by_text("Complete", exact=True)).to_be_visible()


def test_a_marketers_week(marketer: Page) -> None:
    now = timezone.now()
    spring, autumn = (make_event(name, starts_at=now - timedelta(days=9)) for name in ("Spring", "Autumn"))
    PropertyDefinition.objects.create(name="town", label="Town", kind="text")
    for event in (spring, autumn):
        make_registered(event, make_contact(f"missed{event.pk}@x.example"), state="no_show")
        make_attended(event, make_contact(f"came{event.pk}@x.example"))

    # Monday: a file with a mistake, put right from the rows that were rejected.
    import_file(marketer, "email,first_name\ngus@x.example,Gus\nhal@x,Hal\n")
    rejected = downloaded(marketer, "Download as CSV")
    assert_no_violations(marketer)
    import_file(marketer, rejected.replace("hal@x", "hal@x.example"))
    marketer.get_by_role("definition").filter(has_text="1").get_by_role("link").first.click()
    expect(marketer.get_by_role("table", name="Contacts")).to_contain_text("Hal")
    assert Contact.objects.get(email="hal@x.example").first_name == "Hal"

    # Tuesday: everyone who missed something, with the columns that the agency asked for.
    where = {"filter": "event_no_show", "events": {}}
    segment = Segment.objects.create(name="No-shows", definition={"version": 1, "where": where})
    marketer.goto(f"/contacts/segments/{segment.pk}/")
    marketer.get_by_role("link", name="Columns").click()
    panel = marketer.get_by_role("dialog")
    panel.get_by_label("Registered", exact=True).uncheck()
    panel.get_by_label("Town", exact=True).check()
    panel.get_by_role("button", name="Show columns").click()
    members = marketer.get_by_role("table", name="Members")
    expect(members.get_by_role("columnheader", name="Town")).to_be_visible()
    expect(members.get_by_role("columnheader", name="Registered")).to_have_count(0)

    # Wednesday: by keyboard, the town of all of them.
    marketer.get_by_label("Select all on this page").focus()
    marketer.keyboard.press("Space")
    marketer.get_by_role("button", name="Set a property").focus()
    marketer.keyboard.press("Enter")
    panel = marketer.get_by_role("dialog")
    expect(panel).to_contain_text("2 contacts")
    panel.get_by_label("Property", exact=True).select_option(label="Town")
    panel.get_by_role("button", name="Choose property").press("Enter")
    panel.get_by_label("Value").fill("Bonn")
    marketer.keyboard.press("Enter")
    expect(marketer.get_by_text("2 contacts were changed.")).to_be_visible()
    expect(members).to_contain_text("Bonn")
    lines = downloaded(marketer, "Download all as CSV").splitlines()
    assert lines[0] == '"Name","Email","Attended","Average","Town"'
    assert sorted(line.split(",")[-1] for line in lines[1:]) == ['"Bonn"', '"Bonn"']

    # Thursday: two events beside each other; Friday: the same on the phone.
    marketer.set_viewport_size({"width": 390, "height": 844})
    for address in (
        f"/marketing-events/compare/?event={spring.pk}&event={autumn.pk}",
        f"/marketing-events/{spring.pk}/?stay=m5",
        f"/contacts/segments/{segment.pk}/",
        "/contacts/bulk/1/",
    ):
        marketer.goto(address)
        assert marketer.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert_no_violations(marketer)
