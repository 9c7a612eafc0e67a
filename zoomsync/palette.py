"""Pages and actions in the command palette. The other apps register what they know (`core.palette`)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.palette import Hit, Source, register
from core.roles import Right


@dataclass(frozen=True)
class Page:
    view: str
    label: str | Promise
    words: str = ""
    """Further words that it is found by."""


PAGES = (
    Page("dashboard", _("Dashboard")),
    Page("contacts:list", _("Contacts"), "people"),
    Page("contacts:segments", _("Segments")),
    Page("events:list", _("Marketing events"), "webinars"),
    Page("calls:list", _("Recorded calls"), "transcripts recordings"),
    Page("zoom:webinars", _("Webinars"), "zoom"),
    Page("audit:list", _("Audit log"), "warnings errors"),
    Page("audit:settings", _("Settings changes"), "history"),
    Page("skipped:list", _("Skipped people"), "excluded missing"),
    Page("explain", _("Look up a person"), "missing why explain"),
    Page("registrations:list", _("Registrations"), "jobs"),
    Page("zoom:apps", _("Integrations"), "zoom connect settings"),
    Page("team:list", _("Team"), "users settings"),
    Page("profile", _("Your profile"), "time zone clock week settings"),
    Page("help", _("Help"), "shortcuts warnings version"),
)
ADMIN_PAGES = (
    Page("api_tokens:list", _("API tokens"), "settings"),
    Page("callbacks:list", _("Callback deliveries"), "settings"),
    Page("security_log:list", _("Security log"), "settings"),
)
EDITS = (
    Page("contacts:create", _("New contact"), "add create"),
    Page("contacts:import", _("Import contacts"), "csv upload"),
    Page("contacts:segment_new", _("New segment"), "add create"),
)
ACTIONS = (Page("events:compare", _("Compare two events")),)


def _finder(pages: tuple[Page, ...]) -> Callable[[str], Iterator[Hit]]:
    def find(text: str) -> Iterator[Hit]:
        """Pages of which each typed word begins a word."""
        typed = text.lower().split()
        for page in pages:
            words = f"{page.label} {page.words}".lower().split()
            if typed and all(any(word.startswith(part) for word in words) for part in typed):
                yield Hit(str(page.label), reverse(page.view))

    return find


register(Source("pages", _("Pages"), "file", _finder(PAGES), order=50))
register(
    Source("settings", _("Settings"), "settings", _finder(ADMIN_PAGES), right=Right.MANAGE_TOKENS, order=51)
)
register(Source("edits", _("Actions"), "plus", _finder(EDITS), right=Right.EDIT_CONTACTS, order=4))
register(Source("actions", _("Actions"), "columns-2", _finder(ACTIONS), order=6))
