"""A real Chromium, and a page that is signed in."""

import os
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support import services
from tests.support.installation import missing
from zoomsync.models import User

FAILED = pytest.StashKey[bool]()

type PageOf = Callable[[User], Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    try:
        path = services.chromium()
    except services.MissingServiceError as problem:
        missing(problem)
    # Playwright keeps an event loop in this thread, which Django takes for an asynchronous view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=services.CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_context(chromium: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A fresh browser: no cookie, no cache. Links are relative to the live server."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def page(browser_context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An open page. What its scripts or the content security policy complain of fails the test.

    Of a test that fails, a picture of the page is left in test-results/.
    """
    page = browser_context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console", lambda said: complaints.append(f"{page.url}: {said.text}") if _is_complaint(said) else None
    )
    yield page
    if request.node.stash.get(FAILED, False):
        name = re.sub(r"\W+", "-", request.node.name)
        page.screenshot(path=request.config.rootpath / "test-results" / f"{name}.png", full_page=True)
    assert complaints == []


def _is_complaint(said: Any) -> bool:
    """Errors of scripts and of the policy. Answers such as 403, which a test may be about, are none, nor is
    news of a row that a search, or leaving the page, has taken away in the meantime, nor is a request that
    was given up because a newer one asks the same."""
    harmless = ("Failed to load resource", "htmx:oobErrorNoTarget", "htmx:afterRequest", "htmx:sendAbort")
    return said.type == "error" and not said.text.startswith(harmless)


@pytest.fixture
def page_of(page: Page, live_server: Any) -> PageOf:
    """A page that is signed in as someone, without typing the password."""

    def signed_in(user: User) -> Page:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        return page

    return signed_in
