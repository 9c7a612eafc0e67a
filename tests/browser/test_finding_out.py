"""Something is missing, and people find out why in the browser, each with what they may do about it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from contacts.actions import NewContact, create_contact
from contacts.models import Brand, Contact
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import (
    AuditEntry,
    DomainExclusion,
    Registrant,
    SkippedPerson,
    SyncRun,
    Webinar,
    ZoomConnection,
    ZoomSettings,
)
from integrations.settings_changes import add_exclusions, set_global, set_webinar
from integrations.sync.change_summary import summary_of
from tests.browser.test_accessible import judge
from tests.integrations.make import make_host, make_webinar
from tests.support.browser import PageOf
from zoomsync.models import User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.django_db(transaction=True)]

ZOOM = "/settings/integrations/connected-apps/zoom/acme/"


@pytest.fixture
def webinar(brand: Brand, connection: ZoomConnection) -> Webinar:
    ZoomSettings.objects.update(sync_webinars=True)
    return make_webinar(connection, make_host(connection, first_name="Mara"), last_synced_at=timezone.now())


@pytest.fixture
def eve(brand: Brand, webinar: Webinar) -> SkippedPerson:
    """Kept out by the domain of her address."""
    add_exclusions(brand, "contact", ["rival.test"], None)
    Registrant.objects.create(
        webinar=webinar, email="eve@rival.test", zoom_id="r1", status="approved", registered_at=timezone.now()
    )
    audit.warn(brand, AuditCode.SKIPPED_EXCLUDED_DOMAIN, {"count": 1}, webinar=webinar)
    return SkippedPerson.objects.create(
        webinar=webinar, email="eve@rival.test", person_key="eve@rival.test", name="Eve Adams",
        stage="registration", reason="excluded_domain", rule="rival.test",
    )  # fmt: skip


def open_log(page: Page) -> Any:
    page.goto(ZOOM)
    page.get_by_role("link", name=re.compile("^Audit logs")).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def test_a_marketer_finds_out_in_a_minute_why_somebody_is_missing(
    charlie: User, page_of: PageOf, eve: SkippedPerson
) -> None:
    page = page_of(charlie)
    page.goto("/")
    page.get_by_role("link", name="Skipped people").click()
    page.get_by_role("link", name="Look up a person").click()
    expect(page.get_by_label("Email address")).to_be_focused()
    page.keyboard.type("EVE@rival.test")
    page.keyboard.press("Enter")
    explanation = page.locator("#explanation")
    expect(explanation).to_contain_text("A new registration from this person would be excluded")
    expect(explanation).to_contain_text("Excluded domain (rival.test)")
    expect(explanation.get_by_text("Excluded", exact=True)).to_be_visible()
    expect(explanation.get_by_role("button")).to_have_count(0)  # to lift the rule is an admin's
    page.get_by_role("link", name="Growing roses").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 person: excluded domain.")


def test_an_admin_lifts_the_rule_after_a_look_at_what_that_does(
    alice: User, page_of: PageOf, eve: SkippedPerson, webinar: Webinar
) -> None:
    page = page_of(alice)
    page.goto("/skipped-people/?reason=excluded_domain")
    remove = page.get_by_role("button", name=re.compile("^Remove the exclusion"))
    remove.click()
    dialog = page.get_by_role("dialog", name="Remove rival.test from the exclusions?")
    expect(dialog).to_contain_text("1 currently skipped person will be added to the CRM, in 1 webinar.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(remove).to_be_focused()
    assert DomainExclusion.objects.exists()

    remove.click()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("rival.test is no longer excluded.")).to_be_visible()
    expect(page).to_have_url(re.compile("reason=excluded_domain"))
    expect(page.locator("#backlog").get_by_text("Catching up", exact=True)).to_be_visible()
    assert SyncRun.objects.get().webinar == webinar
    SkippedPerson.objects.all().delete()  # what the sync does
    SyncRun.objects.update(state="complete")
    expect(page.get_by_text("No one matches")).to_be_visible()
    expect(page.locator("#backlog").get_by_text("Catching up", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert DomainExclusion.objects.exists()


def test_an_admin_creates_somebody_who_is_skipped_with_the_name_put_right(
    alice: User, page_of: PageOf, webinar: Webinar
) -> None:
    SkippedPerson.objects.create(
        webinar=webinar, email="gone@was.test", person_key="gone@was.test", name="gone wind",
        stage="registration", reason="creation_off",
    )  # fmt: skip
    page = page_of(alice)
    page.goto("/skipped-people/")
    page.get_by_role("button", name=re.compile("^Create the contact")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("First name").fill("Gone")
    dialog.get_by_label("Last name").fill("Wind")
    dialog.get_by_role("button", name="Create the contact").click()
    expect(page.get_by_text("The contact gone@was.test was created.")).to_be_visible()
    assert Contact.objects.get().name == "Gone Wind"


def test_an_admin_turns_a_webinar_on_beside_its_warning_and_takes_that_back(
    alice: User, page_of: PageOf, webinar: Webinar
) -> None:
    set_webinar(webinar, sync=False, actor=None)
    page = page_of(alice)
    dialog = open_log(page)
    turn_on = dialog.get_by_role("button", name="Turn on sync for this webinar")
    turn_on.first.click()
    expect(dialog).to_contain_text("Sync is on for “Growing roses”")
    expect(turn_on).to_have_count(0)  # the log is drawn anew after the message
    assert Webinar.objects.get().sync_enabled
    dialog.get_by_role("button", name="Undo").click()
    expect(turn_on.first).to_be_visible()
    assert not Webinar.objects.get().sync_enabled


def test_the_global_switch_asks_in_the_panel_and_no_leads_back_to_the_log(
    alice: User, page_of: PageOf, brand: Brand, webinar: Webinar
) -> None:
    set_global(brand, sync_webinars=False, actor=None)
    page = page_of(alice)
    dialog = open_log(page)
    dialog.get_by_role("button", name="Turn on “Sync webinar data”").first.click()
    expect(dialog).to_contain_text("1 of 1 webinars will start syncing.")
    dialog.get_by_role("link", name="Cancel").click()
    dialog.get_by_role("button", name="Turn on “Sync webinar data”").first.click()
    dialog.get_by_role("button", name="Turn on", exact=True).click()
    expect(dialog).to_contain_text("“Sync webinar data” is on.")
    assert ZoomSettings.objects.get().sync_webinars


def test_an_operator_syncs_from_the_log_and_sees_how_it_ends(
    bob: User, page_of: PageOf, brand: Brand, webinar: Webinar
) -> None:
    audit.warn(brand, AuditCode.WEBINAR_RECORDINGS_OFF, webinar=webinar)
    page = page_of(bob)
    dialog = open_log(page)
    expect(dialog.get_by_role("button", name=re.compile("Turn on"))).to_have_count(0)
    dialog.get_by_role("button", name="Sync now").first.click()
    expect(dialog).to_contain_text("Queued")
    run = SyncRun.objects.get()
    SyncRun.objects.update(state="complete", finished_at=timezone.now())  # what a worker does
    counts = {"contacts_new": 3}
    audit.record(brand, AuditCode.SYNC_COMPLETED, {"changes": summary_of(counts)}, webinar=webinar, run=run)
    audit.clear(brand, "E2", webinar=webinar)
    expect(dialog.get_by_role("link", name="3 contacts added")).to_be_visible()
    expect(dialog.get_by_text("Needs attention")).to_have_count(0)
    expect(dialog).to_contain_text("The cause was fixed.")
    dialog.get_by_role("link", name="3 contacts added").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts that this sync added")


def test_a_marketer_narrows_the_audit_log_down(
    charlie: User, page_of: PageOf, brand: Brand, connection: ZoomConnection, eve: SkippedPerson
) -> None:
    other = make_webinar(connection, make_host(connection, "max@acme.test"), topic="Pruning")
    audit.warn(brand, AuditCode.ZOOM_UNREACHABLE, webinar=other)
    AuditEntry.objects.filter(code__startswith="skipped_").update(
        created_at=timezone.now() - timedelta(days=40)
    )
    page = page_of(charlie)
    page.goto("/audit/")
    entries = page.locator("#entries")
    warnings = entries.get_by_role("row").filter(has_text="Some ")
    expect(warnings).to_have_count(2)
    page.get_by_label("Severity").select_option("Error")
    expect(warnings).to_have_count(1)
    expect(entries).to_contain_text("Pruning")
    page.get_by_role("link", name=re.compile("Severity: Error")).click()
    expect(warnings).to_have_count(2)
    page.get_by_label("To", exact=True).fill((timezone.now() - timedelta(days=30)).strftime("%Y-%m-%d"))
    expect(warnings).to_have_count(1)
    expect(entries).to_contain_text("Growing roses")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    text = download.value.path().read_text()
    assert "Growing roses" in text
    assert "Pruning" not in text


def test_an_admin_takes_a_change_back_from_the_history(alice: User, page_of: PageOf, brand: Brand) -> None:
    ZoomConnection.objects.create(brand=brand, auth_kind="oauth", account_id="a", client_id="c")
    set_global(brand, sync_webinars=True, actor=alice)
    page = page_of(alice)
    page.goto("/audit/settings/")
    row = page.get_by_role("row").filter(has_text="Sync webinar data")
    expect(row).to_contain_text("Alice Admin")
    row.get_by_role("button", name=re.compile("^Undo")).click()
    question = page.get_by_role("dialog", name="Undo “Sync webinar data")
    expect(question).to_contain_text("Undo removes no data.")
    question.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Sync webinar data")).to_have_count(2)
    assert not ZoomSettings.objects.get().sync_webinars


@pytest.mark.parametrize("address", ["/audit/", "/audit/settings/", "/skipped-people/", "/explain/"])
def test_a_stranger_sees_none_of_it(page: Page, webinar: Webinar, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "roses" not in page.content()


def test_recordings_that_were_not_confirmed_stay_as_they_were(
    alice: User, page_of: PageOf, webinar: Webinar
) -> None:
    page = page_of(alice)
    page.goto(f"{ZOOM}global-settings/")
    page.get_by_role("radio", name="All Zoom users").check()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("radio", name="No Zoom users")).to_be_checked()
    page.get_by_role("radio", name="All Zoom users").check()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("radio", name="All Zoom users")).to_be_checked()
    assert ZoomSettings.objects.get().recordings == "all"


# Without a script


@pytest.fixture
def scriptless(chromium: Browser, live_server: Any, alice: User, client: Any) -> Any:
    client.force_login(alice)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_without_a_script_the_rule_is_lifted_on_pages_of_their_own(
    scriptless: Page, eve: SkippedPerson
) -> None:
    page = scriptless
    page.goto("/skipped-people/?reason=excluded_domain")
    page.get_by_role("button", name=re.compile("^Remove the exclusion")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove rival.test from the exclusions?")
    expect(page.get_by_text("1 currently skipped person will be added to the CRM")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile("/skipped-people/"))
    page.get_by_role("button", name=re.compile("^Remove the exclusion")).click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page).to_have_url(re.compile("/skipped-people/"))
    expect(page.get_by_text("rival.test is no longer excluded.")).to_be_visible()
    assert not DomainExclusion.objects.exists()


def test_without_a_script_a_warning_is_cured_from_the_logs_page(
    scriptless: Page, brand: Brand, webinar: Webinar
) -> None:
    set_global(brand, sync_webinars=False, actor=None)
    page = scriptless
    page.goto(f"{ZOOM}webinars/{webinar.zoom_webinar_id}/")
    page.get_by_role("button", name="Turn on “Sync webinar data”").first.click()
    page.get_by_role("button", name="Turn on", exact=True).click()
    expect(page).to_have_url(re.compile(f"/webinars/{webinar.zoom_webinar_id}/"))
    expect(page.get_by_text("“Sync webinar data” is on.")).to_be_visible()


def test_without_a_script_somebody_is_explained_and_the_log_filtered(
    scriptless: Page, eve: SkippedPerson
) -> None:
    page = scriptless
    page.goto("/explain/")
    page.get_by_label("Email address").fill("eve@rival.test")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("A new registration from this person would be excluded")).to_be_visible()
    page.goto("/audit/")
    page.get_by_label("Severity").select_option("Error")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("No entry matches")).to_be_visible()


# As axe judges it: light, dark, and as narrow as a phone

# Where, what is opened there, and what shows that it is open.
LOOKS: dict[str, tuple[str, Callable[[Page], None], str]] = {
    "audit log": ("/audit/?severity=warning&from=2026-01-01", lambda page: None, "#entries"),
    "nothing found": ("/audit/?q=nothinglikethis", lambda page: None, "#entries"),
    "history of settings": ("/audit/settings/", lambda page: None, "main table"),
    "skipped people": (
        "/skipped-people/",
        lambda page: page.locator("#people summary").last.click(),
        "#people details[open]",
    ),
    "explain, nothing typed": ("/explain/", lambda page: None, "main form"),
    "explain, kept out": ("/explain/?q=eve@rival.test", lambda page: None, "#explanation"),
    "explain, secondary": ("/explain/?q=ann@second.test", lambda page: None, "#explanation"),
    "explain, nobody": ("/explain/?q=who@is.test", lambda page: None, "#explanation"),
    "rows of a sync": ("/runs/{run}/skipped/", lambda page: None, "main"),
    "a question": (
        "/skipped-people/",
        lambda page: page.locator("#people form button").first.click(),
        "dialog[open]",
    ),
    "the panel": (
        ZOOM,
        lambda page: page.get_by_role("link", name=re.compile("^Audit logs")).first.click(),
        "dialog[open]",
    ),
}


@pytest.mark.parametrize("look", LOOKS)
def test_it_is_accessible_in_every_look(
    alice: User, page_of: PageOf, connection: ZoomConnection, eve: SkippedPerson, look: str
) -> None:
    run = SyncRun.objects.create(
        connection=connection, webinar=eve.webinar, kind="webinar", trigger="manual", state="complete",
        created_at=timezone.now() - timedelta(hours=1), finished_at=timezone.now(),
    )  # fmt: skip
    counts = {"contacts_new": 3, "timeline_new": 3, "calls_gone": 1}
    audit.record(
        eve.webinar.connection.brand,
        AuditCode.SYNC_COMPLETED,
        {"changes": summary_of(counts)},
        webinar=eve.webinar,
        run=run,
    )
    create_contact(NewContact(email="ann@first.test", secondary_emails=["ann@second.test"]))
    set_webinar(eve.webinar, recordings=False, actor=alice)
    address, act, shown = LOOKS[look]
    page = page_of(alice)
    page.goto(address.format(run=run.pk))
    act(page)
    expect(page.locator(shown).first).to_be_visible()
    judge(page)
