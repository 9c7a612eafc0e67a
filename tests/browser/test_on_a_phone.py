"""As narrow as a phone: nothing is cut off."""

import pytest
from playwright.sync_api import Page, expect

from integrations.simulator.simulator import Simulator

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
    webinar = next(iter(simulator.world.webinars))
    for address in ("/", "/calls", f"/webinars/{webinar}"):
        page.goto(f"{simulator.url}{address}")
        assert page.evaluate(CUT_OFF) == []
    page.goto(simulator.url)
    expect(page.locator("td[data-label=Attended]").first).to_be_visible()
