"""What people do on the pages of Zoom, with the keyboard alone; what the page says of it is read out."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from contacts.models import Brand
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import SyncRun, Webinar, ZoomConnection, ZoomSettings, ZoomUser
from tests.integrations.make import make_host, make_webinar
from tests.support.browser import PageOf
from tests.support.jobs import ended, running
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

MOST_TABS = 60


@pytest.fixture
def webinar(transactional_db: None, connection: ZoomConnection) -> Webinar:
    ZoomSettings.objects.update(sync_webinars=True)
    return make_webinar(connection, make_host(connection, first_name="Mara"), topic="Growing roses")


@pytest.fixture
def home(webinar: Webinar, alice: User, page_of: PageOf, zoom: str) -> Page:
    page = page_of(alice)
    page.goto(zoom)
    return page


def tab_to(page: Page, target: Locator) -> None:
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MOST_TABS} tabs did not reach {target}")


def focused(page: Page) -> Any:
    return page.evaluate("document.activeElement.id")


def test_the_first_tab_offers_to_skip_the_navigation(home: Page) -> None:
    home.keyboard.press("Tab")
    expect(home.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    home.keyboard.press("Enter")
    expect(home.locator("#main")).to_be_focused()


def test_a_switch_acts_at_once_keeps_the_focus_and_is_taken_back(home: Page, webinar: Webinar) -> None:
    switch = home.get_by_role("switch", name="Sync “Growing roses”")
    tab_to(home, switch)
    home.keyboard.press("Space")
    expect(switch).not_to_be_checked()
    expect(switch).to_be_focused()
    messages = home.get_by_role("status", name="Messages")
    expect(messages).to_contain_text("Sync is off for “Growing roses”. Existing data is kept.")
    tab_to(home, messages.get_by_role("button", name="Undo"))
    home.keyboard.press("Enter")
    expect(switch).to_be_checked()
    expect(messages).to_contain_text("Undone.")
    webinar.refresh_from_db()
    assert webinar.sync_enabled


def test_r32_sync_now_shows_on_focus_and_tells_how_far_it_is_until_the_end(home: Page) -> None:
    button = home.get_by_role("button", name="Sync now “Growing roses”")
    revealed = home.locator(".reveal").filter(has=button)
    expect(revealed).to_have_css("opacity", "0")
    tab_to(home, home.get_by_role("link", name="Growing roses", exact=True))
    expect(revealed).to_have_css("opacity", "1")
    home.keyboard.press("Tab")
    home.keyboard.press("Enter")
    row = home.get_by_role("row").filter(has_text="Growing roses")
    expect(row.get_by_text("Queued")).to_be_visible()
    expect(row.get_by_role("button", name="Syncing “Growing roses”")).to_be_focused()
    run = SyncRun.objects.get()
    SyncRun.objects.update(**running(started_at=timezone.now()))
    run.steps.create(name="Attendance", done=120, total=1410)
    expect(row.get_by_text("Attendance 120 / 1,410")).to_be_visible()
    expect(row.get_by_role("progressbar", name="Attendance")).to_have_attribute("value", "120")
    SyncRun.objects.update(**ended())
    Webinar.objects.update(last_synced_at=timezone.now(), registered_count=1410)
    expect(row.get_by_text("1,410")).to_be_visible()
    expect(home.get_by_role("status", name="Messages")).to_contain_text("“Growing roses” is up to date.")


def test_r31_the_panel_holds_the_focus_closes_on_escape_and_gives_it_back(
    home: Page, brand: Brand, webinar: Webinar
) -> None:
    audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, {"count": 3}, webinar=webinar)
    link = home.get_by_role("link", name="Growing roses", exact=True)
    tab_to(home, link)
    home.keyboard.press("Enter")
    panel = home.get_by_role("dialog", name="Growing roses")
    expect(panel).to_contain_text("3 people: no email.")
    for _tab in range(12):
        home.keyboard.press("Tab")
        # Between its last and its first control the focus may be on the browser's own.
        assert home.evaluate("document.activeElement.closest('dialog, body').tagName") in ("DIALOG", "BODY")
        assert focused(home) not in ("main", f"topic-{webinar.pk}")
    home.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()


def test_the_panel_closes_on_a_click_beside_it(home: Page) -> None:
    home.get_by_role("link", name="Audit logs “Growing roses”").click()
    expect(home.get_by_role("dialog")).to_be_visible()
    home.mouse.click(100, 300)
    expect(home.get_by_role("dialog")).to_be_hidden()


def test_a_panel_has_an_address_and_back_closes_it(home: Page, webinar: Webinar) -> None:
    plain = home.url
    home.get_by_role("link", name="Audit logs “Growing roses”").click()
    panel = home.get_by_role("dialog", name="Growing roses")
    expect(panel).to_be_visible()
    expect(home).to_have_url(re.compile(rf"#panel=.*/webinars/{webinar.zoom_webinar_id}/$"))
    home.go_back()
    expect(panel).to_be_hidden()
    expect(home).to_have_url(plain)
    home.go_forward()
    expect(panel).to_be_visible()
    home.reload()
    expect(panel).to_be_visible()
    home.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(home).to_have_url(plain)
    home.goto("about:blank")
    home.goto(f"{plain}#panel=//evil.test/")
    expect(home.get_by_role("link", name="Growing roses", exact=True)).to_be_visible()
    expect(home.get_by_role("dialog")).to_be_hidden()


def test_the_list_answers_while_one_types_and_the_back_button_works(home: Page, webinar: Webinar) -> None:
    make_webinar(webinar.connection, topic="Composting")
    search = home.get_by_label("Search topic, host or webinar ID")
    search.press_sequentially("compost", delay=20)
    expect(home.get_by_role("link", name="Composting", exact=True)).to_be_visible()
    expect(home.get_by_role("link", name="Growing roses", exact=True)).to_be_hidden()
    expect(home).to_have_url(re.compile("q=compost"))
    expect(search).to_be_focused()
    home.go_back()
    expect(home.get_by_role("link", name="Growing roses", exact=True)).to_be_visible()


def test_the_menu_of_the_person_opens_and_closes(home: Page) -> None:
    summary = home.locator("details.user-menu > summary")
    tab_to(home, summary)
    home.keyboard.press("Enter")
    expect(home.get_by_role("button", name="Sign out")).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_on_a_phone_the_navigation_opens_and_gives_the_focus_back(home: Page) -> None:
    home.set_viewport_size({"width": 390, "height": 844})
    opener = home.get_by_role("link", name="Open navigation")
    tab_to(home, opener)
    home.keyboard.press("Enter")
    expect(home.get_by_role("link", name="Contacts", exact=True)).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.get_by_role("link", name="Contacts", exact=True)).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_theme_is_chosen_and_stays(home: Page) -> None:
    home.locator("details.user-menu > summary").click()
    home.get_by_role("button", name="Dark").click()
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")
    expect(home.locator("body")).to_have_css("background-color", "rgb(17, 18, 20)")
    home.reload()
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")


def test_times_are_in_the_zone_of_the_browser(
    webinar: Webinar, alice: User, chromium: Any, page_of: PageOf, live_server: Any, zoom: str
) -> None:
    cookies = page_of(alice).context.cookies()
    context = chromium.new_context(base_url=live_server.url, timezone_id="Asia/Tokyo")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/")
    page.goto(zoom)
    expect(page.get_by_role("row").filter(has_text="Growing roses")).to_contain_text("JST")
    context.close()


def test_r19_r20_the_boxes_of_a_user_are_set_in_the_panel(home: Page, zoom: str) -> None:
    home.goto(f"{zoom}users/")
    tab_to(home, home.get_by_role("link", name="User settings “Mara”"))
    home.keyboard.press("Enter")
    panel = home.get_by_role("dialog", name="User settings")
    box = panel.get_by_label("Sync this user's webinar recordings and transcripts")
    tab_to(home, box)
    home.keyboard.press("Space")
    expect(panel.get_by_text("Saved for Mara.")).to_be_visible()
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    assert ZoomUser.objects.get().sync_recordings


def test_somebody_whose_session_ended_is_led_to_the_login_page(home: Page) -> None:
    home.context.clear_cookies()
    home.get_by_role("link", name="Audit logs “Growing roses”").click()
    expect(home).to_have_url(re.compile(r"/login/\?next="))


def test_the_palette_finds_opens_and_remembers(home: Page, webinar: Webinar) -> None:
    home.keyboard.press("Control+k")
    palette = home.get_by_role("combobox", name="Search everything")
    expect(palette).to_be_focused()
    palette.press_sequentially("growing")
    first = home.get_by_role("option", name="Growing roses").first
    expect(first).to_have_attribute("aria-selected", "true")
    home.keyboard.press("ArrowDown")
    home.keyboard.press("ArrowUp")
    with home.expect_request("**/search/opened/"):
        home.keyboard.press("Enter")
    expect(home.get_by_role("heading", name="Growing roses").first).to_be_visible()
    home.keyboard.press("Control+k")
    expect(home.get_by_role("group", name="Recent")).to_contain_text("Growing roses")
    home.keyboard.press("Escape")
    expect(palette).to_be_hidden()  # closed by the browser, a moment after the key
    home.keyboard.press("?")
    expect(home.get_by_role("heading", name="Shortcuts")).to_be_visible()
