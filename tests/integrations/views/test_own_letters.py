"""Domains with letters beyond ASCII are shown as people write them, on every page that shows one.

The rules compare the ASCII form ("xn--…"): it may stand where a form sends it back, but is shown nowhere.
"""

import re
from html import unescape

import pytest
from django.urls import reverse

from integrations import audit
from integrations.audit import AuditCode
from integrations.models import SkippedPerson
from integrations.settings_changes import add_exclusions
from tests.contacts.make import make_contact
from tests.integrations.make import make_held, make_host
from tests.marketing_events.make import make_attended, make_call, make_event
from tests.support.htmx import htmx

ASCII, LETTERS = "xn--bcher-kva.example", "bücher.example"
KINDS = ("host", "recording", "contact")


def shown(html: str) -> str:
    """What people read: the text, and the attributes that are read out or pop up."""
    attributes = re.findall(r'(?:title|aria-label|alt|placeholder|data-confirm[a-z-]*)="([^"]*)"', html)
    text = re.sub(r"<(script|style|textarea).*?</\1>|<wbr>", "", html, flags=re.DOTALL)
    return unescape(" ".join([re.sub(r"<[^>]*>", " ", text), *attributes]))


@pytest.fixture
def pages(brand, connection, on, zoom):
    """Addresses of pages, each with someone or something of that domain."""
    host = make_host(connection, f"host@{ASCII}")
    webinar = make_held(connection, host, host_email=host.email)
    for kind in KINDS:
        add_exclusions(brand, kind, ASCII, None)
    SkippedPerson.objects.create(
        webinar=webinar,
        stage="registration",
        person_key="a",
        email=f"ann@{ASCII}",
        reason="excluded_domain",
        rule=ASCII,
    )
    audit.warn(brand, AuditCode.SKIPPED_EXCLUDED_DOMAIN, {"count": 1}, webinar=webinar)
    contact = make_contact(f"ben@{ASCII}", secondary_emails=(f"b@{ASCII}",))
    named = make_contact(f"cleo@{ASCII}", first_name="Cleo")
    event = make_event()
    for person in (contact, named):
        make_attended(event, person)
    call = make_call(event, ("Cleo", 1, "Hello."))
    return [
        *("/", "/contacts/", "/audit/", "/audit/settings/", "/skipped-people/", "/calls/", "/settings/team/"),
        *(zoom, f"{zoom}users/", f"{zoom}users/{host.pk}/", f"{zoom}global-settings/"),
        *(f"{zoom}exclusions/{kind}/{page}" for kind in KINDS for page in ("", "all/")),
        f"{zoom}webinars/{webinar.zoom_webinar_id}/",
        *(f"/explain/?q={person}@{ASCII}" for person in ("ann", "ben", "b", "cleo")),
        *(
            f"/contacts/{person.pk}/{page}"
            for person in (contact, named)
            for page in ("", "delete/", "edit/")
        ),
        *(f"/explain/contacts/{contact.pk}/", f"/marketing-events/{event.pk}/", f"/calls/{call.pk}/"),
        f"/search/?q=ben@{LETTERS}",
    ]


def test_no_page_shows_the_ascii_form(alice_client, pages):
    seen = 0
    for page in pages:
        answer = alice_client.get(page)
        assert answer.status_code == 200, page
        assert "xn--" not in shown(answer.text), page
        seen += LETTERS in shown(answer.text)
    assert seen > len(pages) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_questions_messages_and_the_history_of_exclusions_have_it_in_letters(
    alice_client, brand, connection, on, zoom, kind
):
    make_held(connection, host_email=f"host@{ASCII}")
    SkippedPerson.objects.update(rule=ASCII)
    for action, name, verb in (("add", "domains", "xcluded"), ("remove", "domain", "emoved")):
        form, path = {name: LETTERS if action == "add" else ASCII}, f"{zoom}exclusions/{kind}/{action}/"
        question = alice_client.post(path, form, headers=htmx("panel")).text
        assert LETTERS in shown(question)
        assert "xn--" not in shown(question)
        done = alice_client.post(path, {**form, "confirmed": "yes"}, follow=True).text
        assert "xn--" not in shown(done), verb
    history = shown(alice_client.get(reverse("audit:settings")).text)
    assert history.count(LETTERS) >= 2
    assert "xn--" not in history
    found = alice_client.get(reverse("audit:settings"), {"q": LETTERS})
    assert LETTERS in shown(found.text)
    assert "xn--" not in shown(alice_client.get("/audit/").text)
