import pytest

from integrations import audit
from tests.integrations.make import make_webinar
from tests.support.htmx import htmx


@pytest.fixture
def webinar(connection, on):
    return make_webinar(connection)


@pytest.fixture
def url(webinar, zoom):
    return f"{zoom}webinars/{webinar.zoom_id}/"


@pytest.mark.parametrize("headers", [{}, htmx("panel")], ids=["page", "panel"])
def test_r31_the_audit_log_is_a_panel_and_a_page(charlie_client, url, headers):
    text = charlie_client.get(url, headers=headers).text
    assert ("<html" in text) == (not headers)
    assert "Growing roses" in text
    assert "Nothing happened yet" in text


def test_r30_what_is_wrong_is_on_top_with_its_meaning_and_remedy(charlie_client, brand, webinar, url):
    audit.record(brand, "sync_completed", "12 registrants", webinar=webinar)
    audit.warn(brand, "E5", "no_email", webinar=webinar, message="3 guests without an email.")
    text = charlie_client.get(url).text
    assert text.index("Some emails were excluded") < text.index("12 registrants")
    assert "3 guests without an email." in text
    assert "Turn on registration for the webinar in Zoom" in text


def test_a_resolved_warning_says_how_it_was_resolved(charlie_client, brand, webinar, url):
    audit.warn(brand, "E5", "no_email", webinar=webinar)
    audit.clear(brand, "E5", "no_email", webinar=webinar, because="They registered.")
    text = charlie_client.get(url).text
    assert "Needs a look" not in text
    assert "They registered." in text


def test_another_webinars_entries_are_not_shown(charlie_client, brand, connection, webinar, url):
    audit.record(brand, "sync_completed", "of another", webinar=make_webinar(connection))
    assert "of another" not in charlie_client.get(url).text


def test_the_newest_is_first_and_older_ones_are_on_the_next_page(charlie_client, brand, webinar, url):
    for number in range(30):
        audit.record(brand, "sync_completed", f"entry {number};", webinar=webinar)
    first, second = (
        charlie_client.get(url).text,
        charlie_client.get(f"{url}?page=2", headers=htmx("entries")).text,
    )
    assert "entry 29;" in first
    assert "entry 0;" not in first
    assert "entry 0;" in second


def test_the_number_of_queries_does_not_grow(
    charlie_client, brand, webinar, url, django_assert_max_num_queries
):
    for number in range(20):
        audit.warn(brand, "E5", "no_email", webinar=webinar, session_uuid=str(number))
        audit.record(brand, "sync_completed", "done", webinar=webinar)
    with django_assert_max_num_queries(14):
        charlie_client.get(url)
