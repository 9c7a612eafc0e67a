"""As narrow as a phone: nothing is cut off, and what narrows a list down does not push it off the screen."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from contacts.models import Brand, Contact, Segment
from contacts.segments.actions import add_people
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import SkippedPerson, ZoomConnection, ZoomUser
from integrations.settings_changes import add_exclusions
from marketing_events.models import MarketingEvent
from tests.contacts.make import make_contact
from tests.integrations.make import make_host, make_webinar
from tests.marketing_events.make import make_attended, make_call, make_event
from tests.support.browser import PageOf
from tests.workflows.definition.examples import step, workflow
from tests.workflows.engine.helpers import publish
from workflows.people import enrol_contact
from workflows.registrations.jobs import Source, enqueue
from zoom_simulator.simulator import Simulator
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PHONE = {"width": 390, "height": 844}

# What is in a card and reaches over its edge.
CUT_OFF = """() => [...document.querySelectorAll(".card")].flatMap((card) =>
  [...card.querySelectorAll("td, td *")]
    .filter((one) => one.getBoundingClientRect().right > card.getBoundingClientRect().right)
    .map((one) => one.textContent.trim()))"""


@pytest.mark.simulator("demo")
def test_no_table_of_the_simulator_is_cut_off(simulator: Simulator, page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    webinar = next(iter(simulator.account.webinars))
    for address in ("/", "/calls", f"/webinars/{webinar}"):
        page.goto(f"{simulator.url}{address}")
        assert page.evaluate(CUT_OFF) == []
    page.goto(simulator.url)
    expect(page.locator("td[data-label=Attended]").first).to_be_visible()


@pytest.fixture
def webinar(transactional_db: None, brand: Brand, connection: ZoomConnection) -> None:
    webinar = make_webinar(connection, make_host(connection, "mara@acme.test"), topic="Growing roses")
    audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=webinar)


# Cells whose content is wider than they are, tables that have to be pushed sideways, and words that were cut.
OUT_OF_SIGHT = """() => [...document.querySelectorAll(
    "main .table-frame, main tbody td, main tbody th, main tbody .facts > *")]
  .filter((one) => !["none", "inline"].includes(getComputedStyle(one).display))
  .filter((one) => one.textContent.trim() && one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""
LONG = "alexandra.papadopoulos"
NAMES = {"first_name": "Alexandra", "last_name": "Papadopoulos"}


@pytest.fixture
def crowded(webinar: None, brand: Brand) -> MarketingEvent:
    """Names, addresses and hosts that are as long as they get."""
    host, email = ZoomUser.objects.get(), f"{LONG}@agency.test"
    ZoomUser.objects.update(email=email, **NAMES)
    listed = make_webinar(host.connection, host, host_email=email, topic="Growing roses at home")
    add_exclusions(brand, "host", "agency.test", None)
    event = make_event("Growing roses at home, in winter")
    make_attended(event, make_contact(f"{LONG}@marketing.example", **NAMES))
    make_call(event, ("Mara", 1, "Welcome."))
    User.objects.create_user(f"{LONG}@own.example", "no-passphrase")
    SkippedPerson.objects.create(
        webinar=listed, stage="registration", person_key="a", email=email, reason="excluded_domain"
    )
    return event


def test_no_column_is_out_of_sight_and_no_name_is_cut(
    crowded: MarketingEvent, alice: User, page_of: PageOf
) -> None:
    page = page_of(alice)
    zoom = "/settings/integrations/connected-apps/zoom/acme/"
    event, found = f"/marketing-events/{crowded.pk}/", []
    contact = Contact.objects.get()
    segment = Segment.objects.create(name="Growing roses at home", kind=Segment.Kind.STATIC)
    add_people(segment.pk, [contact.pk], who="Mara")
    flow = publish(workflow(step("hi", "add_note", text="Has a seat in the webinar about growing roses")))
    enrol_contact(flow, contact.pk)
    enqueue(contact, 93112345678, Source.PAGE)
    lists = (
        "/contacts/",
        "/contacts/segments/",
        "/marketing-events/",
        "/calls/",
        "/audit/",
        "/skipped-people/",
    )
    pages = (
        *lists,
        "/automation/registrations/",
        "/settings/team/",
        event,
        zoom,
        f"{zoom}users/",
        "/settings/team/",
    )
    for address in (*pages, f"/contacts/segments/{segment.pk}/", f"/automation/workflows/{flow.pk}/"):
        page.goto(address)
        for width in (390, 768, 900, 1024, 1100):
            page.set_viewport_size({"width": width, "height": 844})
            found += [(address, width, what) for what in page.evaluate(OUT_OF_SIGHT)]
    assert found == []


def test_filters_are_folded_behind_a_button_that_tells_how_many_are_set(
    webinar: None, alice: User, page_of: PageOf
) -> None:
    page = page_of(alice)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/audit/?severity=warning")
    button = page.get_by_role("button", name="Filters 1 set")
    severity = page.get_by_label("Severity")
    expect(severity).to_be_hidden()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    severity.select_option("")
    expect(page.get_by_role("button", name="Filters", exact=True)).to_be_visible()
    chips = page.locator("#entries .chip")
    expect(chips).to_have_count(0)
    page.get_by_label("State").select_option("open")
    expect(button).to_be_visible()
    expect(chips).to_have_count(1)
    button.press("Space")
    expect(severity).to_be_hidden()


def test_filters_are_in_reach_without_a_script(
    webinar: None, chromium: Browser, alice: User, page_of: PageOf, live_server: Any
) -> None:
    cookies = page_of(alice).context.cookies()
    context = chromium.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/audit/")
    expect(page.get_by_label("Severity")).to_be_visible()
    expect(page.get_by_role("button", name="Filters")).to_be_hidden()
    context.close()
