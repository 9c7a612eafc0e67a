"""What Zoom says when it does not let us in, for the person who connects."""

import html

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from contacts.models import Brand
from integrations.models import ZoomConnection
from zoom_simulator.simulator import Simulator

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Account does not enabled REST API."
TOKEN = "eyJzdiI6IjAwMDAwMSIsImFsZyI6IkhTNTEyIiwidiI6IjIuMCIsImtpZCI6Ij"


@pytest.fixture
def refusing(simulator: Simulator) -> Simulator:
    """Zoom repeats an access token, which must never be shown."""
    message = f"{WORDS} {TOKEN}"
    simulator.faults.add("error", "/users", times=0, status=400, code=200, message=message)
    return simulator


def test_case_17_zooms_words_reach_who_connects_by_command(refusing: Simulator) -> None:
    app = (f"--account-id={refusing.account_id}", f"--client-id={refusing.client_id}")
    with pytest.raises(CommandError) as refused:
        call_command("connect_zoom", "--brand=Acme", *app)
    assert WORDS in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert not Brand.objects.exists()


def test_case_17_zooms_words_are_on_the_connect_page(
    refusing: Simulator, alice_client: Client, brand: Brand
) -> None:
    page = "/settings/integrations/connected-apps/zoom/acme/credentials/"
    answer = alice_client.post(
        page,
        {
            "account_id": refusing.account_id,
            "client_id": refusing.client_id,
            "client_secret": refusing.client_secret,
        },
    )
    shown = html.unescape(answer.content.decode())
    assert WORDS in shown
    assert TOKEN not in shown
    assert not ZoomConnection.objects.exists()
