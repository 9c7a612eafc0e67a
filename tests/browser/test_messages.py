"""What was just done is said in one message at a time, and it lies over nothing that can be pressed."""

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Brand
from integrations.models import Webinar, ZoomConnection
from tests.integrations.make import make_host, make_webinar
from tests.support.browser import PageOf
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

WEBINARS = 12
# The words of each control that could be pressed where the message is.
BELOW = """() => {
  const own = document.querySelector("[data-message]").getBoundingClientRect();
  const below = new Set();
  for (let x = own.left + 1; x < own.right; x += 6)
    for (let y = own.top + 1; y < own.bottom; y += 6)
      for (const what of document.elementsFromPoint(x, y))
        if (what.matches("a, button, input, select, textarea, summary") && !what.closest("#messages"))
          below.add(what.getAttribute("aria-label") || what.textContent.trim());
  return [...below];
}"""


@pytest.fixture
def many(transactional_db: None, syncing_brand: Brand, connection: ZoomConnection) -> list[Webinar]:
    host = make_host(connection, "mara@acme.test")
    return [make_webinar(connection, host, topic=f"Growing roses {number}") for number in range(WEBINARS)]


def turn_off(page: Page, webinar: Webinar) -> None:
    switch = page.get_by_role("switch", name=f"Sync “{webinar}”")
    switch.scroll_into_view_if_needed()
    switch.click()
    expect(page.locator("[data-message]")).to_contain_text(str(webinar))


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_after_three_actions_one_message_is_shown_and_no_control_lies_below_it(
    many: list[Webinar], alice: User, page_of: PageOf, width: int
) -> None:
    page = page_of(alice)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/settings/integrations/connected-apps/zoom/acme/")
    for webinar in (many[2], many[-1], many[5]):
        turn_off(page, webinar)
        expect(page.locator("[data-message]")).to_have_count(1)
        assert page.evaluate(BELOW) == []
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("[data-message]")).to_have_count(0)
    assert page.evaluate("document.scrollingElement.scrollTop > 0 || innerWidth > 390")
