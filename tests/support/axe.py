"""What axe finds fault with on a page as it is now."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# What is in order, described for each element, takes longer than the check: only faults come back.
FAULTS = """(options) => axe.run(document, {...options, resultTypes: ["violations"]}).then(
  ({violations}) => violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)
)"""


def assert_no_violations(page: Page, rules: list[str] | None = None) -> None:
    """By all rules of axe, or by some. Needs reduced motion: colours on their way are no one's choice."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(FAULTS, {"runOnly": rules} if rules else {})
    assert not found, found
