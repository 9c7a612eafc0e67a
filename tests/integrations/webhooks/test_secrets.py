"""One brand's secret signs for its own Zoom account only."""

from typing import Any

import pytest
from django.db import connection as database

from contacts.models import Brand
from integrations.models import AuditEntry, SettingChange, WebhookDelivery, ZoomConnection
from integrations.webhooks.worker import deliveries
from integrations.zoom.webhooks import answer_to_validation, read
from tests.integrations.webhooks.sending import SECRET, body_of, post
from tests.support.jobs import work_off

OWN, OTHERS = "acme-webhook-secret", "globex-webhook-secret"
DEAUTHORIZED = "app_deauthorized"


@pytest.fixture(autouse=True)
def default(settings: Any) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = SECRET


@pytest.fixture
def acme(connection: ZoomConnection) -> ZoomConnection:
    ZoomConnection.objects.filter(pk=connection.pk).update(webhook_secret=OWN)
    return connection


@pytest.fixture
def globex(other_brand: Brand) -> ZoomConnection:
    return ZoomConnection.objects.create(
        brand=other_brand, auth_kind="oauth", account_id="globex-account", webhook_secret=OTHERS
    )


def send(account_id: str, secret: str, event: str = DEAUTHORIZED) -> int:
    """Sends an event about the account, signed with the secret; handles it if it was accepted."""
    status = post(body_of(event, {"account_id": account_id}), secret).status_code
    if status == 200:
        work_off(deliveries)
    return status


def state_of(connection: ZoomConnection) -> str:
    return ZoomConnection.objects.values_list("state", flat=True).get(pk=connection.pk)


@pytest.mark.parametrize("secret", [OTHERS, SECRET, "", "guessed"])
def test_no_secret_but_the_brands_own_can_disconnect_it(
    acme: ZoomConnection, globex: ZoomConnection, secret: str
) -> None:
    assert send(acme.account_id, secret) == 401
    assert not WebhookDelivery.objects.exists()
    assert {state_of(acme), state_of(globex)} == {"connected"}
    assert not AuditEntry.objects.exists()
    assert not SettingChange.objects.exists()


def test_a_brand_is_disconnected_by_an_event_that_its_own_secret_signed(
    acme: ZoomConnection, globex: ZoomConnection
) -> None:
    assert send(acme.account_id, OWN) == 200
    assert (state_of(acme), state_of(globex)) == ("disconnected", "connected")


def test_a_brands_own_secret_does_not_sign_for_a_brand_that_uses_the_servers(
    connection: ZoomConnection, globex: ZoomConnection
) -> None:
    assert send(connection.account_id, OTHERS) == 401
    assert state_of(connection) == "connected"
    assert send(connection.account_id, SECRET) == 200
    assert state_of(connection) == "disconnected"


@pytest.mark.parametrize("account_id", ["unknown-account", ""])
def test_a_brands_own_secret_does_not_sign_for_accounts_that_no_brand_has(
    acme: ZoomConnection, account_id: str
) -> None:
    assert send(account_id, OWN) == 401
    assert send(account_id, SECRET) == 200


def test_a_secret_that_two_brands_share_signs_for_both(acme: ZoomConnection, globex: ZoomConnection) -> None:
    ZoomConnection.objects.update(webhook_secret=OWN)
    assert send(acme.account_id, OWN, "webinar.created") == 200
    assert send(globex.account_id, OWN, "webinar.created") == 200


def test_a_disconnected_brand_keeps_no_secret(acme: ZoomConnection) -> None:
    send(acme.account_id, OWN)
    assert ZoomConnection.objects.get().webhook_secret == ""
    assert send(acme.account_id, OWN) == 401


def test_a_secret_does_not_sign_for_an_account_that_moved_to_another_brand(
    acme: ZoomConnection, globex: ZoomConnection
) -> None:
    ZoomConnection.objects.filter(pk=acme.pk).update(state="disconnected")
    ZoomConnection.objects.filter(pk=globex.pk).update(account_id=acme.account_id)
    assert send(acme.account_id, OWN) == 401
    assert send(acme.account_id, OTHERS) == 200
    assert state_of(globex) == "disconnected"


@pytest.mark.parametrize("secret", [OWN, OTHERS, SECRET])
def test_zooms_check_of_the_address_is_answered_with_the_secret_that_signed_it(
    acme: ZoomConnection, globex: ZoomConnection, secret: str
) -> None:
    body = body_of("endpoint.url_validation", {"plainToken": "plain"})
    assert post(body, secret).json() == answer_to_validation(read(body), secret)


def test_the_stored_secret_is_encrypted(acme: ZoomConnection) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT webhook_secret FROM integrations_zoomconnection")
        [(stored,)] = cursor.fetchall()
    assert stored
    assert OWN not in stored
