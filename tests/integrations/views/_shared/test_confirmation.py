from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions import NewContact, create_contact
from contacts.models import Brand
from integrations.models import DomainExclusion, SkippedPerson, SyncRun, ZoomConnection, ZoomSettings
from integrations.settings_changes import add_exclusions
from tests.integrations.make import make_held, make_webinar
from tests.support.htmx import events

HTMX = {"HX-Request": "true", "HX-Target": "panel"}
YES = {"confirmed": "yes"}


@pytest.fixture(autouse=True)
def connected(brand: Brand, connection: ZoomConnection) -> None:
    make_held(connection)
    make_webinar(connection, sync_enabled=False)


def turn(client: Client, brand: Brand, headers: dict[str, str] | None = None, **fields: str) -> Any:
    return client.post(reverse("zoom:settings_switch", args=[brand.slug]), fields, headers=headers or {})


def test_x6_turning_a_switch_first_shows_what_it_will_do(alice_client: Client, brand: Brand) -> None:
    answer = turn(alice_client, brand, sync_webinars="on")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1 of 2 webinars will start syncing." in page
    assert "1 webinar stays off: 1 because their own sync is off." in page
    assert not ZoomSettings.objects.get(brand=brand).sync_webinars
    assert not SyncRun.objects.exists()


def test_x6_the_page_that_asks_works_without_a_script(alice_client: Client, brand: Brand) -> None:
    settings = reverse("zoom:settings", args=[brand.slug])
    asked = alice_client.post(
        reverse("zoom:settings_switch", args=[brand.slug]),
        {"sync_webinars": "on"},
        headers={"Referer": f"http://testserver{settings}"},
    )
    page = asked.content.decode()
    for name, value in {"sync_webinars": "on", "confirmed": "yes", "next": settings}.items():
        assert f'<input type="hidden" name="{name}" value="{value}' in page
    done = turn(alice_client, brand, sync_webinars="on", next=settings, **YES)
    assert (done.status_code, done["Location"]) == (302, settings)
    assert ZoomSettings.objects.get(brand=brand).sync_webinars
    assert SyncRun.objects.count() == 1


def test_x6_in_a_panel_the_confirmed_change_closes_it_and_tells_of_the_change(
    alice_client: Client, brand: Brand
) -> None:
    asked = turn(alice_client, brand, HTMX, sync_webinars="on")
    assert 'hx-target="#panel"' in asked.content.decode()
    assert "<html" not in asked.content.decode()
    done = turn(alice_client, brand, HTMX, sync_webinars="on", **YES)
    assert events(done) == {"settings-changed", "panel:close"}
    assert "<html" not in done.content.decode()


def test_a_switch_that_stands_as_wished_is_not_asked_about(alice_client: Client, brand: Brand) -> None:
    assert turn(alice_client, brand, sync_webinars="off").status_code == 302
    assert events(turn(alice_client, brand, HTMX, sync_webinars="off")) == {"settings-changed"}


@pytest.mark.parametrize("confirmed", [{}, YES])
def test_r16_who_may_not_change_settings_may_not_rehearse_either(
    bob_client: Client, charlie_client: Client, brand: Brand, confirmed: dict[str, str]
) -> None:
    for client in (bob_client, charlie_client):
        assert turn(client, brand, sync_webinars="on", **confirmed).status_code == 403


def test_x6_turning_contact_creation_on_tells_who_would_enter(
    alice_client: Client, brand: Brand, connection: ZoomConnection
) -> None:
    ZoomSettings.objects.update(sync_webinars=True, create_contacts=False)
    skip(connection, "eve@new.test", "creation_off")
    page = turn(alice_client, brand, create_contacts="on").content.decode()
    assert "1 currently skipped person will be added to the CRM, in 1 webinar." in page
    ZoomSettings.objects.update(create_contacts=True)
    page = turn(alice_client, brand, create_contacts="off").content.decode()
    assert "contacts yet will be skipped" in page


def skip(connection: ZoomConnection, email: str, reason: str, rule: str = "") -> None:
    SkippedPerson.objects.create(
        webinar=make_webinar(connection), email=email, person_key=email, stage="registration",
        reason=reason, rule=rule,
    )  # fmt: skip


def exclude(
    client: Client,
    brand: Brand,
    kind: str,
    domains: str,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> Any:
    url = reverse("zoom:exclude", args=[brand.slug, kind])
    return client.post(url, {"domains": domains, **fields}, headers=headers or {})


def include(
    client: Client, brand: Brand, kind: str, domain: str, headers: dict[str, str] | None = None, **fields: str
) -> Any:
    url = reverse("zoom:include", args=[brand.slug, kind])
    return client.post(url, {"domain": domain, **fields}, headers=headers or {})


def test_x6_an_exclusion_first_shows_whom_it_touches(alice_client: Client, brand: Brand) -> None:
    create_contact(NewContact(email="ann@mail.acme.test"))
    page = exclude(alice_client, brand, "contact", "Acme.test, b.test; c.test d.test").content.decode()
    assert "Exclude acme.test, b.test, c.test and 1 more?" in page
    assert "1 contact has a primary email in these domains" in page
    assert not DomainExclusion.objects.exists()
    exclude(alice_client, brand, "contact", "acme.test", **YES)
    assert DomainExclusion.objects.get().domain == "acme.test"


def test_a_pasted_list_with_a_mistake_is_not_asked_about(alice_client: Client, brand: Brand) -> None:
    refused = exclude(alice_client, brand, "host", "acme.test nonsense", HTMX)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#exclusions-host")
    assert "nonsense" in refused.content.decode()


def test_x6_removing_an_exclusion_first_shows_who_would_enter(
    alice_client: Client, syncing_brand: Brand, connection: ZoomConnection
) -> None:
    add_exclusions(syncing_brand, "contact", ["rival.test"], None)
    skip(connection, "eve@rival.test", "excluded_domain", "rival.test")
    page = include(alice_client, syncing_brand, "contact", "rival.test").content.decode()
    assert "1 currently skipped person will be added to the CRM, in 1 webinar." in page
    assert DomainExclusion.objects.exists()
    done = include(alice_client, syncing_brand, "contact", "rival.test", **YES)
    assert done.status_code == 302
    assert not DomainExclusion.objects.exists()


def test_a_form_that_names_the_next_page_leads_there_without_a_script(
    alice_client: Client, syncing_brand: Brand
) -> None:
    add_exclusions(syncing_brand, "contact", ["rival.test", "other.test"], None)
    next_page = {"next": "/skipped-people/?reason=excluded_domain"}
    asked = include(alice_client, syncing_brand, "contact", "rival.test", **next_page)
    assert 'name="next" value="/skipped-people/?reason=excluded_domain"' in asked.content.decode()
    done = include(alice_client, syncing_brand, "contact", "other.test", **next_page, **YES)
    assert done["Location"] == next_page["next"]


def test_a_form_cannot_lead_to_another_site(alice_client: Client, syncing_brand: Brand) -> None:
    add_exclusions(syncing_brand, "contact", ["rival.test"], None)
    elsewhere = {"next": "https://evil.test/"}
    done = include(alice_client, syncing_brand, "contact", "rival.test", **elsewhere, **YES)
    assert done["Location"] == reverse("zoom:settings", args=[syncing_brand.slug])
