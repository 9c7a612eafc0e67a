import html
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from contacts.actions import NewContact, create_contact
from contacts.models import Brand, Contact
from integrations.models import (
    AuditEntry,
    DomainExclusion,
    SettingChange,
    SyncRun,
    ZoomConnection,
    ZoomSettings,
)
from integrations.settings_changes import add_exclusions
from tests.integrations.make import make_webinar
from tests.marketing_events.make import make_event
from zoom_simulator.simulator import Simulator
from zoomsync.models import User

pytestmark = pytest.mark.simulator("demo")

PAGE = "/settings/integrations/connected-apps/zoom/"
CALLBACK = f"{PAGE}callback/"
AUTHORIZE = f"{PAGE}acme/authorize/"
CREDENTIALS = f"{PAGE}acme/credentials/"


def visit(client: Client, answer: str = "allow") -> str:
    """Begins at our button and answers Zoom's consent page; returns the way back as Zoom wrote it."""
    there = client.post(AUTHORIZE)
    assert there.status_code == 302
    consent = requests.post(there["Location"], data={"answer": answer}, allow_redirects=False, timeout=10)
    back = urlsplit(consent.headers["Location"])
    return f"{back.path}?{back.query}"


def shown(client: Client, path: str = PAGE) -> str:
    return client.get(path).content.decode()


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# The page


def test_r8_the_page_has_the_path_of_the_specification_and_starts_with_naming_a_brand(
    alice_client: Client,
) -> None:
    page = shown(alice_client)
    assert "Name your first brand" in page
    assert "http://testserver/webhooks/zoom/" in page
    assert f"http://testserver{CALLBACK}" in page


def test_a_brand_is_added_and_the_first_one_is_primary(alice_client: Client) -> None:
    response = alice_client.post(f"{PAGE}brands/", {"name": "Acme"}, follow=True)
    assert "Acme was added" in said(response)
    assert Brand.objects.get().is_primary


def test_a_brand_that_is_there_already_is_the_forms_error(alice_client: Client, brand: Brand) -> None:
    response = alice_client.post(f"{PAGE}brands/", {"name": "ACME"})
    assert response.status_code == 422
    assert "A brand named" in response.content.decode()


def test_a_name_that_cannot_be_printed_is_the_forms_error(alice_client: Client) -> None:
    response = alice_client.post(f"{PAGE}brands/", {"name": "Glo\x1b[31mbex"})
    assert response.status_code == 422
    assert "contain unprintable characters." in response.content.decode()
    assert not Brand.objects.exists()


def test_another_brand_becomes_the_primary_one(
    alice_client: Client, brand: Brand, other_brand: Brand
) -> None:
    alice_client.post(f"{PAGE}globex/make-primary/")
    assert Brand.objects.get(is_primary=True) == other_brand


def test_the_page_costs_the_same_number_of_queries_with_many_brands(
    alice_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        brand = Brand.objects.create(name=f"Brand {number}", slug=f"brand-{number}")
        ZoomConnection.objects.create(
            brand=brand, auth_kind="oauth", account_id=str(number), scopes="user:read:user:admin"
        )
    with django_assert_max_num_queries(6):
        page = shown(alice_client)
    assert page.count("Attendance doesn&#x27;t sync") == 20


# Over Zoom's own page


def test_d2_connecting_goes_to_zoom_and_back(
    alice_client: Client, alice: User, brand: Brand, simulator: Simulator
) -> None:
    response = alice_client.get(visit(alice_client), follow=True)
    assert "Acme is connected to Zoom" in said(response)
    connection = ZoomConnection.objects.get()
    assert (connection.auth_kind, connection.account_id) == ("oauth", simulator.account_id)
    assert connection.refresh_token
    assert connection.owner_email
    run = SyncRun.objects.get()
    assert (run.kind, run.requested_by) == ("discovery", alice)
    assert SettingChange.objects.get().actor == alice


def test_the_visit_carries_state_and_a_pkce_challenge_and_no_secret(
    alice_client: Client, brand: Brand, simulator: Simulator
) -> None:
    address = alice_client.post(AUTHORIZE)["Location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{simulator.oauth_url}/oauth/authorize?")
    assert query["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert query["code_challenge_method"] == "S256"
    assert simulator.client_secret not in address
    assert alice_client.session["zoom_visit"]["verifier"] not in address


def test_a_way_back_is_good_for_one_use(alice_client: Client, brand: Brand, simulator: Simulator) -> None:
    back = visit(alice_client)
    alice_client.get(back)
    response = alice_client.get(back, follow=True)
    assert "wasn't started here or has already ended" in said(response)


@pytest.mark.parametrize("forged", ["state=x&code=y", "code=y", "", "state=&code=y", "state=%C3%BC&code=y"])
def test_somebody_elses_way_back_connects_nothing(
    alice_client: Client, brand: Brand, simulator: Simulator, forged: str
) -> None:
    alice_client.post(AUTHORIZE)
    response = alice_client.get(f"{CALLBACK}?{forged}", follow=True)
    assert "wasn't started here" in said(response)
    assert not ZoomConnection.objects.exists()


@pytest.mark.parametrize("forged", ["state=x&code=y", "code=y", "", "state=&error=access_denied", "error=x"])
def test_a_forged_way_back_does_not_end_an_admins_visit(
    alice_client: Client, brand: Brand, simulator: Simulator, forged: str
) -> None:
    back = visit(alice_client)
    for _time in range(3):
        alice_client.get(f"{CALLBACK}?{forged}")
    assert "is connected to Zoom" in said(alice_client.get(back, follow=True))
    assert ZoomConnection.objects.get().state == "connected"


def live_tokens(simulator: Simulator) -> list[str]:
    """Tokens that came from someone's consent and still open something."""
    tokens = simulator.tokens
    return [*tokens._refresh, *(token for token, grant in tokens._access.items() if grant.family)]


@pytest.mark.parametrize("trouble", ["other brand", "other account", "missing scope", "zoom refuses"])
def test_a_permission_that_is_not_used_is_revoked(
    alice_client: Client, brand: Brand, other_brand: Brand, simulator: Simulator, trouble: str
) -> None:
    back = visit(alice_client)
    if trouble == "other brand":
        ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id=simulator.account_id)
    elif trouble == "other account":
        known = ZoomConnection.objects.create(brand=brand, auth_kind="oauth", account_id="another")
        make_webinar(known)
    elif trouble == "missing scope":
        simulator.app.scopes.remove("webinar:read:list_webinars:admin")
    else:
        simulator.faults.add(
            "error", path="/users", status=400, code=200, message="Account does not enabled REST API."
        )
    alice_client.get(back)
    assert not ZoomConnection.objects.filter(brand=brand, state="connected").exclude(account_id="another")
    assert live_tokens(simulator) == []


def test_the_way_back_into_another_browser_connects_nothing(
    alice_client: Client, brand: Brand, simulator: Simulator, alice: User
) -> None:
    back = visit(alice_client)
    other = Client()
    other.force_login(alice)
    other.get(back)
    assert not ZoomConnection.objects.exists()


def test_a_visit_that_took_too_long_is_over(
    alice_client: Client, brand: Brand, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = visit(alice_client)
    monkeypatch.setattr("integrations.views.connect.oauth.LONGEST_VISIT", -1)
    assert "took too long" in said(alice_client.get(back, follow=True))
    assert not ZoomConnection.objects.exists()


def test_whoever_says_no_at_zoom_is_told_so(alice_client: Client, brand: Brand, simulator: Simulator) -> None:
    response = alice_client.get(visit(alice_client, "deny"), follow=True)
    assert "You didn't approve access in Zoom." in said(response)
    assert not ZoomConnection.objects.exists()


def test_an_account_of_another_brand_is_refused_in_words(
    alice_client: Client, brand: Brand, other_brand: Brand, simulator: Simulator
) -> None:
    ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id=simulator.account_id)
    response = alice_client.get(visit(alice_client), follow=True)
    assert "already belongs to another brand: Globex" in said(response)
    assert ZoomConnection.objects.count() == 1


def test_without_an_app_of_ours_the_page_says_what_to_set(alice_client: Client, brand: Brand) -> None:
    assert "set ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET" in shown(alice_client)
    response = alice_client.post(AUTHORIZE, follow=True)
    assert "Set ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET" in said(response)


# What Zoom says reaches whoever connects (case 17)


REFUSALS = [
    (400, 200, "Account does not enabled REST API."),
    (403, 9_999, "Your IP address is not allowed; ask the owner of this account."),
    (400, 300, "Dieses Konto ist gesperrt, bitte Support fragen"),
]


@pytest.mark.parametrize(("status", "code", "message"), REFUSALS)
def test_zooms_own_words_are_shown_beside_ours(
    alice_client: Client, brand: Brand, simulator: Simulator, status: int, code: int, message: str
) -> None:
    simulator.faults.add("error", path="/users", status=status, code=code, message=message, times=0)
    form = alice_client.post(CREDENTIALS, credentials(simulator))
    assert form.status_code == 422
    assert message in html.unescape(form.content.decode())
    assert message in said(alice_client.get(visit(alice_client), follow=True))
    assert not ZoomConnection.objects.exists()


def test_a_secret_in_zooms_words_is_struck_out(
    alice_client: Client, brand: Brand, simulator: Simulator
) -> None:
    secret = simulator.client_secret
    echo = f"No such client: {secret}, see https://zoom.us/x?token={secret}"
    simulator.faults.add("error", path="/oauth/token", status=400, code=300, message=echo)
    page = alice_client.post(CREDENTIALS, credentials(simulator)).content.decode()
    assert "No such client" in page
    assert secret not in page


# By Server-to-Server credentials


def credentials(simulator: Simulator, **changes: str) -> dict[str, str]:
    return {
        "account_id": simulator.account_id,
        "client_id": simulator.client_id,
        "client_secret": simulator.client_secret,
        **changes,
    }


def test_d2_credentials_connect_and_the_webinars_are_listed(
    alice_client: Client, brand: Brand, simulator: Simulator
) -> None:
    response = alice_client.post(CREDENTIALS, credentials(simulator))
    assert response["Location"] == f"{PAGE}acme/"
    assert ZoomConnection.objects.get().auth_kind == "server_to_server"
    assert SyncRun.objects.get().kind == "discovery"


def test_credentials_that_zoom_refuses_are_the_forms_error_and_the_secret_is_not_shown_again(
    alice_client: Client, brand: Brand, simulator: Simulator
) -> None:
    response = alice_client.post(CREDENTIALS, credentials(simulator, client_secret="not-the-secret"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "recognize this client ID and client secret" in page
    assert "not-the-secret" not in page
    assert simulator.client_id in page
    assert not ZoomConnection.objects.exists()


def test_a_missing_scope_is_named_in_the_form(
    alice_client: Client, brand: Brand, simulator: Simulator
) -> None:
    simulator.app.scopes.remove("user:read:list_users:admin")
    response = alice_client.post(CREDENTIALS, credentials(simulator))
    assert "user:read:list_users:admin" in response.content.decode()


def test_nothing_typed_is_the_forms_error(alice_client: Client, brand: Brand) -> None:
    response = alice_client.post(CREDENTIALS, {})
    assert response.status_code == 422
    assert response.content.decode().count("This field is required") == 3


def test_connecting_again_needs_only_the_secret_to_be_typed(
    alice_client: Client, connection: ZoomConnection
) -> None:
    page = shown(alice_client, CREDENTIALS)
    assert 'value="acme-account"' in page
    assert 'value="acme-client"' in page
    assert "acme-secret" not in page


# Disconnecting


def test_disconnecting_asks_first_and_says_what_stays(
    alice_client: Client, connection: ZoomConnection, brand: Brand
) -> None:
    make_webinar(connection)
    page = shown(alice_client, f"{PAGE}acme/disconnect/")
    assert "Its 1 webinar stops syncing." in page
    assert ZoomConnection.objects.get().state == "connected"


def test_disconnecting_keeps_the_webinars_and_offers_to_connect_again(
    alice_client: Client, brand: Brand, simulator: Simulator
) -> None:
    alice_client.get(visit(alice_client))
    make_webinar(ZoomConnection.objects.get())
    response = alice_client.post(f"{PAGE}acme/disconnect/", follow=True)
    assert "no longer connected to Zoom" in said(response)
    assert "Disconnected. Existing data is kept." in response.content.decode()
    assert AuditEntry.objects.filter(code="disconnected").exists()
    assert ZoomConnection.objects.get().webinars.count() == 1


def test_a_brand_that_was_never_connected_has_nothing_to_disconnect(
    alice_client: Client, brand: Brand
) -> None:
    assert alice_client.post(f"{PAGE}acme/disconnect/").status_code == 404


# Who may


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", PAGE),
        ("post", f"{PAGE}brands/"),
        ("post", AUTHORIZE),
        ("get", CALLBACK),
        ("get", CREDENTIALS),
        ("post", CREDENTIALS),
        ("post", f"{PAGE}acme/make-primary/"),
        ("get", f"{PAGE}acme/disconnect/"),
        ("post", f"{PAGE}acme/disconnect/"),
    ],
)
def test_d1_only_an_admin_connects_zoom(
    bob_client: Client, charlie_client: Client, connection: ZoomConnection, method: str, path: str
) -> None:
    for client in (bob_client, charlie_client):
        assert getattr(client, method)(path).status_code == 403
    stranger = getattr(Client(), method)(path)
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/login/")
    assert ZoomConnection.objects.get().state == "connected"


# The brand itself


def test_making_a_brand_primary_asks_first(alice_client: Client, brand: Brand, other_brand: Brand) -> None:
    page = shown(alice_client, f"{PAGE}globex/make-primary/")
    assert "Registrations for webinars of Acme are rejected from then on." in page
    assert Brand.objects.get(is_primary=True) == brand
    alice_client.post(f"{PAGE}globex/make-primary/")
    assert Brand.objects.get(is_primary=True) == other_brand


def test_a_brand_is_renamed_and_keeps_its_address(alice_client: Client, brand: Brand) -> None:
    response = alice_client.post(f"{PAGE}acme/rename/", {"name": "  Acme   Garden "}, follow=True)
    assert said(response) == "Acme is called Acme Garden now."
    brand.refresh_from_db()
    assert (brand.name, brand.slug) == ("Acme Garden", "acme")
    change = SettingChange.objects.get()
    assert (change.field, change.old, change.new) == ("name", "Acme", "Acme Garden")


@pytest.mark.parametrize("name", ["", "GLOBEX", "x" * 201, "a\u202eb"])
def test_a_name_that_cannot_be_is_the_forms_error(
    alice_client: Client, brand: Brand, other_brand: Brand, name: str
) -> None:
    assert alice_client.post(f"{PAGE}acme/rename/", {"name": name}).status_code == 422
    brand.refresh_from_db()
    assert brand.name == "Acme"


def test_removing_a_brand_says_what_goes_and_what_stays(
    alice_client: Client, brand: Brand, other_brand: Brand
) -> None:
    add_exclusions(other_brand, "host", ["own.test"], None)
    connection = ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", state="disconnected")
    make_webinar(connection)
    contact = create_contact(NewContact(email="ann@customer.test"))
    page = html.unescape(shown(alice_client, f"{PAGE}globex/remove/"))
    assert "1 webinar with its audit log" in page
    assert "All settings, and 1 excluded domain" in page
    assert "This can't be undone." in page
    response = alice_client.post(f"{PAGE}globex/remove/", follow=True)
    assert said(response) == "Globex was removed. Its contacts are kept."
    assert not Brand.objects.filter(pk=other_brand.pk).exists()
    assert Contact.objects.get() == contact


@pytest.mark.parametrize(
    ("obstacle", "why"),
    [("events", "1 marketing event"), ("connected", "Disconnect it first."), ("primary", "primary brand")],
)
def test_a_brand_that_is_needed_is_not_removed(
    alice_client: Client, brand: Brand, other_brand: Brand, obstacle: str, why: str
) -> None:
    wanted = brand if obstacle == "primary" else other_brand
    if obstacle == "events":
        make_event(brand=other_brand)
    if obstacle == "connected":
        ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id="o", client_id="o")
    assert why in html.unescape(shown(alice_client, f"{PAGE}{wanted.slug}/remove/"))
    assert why in said(alice_client.post(f"{PAGE}{wanted.slug}/remove/", follow=True))
    assert Brand.objects.filter(pk=wanted.pk).exists()


def test_settings_can_be_made_before_the_brand_is_connected(alice_client: Client, brand: Brand) -> None:
    settings = f"{PAGE}acme/global-settings/"
    assert settings in shown(alice_client)
    page = html.unescape(shown(alice_client, settings))
    assert "This brand isn't connected to Zoom yet." in page
    assert "Webinars</h2>" in page
    assert "Exclusions</h2>" in page
    alice_client.post(f"{PAGE}acme/exclusions/contact/add/", {"domains": "acme.test", "confirmed": "yes"})
    alice_client.post(f"{settings}switch/", {"sync_webinars": "on", "confirmed": "yes"})
    assert DomainExclusion.objects.get().domain == "acme.test"
    assert ZoomSettings.objects.get(brand=brand).sync_webinars
