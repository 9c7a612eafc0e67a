import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from integrations.models import SyncRun
from tests.integrations.make import make_webinar
from tests.support.htmx import htmx
from zoomsync.templatetags.frame import duration, in_words, percent_of


def drawn(source, **context):
    return Template("{% load frame %}" + source).render(Context(context))


def test_times_are_shown_in_the_viewers_zone_with_its_name(alice_client, connection):
    webinar = make_webinar(connection, starts_at=datetime(2026, 1, 31, 10, tzinfo=UTC))
    run = SyncRun.objects.create(connection=connection, kind="webinar", webinar=webinar)
    run.created_at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    run.save()
    page = f"/runs/{run.pk}/"
    assert "1 Jul 2026, 22:30:00 UTC" in alice_client.get(page).text
    alice_client.cookies["tz"] = "Europe/Berlin"
    assert "2 Jul 2026, 00:30:00 CEST" in alice_client.get(page).text


@pytest.mark.parametrize("zone", ["Not/AZone", "../../etc/passwd", "", "Europe", "\x00"])
def test_a_zone_that_does_not_exist_is_utc(client, zone):
    client.cookies["tz"] = zone
    assert client.get("/login/").status_code == 200


def test_a_zone_without_letters_is_shown_as_its_offset():
    with timezone.override("America/Sao_Paulo"):
        assert in_words(datetime(2026, 1, 31, 10, tzinfo=UTC), seconds=False) == "31 Jan 2026, 07:00 UTC-03"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(hours=3), "3\xa0hours ago"),
        (-timedelta(days=2), "in 1"),
    ],
)
def test_how_long_ago_is_said_in_words(age, words):
    assert words in drawn("{% ago at %}", at=timezone.now() - age)


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("ana.b@mail.test", "ana.b<wbr>@mail<wbr>.test"),
        ("<i>@x.test", "&lt;i&gt;<wbr>@x<wbr>.test"),
        ("no <address>", "no &lt;address&gt;"),
        ("", ""),
    ],
)
def test_an_address_breaks_between_its_parts_and_not_inside_them(email, shown):
    assert drawn("{{ email|address }}", email=email) == shown


def test_what_never_happened_is_said_so():
    assert "never" in drawn("{% ago at %}", at=None)
    assert drawn("{% took a b %}", a=None, b=None) == ""


@pytest.mark.parametrize(("seconds", "words"), [(7, "7 s"), (125, "2 min 5 s"), (-3, "0 s")])
def test_how_long_something_took(seconds, words):
    start = timezone.now()
    assert drawn("{% took a b %}", a=start, b=start + timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (1, 4, "25.0 %"),
        (1, 3, "33.3 %"),
        (9, 4, "100.0 %"),
        (0, 0, "0.0 %"),
        (None, 4, "0.0 %"),
        (3, None, "0.0 %"),
    ],
)
def test_a_share_is_never_more_than_all_and_has_one_digit_after_the_point(part, whole, share):
    assert percent_of(part, whole) == share


@pytest.mark.parametrize("path", sorted(Path("templates").rglob("*.html")), ids=str)
def test_percentages_have_the_same_precision_everywhere(path):
    """`percent` draws them: a template that writes the sign has chosen a precision of its own."""
    signs = re.findall(r"\}\} ?(?:&nbsp;)?%(?!\})", path.read_text())
    is_trend = path.match("dashboard/difference.html")  # a change, with a sign before it
    assert len(signs) == is_trend


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (1, "1 s"), (59.4, "59 s"), (59.6, "1 min"), (90, "2 min"), (5400, "90 min"), (None, "")],
)
def test_a_short_stay_is_said_in_seconds_never_as_0_min(seconds, words):
    assert duration(seconds) == words


@given(st.floats(min_value=0.5, max_value=1e6))
def test_no_one_who_came_stayed_for_nothing(seconds):
    assert not duration(seconds).startswith("0 m")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("xn--bcher-kva.example", "bücher.example"),
        ("ana@mail.xn--bcher-kva.example", "ana@mail.bücher.example"),
        ("Excluded: xn--bcher-kva.example, acme.test.", "Excluded: bücher.example, acme.test."),
        ("xn--.example", "xn--.example"),
        ("not-xn--bcher-kva", "not-xn--bcher-kva"),
    ],
)
def test_domains_are_shown_in_their_own_letters_wherever_they_stand(text, shown):
    assert drawn("{{ text|letters }}", text=text) == shown


def test_no_page_has_an_inline_script_or_style(alice_client, connection):
    """The content security policy would drop it."""
    make_webinar(connection)
    home = "/settings/integrations/connected-apps/zoom/acme/"
    for path in ("/", home, f"{home}global-settings/", "/settings/team/", "/login/", "/nowhere/"):
        text = alice_client.get(path, follow=True).text
        assert not re.search(r"<[^>]+ (style|on[a-z]+)=", text), path
        assert "<style" not in text, path
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), path


def test_a_fragment_carries_the_messages_and_a_page_shows_them_itself(alice_client, connection):
    webinar = make_webinar(connection)
    switch = f"/settings/integrations/connected-apps/zoom/acme/webinars/{webinar.zoom_webinar_id}/switch/"
    fragment = alice_client.post(switch, {"sync": "off"}, headers=htmx(f"webinar-{webinar.pk}"))
    assert 'hx-swap-oob="innerHTML:#messages"' in fragment.text
    assert "Sync is off for" in fragment.text
    page = alice_client.post(switch, {"sync": "off"}, follow=True)
    assert "hx-swap-oob" not in page.text


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/", "Dashboard"),
        ("/contacts/", "Contacts"),
        ("/settings/integrations/connected-apps/", "Integrations"),
        ("/settings/integrations/connected-apps/zoom/", "Integrations"),
        ("/settings/integrations/connected-apps/zoom/acme/", "Webinars"),
        ("/settings/integrations/connected-apps/zoom/acme/global-settings/", "Webinars"),
        ("/settings/team/add/", "Team"),
    ],
)
def test_the_navigation_marks_one_link_as_where_one_is(alice_client, connection, path, link):
    marked = re.findall(r'aria-current="page">.*?<span>(.*?)</span>', alice_client.get(path).text, re.DOTALL)
    assert marked[0] == link
    assert len([words for words in marked if words in ("Webinars", "Integrations", "Team", "Contacts")]) <= 1


def test_messages_wait_when_htmx_is_sent_to_another_page(client, alice_client, alice):
    alice_client.post("/settings/team/add/", {"email": "bad"}, headers=htmx("panel"))
    assert list(get_messages(alice_client.get("/").wsgi_request)) == []


def test_htmx_is_sent_to_the_login_page_when_nobody_is_signed_in(client):
    answer = client.get("/", headers=htmx("in-step", page="/contacts/?q=x"))
    assert answer["HX-Redirect"] == "/login/?next=%2Fcontacts%2F%3Fq%3Dx"


def test_the_back_button_gets_whole_pages(alice_client):
    answer = alice_client.get("/", headers=htmx("in-step") | {"HX-History-Restore-Request": "true"})
    assert "<html" in answer.text
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/settings/team/add/", 403)])
def test_errors_are_said_in_words(charlie_client, path, status):
    answer = charlie_client.get(path)
    assert answer.status_code == status
    assert "data-error" in answer.text


def test_what_broke_is_said_in_words_without_asking_the_database(client, monkeypatch, settings):
    monkeypatch.setattr("zoomsync.views.account.Login.get_context_data", lambda *_: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/login/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


def test_a_form_that_waited_too_long_is_told_so(alice):
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": alice.email, "password": "x"})
    assert answer.status_code == 403
    assert "open too long" in answer.text
