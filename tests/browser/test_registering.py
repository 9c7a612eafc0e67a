"""A marketer selects contacts and registers them for a webinar, and an operator follows up on a refusal."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Route, expect

from contacts.models import Contact
from integrations.models import ZoomConnection
from tests.browser.test_accessible import judge
from tests.contacts.make import make_contact
from tests.integrations.make import make_webinar
from tests.support.browser import PageOf
from tests.workflows.registrations.helpers import register, schedule, work
from workflows.models import RegistrationStatus as Status
from zoom_simulator.account.rows import Webinar as ZoomWebinar
from zoom_simulator.simulator import Simulator
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def webinar(account: ZoomConnection, simulator: Simulator) -> ZoomWebinar:
    webinar = schedule(simulator)
    make_webinar(account, zoom_webinar_id=webinar.id, topic=webinar.topic)
    return webinar


@pytest.fixture
def contacts(db: None) -> list[Contact]:
    names = [("Ana", "Silva"), ("Ben", "Okafor"), ("", "")]
    return [
        make_contact(f"person{number}@customer.example", first_name=first, last_name=last)
        for number, (first, last) in enumerate(names)
    ]


def test_contacts_are_selected_checked_and_registered(
    page_of: PageOf, charlie: User, contacts: list[Contact], webinar: ZoomWebinar
) -> None:
    page = page_of(charlie)
    page.goto(reverse("contacts:list"))
    page.get_by_label("Select all on this page").check()
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.get_by_role("button", name="Add to Zoom webinar").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Search topic, date or webinar ID").fill("roses")
    dialog.get_by_label("Growing roses").check()
    expect(dialog.get_by_text("The contact has no first name.")).to_be_visible()
    judge(page)
    dialog.get_by_role("button", name="Register 2 contacts").click()
    expect(dialog.get_by_text("0 of 3")).to_be_visible()
    work()
    expect(dialog.get_by_text("2 succeeded")).to_be_visible()
    assert len(webinar.registrants) == 2


def test_one_contact_is_registered_from_its_page_and_removed_again(
    page_of: PageOf, bob: User, contacts: list[Contact], webinar: ZoomWebinar
) -> None:
    page = page_of(bob)
    page.goto(reverse("contacts:detail", args=[contacts[0].pk]))
    page.get_by_role("link", name="Add to Zoom webinar").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Growing roses").check()
    dialog.get_by_role("button", name="Register 1 contact").click()
    expect(dialog.get_by_text("Queued")).to_be_visible()
    work()
    expect(dialog.get_by_text("Registered", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Remove from webinar").click()  # the page below has renewed itself
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    work()
    page.reload()
    expect(page.locator("#registrations").get_by_text("Removed")).to_be_visible()


def test_on_a_webinars_page_contacts_are_picked_by_keyboard_also_on_a_phone(
    page_of: PageOf, bob: User, contacts: list[Contact], webinar: ZoomWebinar
) -> None:
    page = page_of(bob)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{reverse('registrations:add')}?webinar={webinar.id}")
    search = page.get_by_label("Search contacts by name or email")
    for name, button in (("Silva", "Register 1 contact"), ("Okafor", "Register 2 contacts")):
        search.fill(name)
        expect(page.get_by_label(name)).to_be_visible()
        page.get_by_label(name).focus()
        page.keyboard.press("Space")
        # What is looked at and pressed next must not be replaced by the pre-flight meanwhile.
        expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
        search.focus()
    expect(page.get_by_label("Silva")).to_be_checked()
    judge(page)
    page.get_by_role("button", name="Register 2 contacts").press("Enter")
    expect(page.get_by_text("0 of 2")).to_be_visible()
    work()
    expect(page.get_by_text("2 succeeded")).to_be_visible()
    assert {person.last_name for person in webinar.registrants.values()} == {"Silva", "Okafor"}


def test_a_tick_while_a_search_is_under_way_is_not_lost(
    page_of: PageOf, bob: User, contacts: list[Contact], webinar: ZoomWebinar
) -> None:
    page = page_of(bob)
    page.goto(f"{reverse('registrations:add')}?webinar={webinar.id}")
    search = page.get_by_label("Search contacts by name or email")
    search.fill("Silva")
    expect(page.get_by_label("Silva")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.headers.get("hx-target") == "matches":
            held.append(route)
        else:
            route.continue_()

    asked = re.compile("person=Okafor")
    page.route(asked, hold)
    with page.expect_request(asked):
        search.fill("Okafor")
    page.get_by_label("Silva").check()
    expect(page.get_by_role("button", name="Register 1 contact")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_label("Okafor")).to_be_visible()
    expect(page.get_by_label("Silva")).to_be_checked()


def test_a_refusal_is_retried_from_the_list(
    page_of: PageOf, bob: User, contacts: list[Contact], webinar: ZoomWebinar
) -> None:
    job = register(contacts[2], webinar)
    page = page_of(bob)
    page.goto(reverse("registrations:list"))
    expect(page.get_by_text("Add a first name to the contact, then retry.")).to_be_visible()
    judge(page)
    Contact.objects.filter(pk=contacts[2].pk).update(first_name="Cleo")
    page.get_by_role("button", name="Retry").click()
    work()
    expect(page.get_by_role("cell", name="State Registered")).to_be_visible()
    job.refresh_from_db()
    assert job.status == Status.REGISTERED
