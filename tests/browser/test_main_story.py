"""The main job as an admin sees it: from signing in to a contact with the times of joining and leaving."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Contact
from integrations.models import SyncRun, ZoomConnection
from tests.oracle import truth
from tests.support.installation import Installation
from tests.support.people import PASSWORD
from tests.support.waiting import eventually
from zoom_simulator.simulator import Simulator
from zoomsync.models import User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.services,
    pytest.mark.simulator("demo"),
    pytest.mark.timeout(300),
]

PATIENTLY = 60_000  # milliseconds; a worker is at it


def test_an_admin_connects_zoom_switches_sync_on_and_sees_who_came(
    simulator: Simulator, installation: Installation, alice: User, page: Page
) -> None:
    installation.start_worker()
    log_in(page, alice)
    connect_zoom(page)
    switch_sync_on(page)
    topic, person = somebody_who_came(simulator)
    sync_now(page, topic)
    sees_when_they_came(page, person)


def log_in(page: Page, user: User) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def connect_zoom(page: Page) -> None:
    """R8: Settings > Integrations > Connected apps > Zoom; there and back through Zoom's own page."""
    page.get_by_role("link", name="Integrations", exact=True).click()
    page.get_by_role("link", name="Connect Zoom").first.click()
    page.get_by_role("textbox", name="Brand name").fill("Brightline")
    page.get_by_role("button", name="Add brand").click()
    page.get_by_role("button", name="Connect Zoom").click()
    expect(page).to_have_url(re.compile("/oauth/authorize"))
    page.get_by_role("button", name="Allow").click()
    expect(page).to_have_url(re.compile("/connected-apps/zoom/brightline/"))
    assert ZoomConnection.objects.get().auth_kind == ZoomConnection.Auth.OAUTH


def switch_sync_on(page: Page) -> None:
    """R10, R16."""
    page.get_by_role("link", name="Global settings").first.click()
    switch = page.get_by_role("switch", name="Sync webinar data")
    expect(switch).not_to_be_checked()
    switch.click()
    page.locator("#confirm-change").click()  # it says first what it will do
    expect(page.get_by_role("switch", name="Sync webinar data")).to_be_checked()
    page.get_by_role("link", name="Home", exact=True).click()


def somebody_who_came(simulator: Simulator) -> tuple[str, dict[str, object]]:
    """A participation of the simulator's truth, with the topic of its webinar."""
    attended = [
        row
        for row in truth(simulator.account, simulator.scenario.policy)["participations"]
        if row["first_joined_at"]
    ]
    return attended[-1]["topic"], attended[-1]


def sync_now(page: Page, topic: str) -> None:
    """R32: on hover, with progress to the end. The catch-up of the switch (R35) may be at it before."""
    page.get_by_label("Search topic, host or webinar ID").fill(topic)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=topic, exact=True)).first
    button = row.get_by_role("button", name="Sync now")
    expect(button).to_be_attached(timeout=PATIENTLY)
    row.hover()
    button.click()
    by_hand = SyncRun.objects.filter(trigger=SyncRun.Trigger.MANUAL)
    eventually(lambda: by_hand.filter(state=SyncRun.State.COMPLETE).exists(), seconds=60)
    expect(button).to_be_attached(timeout=PATIENTLY)
    expect(row.get_by_text("just now")).to_be_visible()


def sees_when_they_came(page: Page, person: dict[str, object]) -> None:
    """R75: the contact's timeline shows when they joined and left."""
    contact = Contact.objects.get(email=person["email"])
    page.get_by_role("link", name="Contacts").first.click()
    # Others are synced meanwhile, so that the person may be on any page of the list.
    page.get_by_label("Search names and addresses").fill(contact.email)
    page.get_by_role("link", name=str(contact)).first.click()
    timeline = page.get_by_role("region", name="Timeline")
    for moment in (person["first_joined_at"], person["last_left_at"]):
        at = datetime.fromisoformat(str(moment)).astimezone(UTC)
        expect(timeline.get_by_text(f"{at:%H:%M}").first).to_be_visible()
