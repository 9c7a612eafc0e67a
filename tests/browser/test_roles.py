"""What each role finds on the pages about Zoom: everyone reads all of it, and is drawn no control but their
own; a stranger reads nothing.
"""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.models import Brand
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import SkippedPerson, SyncRun, Webinar, ZoomConnection, ZoomSettings
from integrations.settings_changes import add_exclusions
from tests.integrations.make import make_host, make_webinar
from tests.support.browser import PageOf
from tests.support.jobs import running
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.django_db(transaction=True)]

ZOOM = "/settings/integrations/connected-apps/zoom/acme/"

# Each page, and what it is opened for.
PAGES = {
    "/": "Sync status",
    ZOOM: "Growing roses",
    f"{ZOOM}global-settings/": "rival.test",
    f"{ZOOM}users/": "Mara",
    f"{ZOOM}users/{{host}}/": "Sync data from newly scheduled webinars by default",
    f"{ZOOM}users/{{host}}/webinars/": "Growing roses",
    f"{ZOOM}webinars/91/": "1 person: excluded domain.",
    "/skipped-people/": "eve@rival.test",
    "/explain/?q=eve@rival.test": "A new registration from this person would be excluded",
    "/audit/": "1 person: excluded domain.",
    "/audit/settings/": "rival.test",
}
CHANGES = "main form[method=post], main input[type=checkbox]:enabled, main input[type=radio]:enabled"
SYNC_NOW = "form[action$='/sync-now/'], form[action*='/do/sync'], form[action$='/list-now/']"


@pytest.fixture
def addresses(brand: Brand, connection: ZoomConnection) -> dict[str, str]:
    """Eve is kept out of a webinar that syncs right now; the pages that tell so, with her words on them."""
    ZoomSettings.objects.update(sync_webinars=True)
    host = make_host(connection, first_name="Mara")
    webinar = make_webinar(connection, host, zoom_webinar_id=91, last_synced_at=timezone.now())
    add_exclusions(brand, "contact", ["rival.test"], None)
    SyncRun.objects.all().delete()
    SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", **running())
    audit.warn(brand, AuditCode.SKIPPED_EXCLUDED_DOMAIN, {"count": 1}, webinar=webinar)
    SkippedPerson.objects.create(
        webinar=webinar, email="eve@rival.test", person_key="eve@rival.test", name="Eve Adams",
        stage="registration", reason="excluded_domain", rule="rival.test",
    )  # fmt: skip
    return {address.format(host=host.pk): words for address, words in PAGES.items()}


def test_d1_a_marketer_reads_all_of_it_and_is_drawn_no_control(
    charlie: User, page_of: PageOf, addresses: dict[str, str]
) -> None:
    page = page_of(charlie)
    for address, words in addresses.items():
        page.goto(address)
        expect(page.get_by_role("main")).to_contain_text(words)
        expect(page.locator(CHANGES)).to_have_count(0)


def test_d1_an_operator_reads_all_of_it_and_may_only_sync(
    bob: User, page_of: PageOf, addresses: dict[str, str]
) -> None:
    page = page_of(bob)
    for address, words in addresses.items():
        page.goto(address)
        expect(page.get_by_role("main")).to_contain_text(words)
        expect(page.locator(CHANGES)).to_have_count(page.locator(f"main :is({SYNC_NOW})").count())
    SyncRun.objects.all().delete()
    page.goto(ZOOM)
    page.get_by_role("row").filter(has_text="Growing roses").hover()
    page.get_by_role("button", name="Sync now “Growing roses”").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Growing roses")
    assert SyncRun.objects.get().webinar == Webinar.objects.get()


def test_a_stranger_reads_nothing_and_is_asked_who_they_are(page: Page, addresses: dict[str, str]) -> None:
    for address in addresses:
        page.goto(address)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("roses")
        expect(page.locator("body")).not_to_contain_text("rival.test")
