"""Django's admin in a real browser: its scripts and styles under the app's content security policy."""

import os

import pytest
from playwright.sync_api import expect

from contacts.actions import NewContact, create_contact
from tests.support.browser import PageOf
from zoomsync.models import FailedSignIn, User

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.django_db(transaction=True)]


def test_an_admin_finds_a_row_and_the_way_back(page_of: PageOf, alice: User):
    create_contact(NewContact(email="ann@customer.example", first_name="Ann", last_name="Ahlers"))
    FailedSignIn.objects.create(email="eve@customer.example")
    page = page_of(alice)
    page.goto("/")
    page.get_by_role("link", name="All data").click()
    page.get_by_role("link", name="Contacts", exact=True).last.click()
    page.locator("#searchbar").fill("ann@")
    page.get_by_role("button", name="Search").click()
    page.locator("#result_list tbody th a").click()
    expect(page.locator(".field-last_name")).to_contain_text("Ahlers")
    expect(page.locator("input[name=_save]")).to_have_count(0)
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/admin-row.png")
    page.goto("/settings/all-data/zoomsync/failedsignin/")
    page.locator("input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option("delete_selected")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    page.locator("input[type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("Successfully deleted 1")
    assert not FailedSignIn.objects.exists()
    page.get_by_role("link", name="Back to the app").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
