import time
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection as database

from integrations.models import DomainExclusion, Registrant, SettingChange
from integrations.settings_changes import add_exclusions
from tests.integrations.make import make_webinar
from tests.support.htmx import events, htmx

YES = {"confirmed": "yes"}


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


@pytest.fixture
def lists(zoom):
    return f"{zoom}exclusions/"


def domains(kind):
    return sorted(DomainExclusion.objects.filter(kind=kind).values_list("domain", flat=True))


@pytest.mark.parametrize("kind", ["host", "recording", "contact"])
def test_r13_r14_r15_domains_are_entered(alice_client, connection, lists, kind):
    alice_client.post(f"{lists}{kind}/add/", {"domains": "@Acme.test", **YES})
    assert domains(kind) == ["acme.test"]


def test_many_are_pasted_at_once(alice_client, connection, lists):
    pasted = "acme.test, *.agency.test\neva@Mail.Test;  https://www.shop.test/x"
    answer = alice_client.post(
        f"{lists}contact/add/", {"domains": pasted, **YES}, headers=htmx("exclusions-contact")
    )
    assert domains("contact") == ["acme.test", "agency.test", "mail.test", "shop.test"]
    assert "Excluded: acme.test, agency.test, mail.test, shop.test." in answer.text


@pytest.mark.parametrize("headers", [{}, htmx("exclusions-host")], ids=["form", "htmx"])
def test_a_mistake_refuses_all_keeps_what_was_typed_and_says_which(alice_client, connection, lists, headers):
    answer = alice_client.post(
        f"{lists}host/add/", {"domains": "acme.test, nonsense", **YES}, headers=headers
    )
    assert answer.status_code == 422
    assert domains("host") == []
    assert "acme.test, nonsense" in answer.text
    assert "&quot;nonsense&quot; is only the end of a domain." in answer.text
    assert ("<html" in answer.text) == (not headers)


def test_each_entry_says_who_excluded_it_and_when(charlie_client, brand, connection, alice, zoom):
    add_exclusions(brand, "host", "acme.test", alice)
    DomainExclusion.objects.update(created_at=datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert "Added on 9 Mar 2026 by Alice Admin" in charlie_client.get(f"{zoom}global-settings/").text


def test_an_address_with_two_at_signs_is_refused(alice_client, connection, lists):
    answer = alice_client.post(f"{lists}contact/add/", {"domains": "a@b@c.com", **YES})
    assert answer.status_code == 422
    assert "&quot;a@b@c.com&quot; has more than one &quot;@&quot;." in answer.text
    assert domains("contact") == []


def test_nothing_typed_is_said_so(alice_client, connection, lists):
    assert "Type a domain" in alice_client.post(f"{lists}host/add/", {"domains": " ", **YES}).text


def test_a_domain_is_removed_and_put_back(alice_client, brand, connection, lists, zoom):
    add_exclusions(brand, "host", "acme.test", None)
    answer = alice_client.post(
        f"{lists}host/remove/", {"domain": "acme.test", **YES}, headers=htmx("exclusions-host")
    )
    assert domains("host") == []
    assert "acme.test is no longer excluded." in answer.text
    change = SettingChange.objects.latest("pk")
    answer = alice_client.post(f"{zoom}undo/", {"changes": str(change.pk), **YES}, headers=htmx())
    assert domains("host") == ["acme.test"]
    assert events(answer) == {"settings-changed", "host-exclusions-changed"}
    listed = alice_client.get(f"{lists}host/all/", headers=htmx("list-host")).text
    assert "acme.test" in listed
    assert "<html" not in listed


def test_r13_excluding_hosts_tells_how_many_webinars_stop(alice_client, connection, on, lists):
    make_webinar(connection)
    answer = alice_client.post(
        f"{lists}host/add/", {"domains": "acme.test", **YES}, headers=htmx("exclusions-host")
    )
    assert "1 webinar no longer syncs" in answer.text


def test_r14_domains_are_chosen_among_those_that_hosts_have(alice_client, brand, connection, lists):
    for email in ("a@acme.test", "b@acme.test", "c@agency.test", "d@mail.partner.test", ""):
        make_webinar(connection, host_email=email)
    add_exclusions(brand, "recording", "partner.test", None)
    known = alice_client.get(f"{lists}recording/").context["domains"]
    assert known == [("acme.test", 2), ("agency.test", 1)]


def test_r15_domains_are_chosen_among_those_that_registrants_have(alice_client, connection, lists):
    one, two = make_webinar(connection), make_webinar(connection)
    people = [
        (one, "a@x.test"),
        (two, "a@x.test"),
        (one, "b@x.test"),
        (two, "c@y.test"),
        (one, "nonsense"),
        (one, ""),
    ]
    Registrant.objects.bulk_create(
        Registrant(webinar=webinar, zoom_id=str(n), email=email, status="approved")
        for n, (webinar, email) in enumerate(people)
    )
    assert alice_client.get(f"{lists}contact/").context["domains"] == [("x.test", 2), ("y.test", 1)]
    assert alice_client.get(f"{lists}contact/?q=Y").context["domains"] == [("y.test", 1)]


def test_the_chosen_ones_are_excluded(alice_client, connection, lists, zoom):
    form = {"domains": ["x.test", "y.test"], "next": f"{zoom}global-settings/", "confirmed": "yes"}
    assert alice_client.post(f"{lists}contact/add/", form)["Location"] == f"{zoom}global-settings/"
    assert domains("contact") == ["x.test", "y.test"]


@pytest.mark.parametrize("headers", [{}, htmx("panel")], ids=["page", "panel"])
def test_choosing_is_a_panel_and_a_page(alice_client, connection, lists, headers):
    make_webinar(connection)
    text = alice_client.get(f"{lists}host/", headers=headers).text
    assert ("<html" in text) == (not headers)
    assert "acme.test" in text


def test_a_list_that_does_not_exist(alice_client, connection, lists):
    assert alice_client.get(f"{lists}nonsense/").status_code == 404
    assert alice_client.post(f"{lists}nonsense/add/", {"domains": "x.test", **YES}).status_code == 404


@pytest.mark.parametrize("who", ["bob_client", "charlie_client"])
def test_nobody_but_an_admin_changes_the_lists(request, who, brand, connection, lists):
    add_exclusions(brand, "host", "acme.test", None)
    client = request.getfixturevalue(who)
    assert client.post(f"{lists}host/add/", {"domains": "x.test", **YES}).status_code == 403
    assert client.post(f"{lists}host/remove/", {"domain": "acme.test", **YES}).status_code == 403
    assert client.get(f"{lists}host/").status_code == 403
    assert domains("host") == ["acme.test"]


# Many


def exclude_many(brand, number_in_each_list):
    first, *others = DomainExclusion.Kind.values
    DomainExclusion.objects.bulk_create(
        DomainExclusion(brand=brand, kind=first, domain=f"d{number:05}.example")
        for number in range(number_in_each_list)
    )
    table, key = DomainExclusion._meta.db_table, DomainExclusion._meta.pk.column
    columns = [field.column for field in DomainExclusion._meta.concrete_fields]
    same = ", ".join(f'"{column}"' for column in columns if column not in (key, "kind"))
    with database.cursor() as cursor:
        for kind in others:
            copy = f'INSERT INTO "{table}" (kind, {same}) SELECT %s, {same} FROM "{table}" WHERE kind = %s'
            cursor.execute(copy, [kind, first])


@pytest.fixture
def thousands(brand, connection):
    """2,000 domains in each list."""
    exclude_many(brand, 2_000)


def listed(client, lists, query="", **headers):
    return client.get(f"{lists}contact/all/{query}", headers=headers).text


def test_the_settings_show_the_first_of_many_and_lead_to_all(
    alice_client, thousands, zoom, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        page = alice_client.get(f"{zoom}global-settings/").text
    assert ("d00049.example" in page, "d00050.example" in page) == (True, False)
    assert page.count("View and search all 2,000") == 3
    assert len(page) < 300_000


def test_all_of_many_have_pages_and_a_search(
    alice_client, charlie_client, thousands, lists, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        first = listed(alice_client, lists)
    assert ("d00199.example" in first, "d00200.example" in first) == (True, False)
    assert "d00200.example" in listed(alice_client, lists, "?page=2")
    found = listed(charlie_client, lists, "?q=D0123")
    assert ("d01234.example" in found, "d01244.example" in found) == (True, False)
    assert "No matches" in listed(alice_client, lists, "?q=nowhere")
    part = listed(alice_client, lists, "?q=d01999", **htmx("exclusions"))
    assert ("d01999.example" in part, "<html" in part) == (True, False)


def test_pages_with_20_000_exclusions_are_quick(alice_client, brand, connection, zoom, lists):
    """Processor time: what a person waits for on a machine that is not busy."""
    exclude_many(brand, 20_000)
    for path in (f"{zoom}global-settings/", f"{lists}contact/all/", f"{lists}host/all/?q=999"):
        alice_client.get(path)
        begun = time.process_time()
        assert alice_client.get(path).status_code == 200
        assert time.process_time() - begun < 0.3


@pytest.mark.parametrize(
    "typed", ["münchen", "MÜNCHEN.example", "@münchen.example", "*.münchen.example", "xn--mnchen"]
)
def test_an_idn_is_found_in_its_own_letters(alice_client, brand, connection, alice, lists, typed):
    add_exclusions(brand, "contact", "münchen.example", alice)
    assert "xn--mnchen-3ya.example" in listed(alice_client, lists, f"?q={typed}")


def test_few_have_no_page_of_their_own_to_go_to(alice_client, brand, connection, alice, zoom):
    add_exclusions(brand, "contact", "acme.test", alice)
    assert "View and search all" not in alice_client.get(f"{zoom}global-settings/").text


def test_excluding_many_at_once_names_some_of_them(alice_client, connection, lists):
    many = "\n".join(f"d{number}.example" for number in range(300))
    answer = alice_client.post(
        f"{lists}contact/add/", {"domains": many, **YES}, headers=htmx("exclusions-contact")
    )
    assert "and 295 more" in answer.text
