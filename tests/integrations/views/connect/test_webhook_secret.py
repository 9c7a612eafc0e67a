from typing import Any

import pytest
from django.test import Client

from contacts.models import Brand
from integrations.models import SettingChange, ZoomConnection
from integrations.settings_changes.history import in_words

PAGE = "/settings/integrations/connected-apps/zoom/"
FORM = f"{PAGE}acme/webhook-secret/"


def stored() -> str:
    return ZoomConnection.objects.get().webhook_secret


def save(client: Client, secret: str) -> Any:
    return client.post(FORM, {"secret": secret}, follow=True)


def test_an_admin_sets_replaces_and_removes_the_secret(
    alice_client: Client, connection: ZoomConnection
) -> None:
    assert "The webhook secret of Acme is set." in save(alice_client, " first ").content.decode()
    assert stored() == "first"
    save(alice_client, "second")
    save(alice_client, "second")  # no change, so no line of the history
    assert stored() == "second"
    alice_client.post(FORM, {"remove": "1"})
    alice_client.post(FORM, {"remove": "1"})
    assert stored() == ""
    assert [in_words(change) for change in SettingChange.objects.order_by("pk")] == [
        "Webhook secret: from the server's to the brand's own",
        "Webhook secret: from the brand's own to a new one",
        "Webhook secret: from the brand's own to the server's",
    ]


def test_a_stored_secret_is_shown_nowhere(alice_client: Client, connection: ZoomConnection) -> None:
    save(alice_client, "very-secret-token")
    for path in (PAGE, FORM, f"{PAGE}acme/global-settings/", f"{PAGE}acme/"):
        assert "very-secret-token" not in alice_client.get(path).content.decode()


@pytest.mark.parametrize("typed", ["", "  ", "two words", "one,two", "x" * 201, "schlüssel", "a\nb"])
def test_what_cannot_be_a_secret_is_the_forms_error_and_changes_nothing(
    alice_client: Client, connection: ZoomConnection, typed: str
) -> None:
    ZoomConnection.objects.update(webhook_secret="before")
    assert save(alice_client, typed).status_code == 422
    assert stored() == "before"


@pytest.mark.parametrize("role", ["bob", "charlie"])
def test_only_admins_see_or_change_it(
    request: pytest.FixtureRequest, connection: ZoomConnection, role: str
) -> None:
    client: Client = request.getfixturevalue(f"{role}_client")
    assert client.get(FORM).status_code == 403
    assert save(client, "mine").status_code == 403
    assert client.post(FORM, {"remove": "1"}).status_code == 403
    assert stored() == ""


def test_a_brand_that_is_not_connected_has_no_secret(alice_client: Client, brand: Brand) -> None:
    assert alice_client.get(FORM).status_code == 404


def test_the_page_says_which_secret_counts(
    alice_client: Client, connection: ZoomConnection, settings: Any
) -> None:
    assert "Not set" in alice_client.get(PAGE).content.decode()
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = "default"
    assert "The server's" in alice_client.get(PAGE).content.decode()
    save(alice_client, "own")
    assert "Its own" in alice_client.get(PAGE).content.decode()
