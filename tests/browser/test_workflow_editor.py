"""A marketer builds a workflow from nothing with the keyboard alone, and sees it work."""

import pytest
from playwright.sync_api import Locator, Page, expect

from contacts.actions import NewContact, create_contact
from integrations.models import ZoomConnection
from tests.browser.test_accessible import judge
from tests.browser.test_by_keyboard import tab_to
from tests.integrations.sync.company import Company
from tests.support.browser import PageOf
from tests.workflows.engine.helpers import work as work_on_workflows
from tests.workflows.registrations.helpers import schedule
from tests.workflows.registrations.helpers import work as work_on_registrations
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture
def company(simulator: Simulator, simulated_connection: ZoomConnection, unpaced: None) -> Company:
    return Company(simulator, simulated_connection)


@pytest.fixture
def webinar(company: Company) -> ZoomWebinar:
    webinar = schedule(company.simulator)
    company.sync(webinar)
    return webinar


def press(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def work() -> None:
    while work_on_workflows() + work_on_registrations():
        pass


def check(page: Page) -> None:
    """By axe, and as wide as a phone."""
    judge(page)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_a_workflow_is_built_with_the_keyboard_and_registers_someone(
    webinar: ZoomWebinar, charlie: User, page_of: PageOf
) -> None:
    page = page_of(charlie)
    builds_it(page, webinar)
    create_contact(NewContact(email="ana@customer.example", first_name="Ana", last_name="Silva"))
    work()
    assert [person.email for person in webinar.registrants.values()] == ["ana@customer.example"]
    sees_what_became_of_her(page)
    edits_on_a_phone(page)


def builds_it(page: Page, webinar: ZoomWebinar) -> None:
    page.goto("/automation/workflows/")
    press(page, page.get_by_role("link", name="Create workflow").first)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Welcome")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who is enrolled")).to_be_visible()
    press(page, page.get_by_role("link", name="Add trigger"))
    expect(page.get_by_role("heading", name="Add a trigger")).to_be_focused()
    press(page, page.get_by_role("button", name="Contact created"))
    expect(page.get_by_role("heading", name="Contact created")).to_be_focused()
    press(page, page.get_by_role("link", name="Add a step here"))
    expect(page.get_by_role("heading", name="Add a step")).to_be_focused()
    press(page, page.get_by_role("button", name="Add contact to Zoom webinar"))
    expect(page.get_by_role("heading", name="Add contact to Zoom webinar")).to_be_focused()
    tab_to(page, page.get_by_label("Webinar: topic or ID"))
    number = str(webinar.id)
    page.keyboard.type(f"{number[:3]} {number[3:7]}-{number[7:]}")  # R79
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ready to publish")).to_be_visible()
    expect(page.get_by_role("link", name="Add contact to Growing roses")).to_be_visible()
    check(page)
    press(page, page.get_by_role("link", name="Publish…"))
    expect(page.get_by_role("heading", name="Publish")).to_be_focused()
    press(page, page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_text("“Welcome” was published as version 1.")).to_be_visible()


def sees_what_became_of_her(page: Page) -> None:
    page.reload()
    check(page)
    press(page, page.get_by_role("link", name="1 done"))
    press(page, page.get_by_role("link", name="Ana Silva"))
    path = page.get_by_role("listitem").filter(has_text="Add contact to Growing roses")
    expect(path.get_by_text("Registered", exact=True)).to_be_visible()
    check(page)
    press(page, page.get_by_role("link", name="ana@customer.example"))
    timeline = page.get_by_role("region", name="Timeline")
    expect(timeline.get_by_text("Enrolled in the workflow “Welcome”")).to_be_visible()
    expect(timeline.get_by_text("Growing roses")).to_be_visible()


def edits_on_a_phone(page: Page) -> None:
    page.goto("/automation/workflows/")
    check(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.get_by_role("link", name="Edit Welcome").click()
    page.get_by_role("link", name="Add contact to Growing roses").click()
    page.get_by_label("The next date").check()
    page.get_by_role("button", name="Save step").click()
    expect(page.get_by_role("link", name="Add contact to the next date of Growing roses")).to_be_visible()
    page.get_by_label("Name on the path").fill("Seat for roses")
    page.get_by_role("button", name="Save step").click()
    expect(page.get_by_role("link", name="Seat for roses")).to_be_visible()
    expect(page.get_by_text("Unpublished changes: ready to publish")).to_be_visible()
