"""Every page as axe judges it: light, dark, and as narrow as a phone. Nothing is wider than the screen."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.actions import NewContact, create_contact
from contacts.models import Brand, Contact
from core.messages import Message
from core.roles import Role
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import DomainExclusion, SyncRun, ZoomConnection, ZoomSettings, ZoomUser
from marketing_events.models import Call, MarketingEvent
from tests.integrations.make import make_host, make_webinar
from tests.marketing_events.make import make_attended, make_call, make_event
from tests.support.axe import assert_no_violations
from tests.support.browser import PageOf
from tests.support.jobs import running
from tests.zoomsync.callbacks.make import make_delivery
from zoomsync.api.tokens import create_token
from zoomsync.models import CallbackTry, User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ZOOM = "/settings/integrations/connected-apps/zoom/acme/"

PAGES = [
    "/",
    "/contacts/",
    "/contacts/{contact}/",
    "/contacts/import/",
    "/contacts/segments/",
    "/contacts/segments/new/?template=engaged",
    "/marketing-events/",
    "/marketing-events/{event}/",
    "/marketing-events/compare/?event={event}&event={other}",
    "/marketing-events/series/91/",
    "/calls/{call}/",
    "/skipped-people/of-event/{event}/",
    "/settings/integrations/connected-apps/",
    "/settings/integrations/connected-apps/zoom/",
    ZOOM,
    f"{ZOOM}?q=nothing+like+this",
    f"{ZOOM}global-settings/",
    "/settings/integrations/connected-apps/zoom/unconnected/global-settings/",
    f"{ZOOM}exclusions/host/",
    f"{ZOOM}users/",
    f"{ZOOM}users/{{user}}/",
    f"{ZOOM}users/{{user}}/webinars/",
    f"{ZOOM}webinars/91/",
    "/runs/{run}/",
    "/audit/",
    "/automation/registrations/",
    "/automation/registrations/add/?contact={contact}",
    "/settings/team/",
    "/settings/team/add/",
    "/settings/api-tokens/",
    "/settings/api-tokens/create/",
    "/settings/callbacks/",
    "/api/v1/docs",
    "/account/password/",
    "/account/profile/",
    "/help/",
    "/search/?q=a",
    "/nowhere/",
]


def add_a_second_alice(page: Page) -> None:
    page.get_by_label("Email").fill("alice@acme.test")
    page.get_by_role("button", name="Add").click()


def create_a_token(page: Page) -> None:
    page.get_by_role("link", name="Create a token").click()
    page.get_by_label("Name").fill("n8n")
    page.get_by_role("button", name="Create", exact=True).click()


def find_dora(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search everything").press_sequentially("dora")


# Opened on a page, then judged with it: where, how, and what shows that it is open.
OPENED: dict[str, tuple[str, Callable[[Page], None], str]] = {
    "the audit log's panel": (
        ZOOM,
        lambda page: page.get_by_role("link", name="Audit logs").first.click(),
        "dialog[open]",
    ),
    "the user's panel": (
        f"{ZOOM}users/",
        lambda page: page.get_by_role("link", name="User settings").first.click(),
        "dialog[open]",
    ),
    "the person's menu": (
        "/settings/team/",
        lambda page: page.locator("details.user-menu > summary").dispatch_event("click"),
        "details.user-menu[open]",
    ),
    "a new token": ("/settings/api-tokens/", create_a_token, "#token"),
    "the tries of a callback": (
        "/settings/callbacks/",
        lambda page: page.locator("main details > summary").first.click(),
        "main details[open]",
    ),
    "the command palette": ("/", find_dora, "#palette [aria-selected=true]"),
    "a question": (
        f"{ZOOM}global-settings/",
        lambda page: page.get_by_role("switch", name="Sync webinar data").click(),
        "dialog[open] #confirm-change",
    ),
    "a message": (ZOOM, lambda page: page.get_by_role("switch").first.click(), ".message"),
    "a mistake": ("/settings/team/add/", add_a_second_alice, "[aria-invalid=true]"),
}


@pytest.fixture
def company(transactional_db: None, brand: Brand, connection: ZoomConnection) -> None:
    """One of each: what is in order, what is not, what is under way."""
    ZoomSettings.objects.update(sync_webinars=True)
    DomainExclusion.objects.create(brand=brand, kind="host", domain="agency.test")
    host = make_host(connection, first_name="Mara", last_name="Lind")
    webinar = make_webinar(
        connection, host, zoom_webinar_id=91, last_synced_at=timezone.now(), registered_count=1234
    )
    audit.warn(brand, AuditCode.SKIPPED_NO_EMAIL, webinar=webinar)
    audit.warn(brand, AuditCode.ZOOM_UNREACHABLE, webinar=webinar)
    audit.record(brand, AuditCode.SYNC_COMPLETED, webinar=webinar)
    make_webinar(connection, host, state="live", approval=2)
    make_webinar(connection, host, is_zoom_event=True)
    make_webinar(connection, host_email="eva@agency.test", sync_enabled=False)
    run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", **running())
    run.steps.create(name="Registrants", state="complete", done=300, total=300)
    run.steps.create(name="Attendance", done=5, total=9)
    run.log_lines.create(message=Message("zoom.unavailable"), level="warning")
    dora = create_contact(NewContact(email="dora@mail.test", first_name="Dora", last_name="Novak"))
    for attended in range(1, 3):
        event = make_event(zoom_webinar_id=91, attended_count=attended, registered_count=2)
        make_attended(event, dora, (5, 20), (25, 60))
    Brand.objects.create(name="Unconnected", slug="unconnected")
    call = make_call(event, ("Mara Lind", 1, "Welcome."))
    call.files.create(
        external_id="a", kind="audio_only", extension="M4A", size_bytes=42_000_000, play_url="/"
    )
    token = create_token("Zapier", Role.MARKETER, days=30).token
    for state in ("queued", "complete", "failed"):
        delivery = make_delivery(
            token=token, state=state, attempts=2, error=Message("callback.answered", status=500)
        )
        CallbackTry.objects.create(delivery=delivery, status=500, milliseconds=12)


def judge(page: Page) -> None:
    """Three looks of what is on the page now."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert_no_violations(page)
    page.emulate_media(color_scheme="dark")
    assert_no_violations(page, rules=["color-contrast", "link-in-text-block"])  # what colours are about
    page.set_viewport_size({"width": 390, "height": 844})
    assert_no_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_accessible_in_every_look(
    company: None, alice: User, page_of: PageOf, address: str
) -> None:
    page = page_of(alice)
    models = {"user": ZoomUser, "run": SyncRun, "contact": Contact, "call": Call}
    keys = {name: model.objects.get().pk for name, model in models.items()}
    event, other = MarketingEvent.objects.order_by("pk").values_list("pk", flat=True)
    page.goto(address.format(event=event, other=other, **keys))
    judge(page)


@pytest.mark.parametrize("address", ["/login/", "/account/set-password/x/y/"])
def test_so_is_what_a_visitor_sees(transactional_db: None, page: Page, address: str) -> None:
    page.goto(address)
    judge(page)


def test_so_is_the_description_of_the_api_for_a_visitor(transactional_db: None, page: Page) -> None:
    """In one look: it is long, and the other looks are judged for who is signed in."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto("/api/v1/docs")
    assert_no_violations(page)


@pytest.mark.parametrize("what", OPENED)
def test_so_is_what_opens_on_it(company: None, alice: User, page_of: PageOf, what: str) -> None:
    page = page_of(alice)
    address, act, shown = OPENED[what]
    page.goto(address)
    act(page)
    expect(page.locator(shown).first).to_be_visible()
    judge(page)


def test_so_is_a_new_installation(transactional_db: None, alice: User, page_of: PageOf) -> None:
    page = page_of(alice)
    page.goto("/")
    judge(page)
