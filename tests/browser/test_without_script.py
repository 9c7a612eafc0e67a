"""All that is a form works without a script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from integrations.models import DomainExclusion, SyncRun, Webinar, ZoomConnection, ZoomSettings
from tests.integrations.make import make_host, make_webinar
from tests.support.people import PASSWORD
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def plain(chromium: Browser, live_server: Any, alice: User) -> Iterator[Page]:
    """Alice signs in with a browser that runs no scripts."""
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/login/")
    page.get_by_label("Email").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Dashboard", exact=True)).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def webinar(transactional_db: None, connection: ZoomConnection) -> Webinar:
    ZoomSettings.objects.update(sync_webinars=True)
    return make_webinar(connection, make_host(connection, first_name="Mara"), topic="Growing roses")


def test_a_switch_and_its_undo(plain: Page, webinar: Webinar, zoom: str) -> None:
    plain.goto(zoom)
    plain.get_by_role("switch", name="Sync “Growing roses”").click()
    expect(plain.get_by_role("switch", name="Sync “Growing roses”")).not_to_be_checked()
    plain.get_by_role("button", name="Undo").click()
    expect(plain.get_by_role("switch", name="Sync “Growing roses”")).to_be_checked()
    webinar.refresh_from_db()
    assert webinar.sync_enabled


def test_sync_now(plain: Page, webinar: Webinar, zoom: str) -> None:
    plain.goto(zoom)
    plain.get_by_role("row").filter(has_text="Growing roses").hover()
    plain.get_by_role("button", name="Sync now “Growing roses”").click()
    expect(plain.get_by_text("Syncing “Growing roses” now.")).to_be_visible()
    assert SyncRun.objects.get().trigger == SyncRun.Trigger.MANUAL


def test_search_and_filters(plain: Page, webinar: Webinar, zoom: str) -> None:
    make_webinar(webinar.connection, topic="Composting", sync_enabled=False)
    plain.goto(zoom)
    plain.get_by_role("combobox", name="Sync").select_option("off")
    plain.get_by_role("button", name="Apply").click()
    expect(plain.get_by_role("link", name="Composting", exact=True)).to_be_visible()
    expect(plain.get_by_role("link", name="Growing roses", exact=True)).to_have_count(0)


def test_panels_are_pages(plain: Page, webinar: Webinar, zoom: str) -> None:
    plain.goto(zoom)
    plain.get_by_role("link", name="Audit logs “Growing roses”").click()
    expect(plain.get_by_role("heading", level=1, name="Growing roses")).to_be_visible()


def test_exclusions(plain: Page, webinar: Webinar, zoom: str) -> None:
    plain.goto(f"{zoom}global-settings/")
    section = plain.get_by_role("region", name="Contact exclusions")
    section.get_by_label("Domains to exclude: Contact exclusions").fill("acme.test, nonsense")
    section.get_by_role("button", name="Exclude").click()
    expect(plain.get_by_text("is only the end of a domain")).to_be_visible()
    plain.get_by_label("Domains to exclude: Contact exclusions").fill("acme.test")
    plain.get_by_role("button", name="Exclude").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("acme.test")  # it asks first
    plain.get_by_role("button", name="Exclude").click()
    expect(plain).to_have_url(re.compile("/global-settings/"))
    assert DomainExclusion.objects.get().domain == "acme.test"


def test_the_boxes_of_a_zoom_user(plain: Page, webinar: Webinar, zoom: str) -> None:
    plain.goto(f"{zoom}users/")
    plain.get_by_role("link", name="User settings “Mara”").click()
    plain.get_by_label("Sync data from newly scheduled webinars by default").uncheck()
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Saved for Mara.")).to_be_visible()
    webinar.host.refresh_from_db()
    assert not webinar.host.sync_new_webinars


def test_several_zoom_users_at_once(plain: Page, webinar: Webinar, zoom: str) -> None:
    plain.goto(f"{zoom}users/")
    plain.get_by_label("Select Mara").check()
    plain.get_by_label("Setting for the selected users").select_option("recordings_on")
    plain.get_by_role("button", name="Apply").last.click()
    expect(plain.get_by_text("set for 1 Zoom user.")).to_be_visible()


def test_a_colleague_is_added_and_given_another_role(plain: Page) -> None:
    plain.goto("/settings/team/")
    plain.get_by_role("link", name="Add a colleague").click()
    plain.get_by_label("Email").fill("dora@acme.test")
    plain.get_by_role("button", name="Add").click()
    expect(plain.get_by_label("Link")).to_have_value(re.compile("/account/set-password/"))
    plain.get_by_role("link", name="Back to the team").click()
    row = plain.get_by_role("row").filter(has_text="dora@acme.test")
    row.get_by_label("Role of dora@acme.test").select_option("operator")
    row.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("dora@acme.test is now Operator.")).to_be_visible()
    assert User.objects.get(email="dora@acme.test").role == "operator"


def test_the_theme(plain: Page) -> None:
    plain.goto("/")
    plain.locator("details.user-menu > summary").click()
    plain.get_by_role("button", name="Dark").click()
    expect(plain.locator("html")).to_have_attribute("data-theme", "dark")


def test_on_a_phone_the_navigation_opens(plain: Page) -> None:
    plain.set_viewport_size({"width": 390, "height": 844})
    plain.goto("/")
    plain.get_by_role("link", name="Open navigation").click()
    expect(plain.get_by_role("link", name="Contacts")).to_be_visible()
    plain.get_by_role("link", name="Close navigation").click()
    expect(plain.get_by_role("link", name="Contacts")).to_be_hidden()
