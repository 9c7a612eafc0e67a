import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Brand
from integrations.models import SyncRun, ZoomConnection
from tests.support.commands import exit_code
from tests.support.installation import Installation
from zoom_simulator.simulator import Simulator

# The listing is done in threads, which only see what is committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.simulator("demo")]


def connect(simulator: Simulator, *more: str, **changes: str) -> str:
    given = {"brand": "Acme", "account_id": simulator.account_id, "client_id": simulator.client_id, **changes}
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
    out = io.StringIO()
    call_command("connect_zoom", *arguments, *more, stdout=out)
    return out.getvalue()


def refused(simulator: Simulator, **changes: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        connect(simulator, **changes)
    return caught.value


def test_a_brand_is_made_connected_and_listed(simulator: Simulator) -> None:
    output = connect(simulator)
    connection = ZoomConnection.objects.get()
    assert (connection.brand.name, connection.state) == ("Acme", "connected")
    assert f"Acme is connected with the Zoom account {simulator.account_id}." in output
    assert (
        f"Found {connection.zoom_users.count():,} users and {connection.webinars.count():,} webinars."
        in output
    )
    assert connection.zoom_users.exists()
    assert connection.webinars.exists()
    assert (SyncRun.objects.get().trigger, SyncRun.objects.get().state) == ("command", "complete")
    assert "--sync-webinars on" in output


def test_the_next_command_can_be_copied_into_a_shell(simulator: Simulator) -> None:
    assert "zoom_settings --brand 'Tom'\"'\"'s shop' --sync-webinars on" in connect(
        simulator, brand="Tom's shop"
    )


def test_d12_connecting_again_is_the_same_connection(simulator: Simulator) -> None:
    connect(simulator)
    connect(simulator, brand="ACME")
    assert Brand.objects.count() == ZoomConnection.objects.count() == 1


def test_the_brand_becomes_the_primary_one_when_asked(brand: Brand, simulator: Simulator) -> None:
    connect(simulator, "--primary", brand="Globex")
    assert Brand.objects.get(is_primary=True).name == "Globex"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"account_id": "wrong"}, "Zoom rejected the account ID"),
        ({"client_id": "wrong"}, "Zoom doesn't recognize this client ID and client secret"),
    ],
)
def test_wrong_credentials_are_one_clear_sentence_and_leave_nothing(
    simulator: Simulator, wrong: dict[str, str], words: str
) -> None:
    error = refused(simulator, **wrong)
    assert words in str(error)
    assert error.returncode == 1
    assert not Brand.objects.exists()


def test_a_brand_whose_name_cannot_be_printed_is_refused_before_zoom_is_asked(simulator: Simulator) -> None:
    error = refused(simulator, brand="Glo\x1b[31mbex")
    assert str(error) == "A brand name can't contain unprintable characters."
    assert error.returncode == 2
    assert not Brand.objects.exists()


def test_a_wrong_secret_is_never_repeated(simulator: Simulator, settings: Any) -> None:
    settings.ZOOM_CLIENT_SECRET = "not-the-secret"
    assert "not-the-secret" not in str(refused(simulator))


def test_a_missing_scope_is_named(simulator: Simulator) -> None:
    simulator.app.scopes.remove("webinar:read:list_webinars:admin")
    error = refused(simulator)
    assert "webinar:read:list_webinars:admin" in str(error)
    assert error.returncode == 1
    assert not Brand.objects.exists()


@pytest.mark.parametrize(
    "message", ["Account does not enabled REST API.", "Konto gesperrt: „Support“ fragen"]
)
def test_case_17_zooms_own_words_are_printed(simulator: Simulator, message: str) -> None:
    simulator.faults.add("error", path="/users", status=400, code=200, message=message)
    error = refused(simulator)
    assert message in str(error)
    assert simulator.client_secret not in str(error)


def test_scopes_that_only_some_features_need_are_listed(simulator: Simulator) -> None:
    simulator.app.scopes.remove("cloud_recording:read:meeting_transcript:admin")
    assert (
        "Transcripts don't sync: the app at Zoom lacks cloud_recording:read:meeting_transcript:admin."
    ) in (connect(simulator))


def test_zoom_that_cannot_be_reached_is_said_and_leaves_nothing(
    simulator: Simulator, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.zoom.oauth.tokens.ASK_TRIES", 1)
    settings.ZOOM_OAUTH_URL = "http://127.0.0.1:9"
    error = refused(simulator)
    assert (str(error), error.returncode) == ("Zoom can't be reached right now.", 1)
    assert not Brand.objects.exists()


def test_an_account_of_another_brand_is_refused(simulator: Simulator, other_brand: Brand) -> None:
    ZoomConnection.objects.create(brand=other_brand, auth_kind="oauth", account_id=simulator.account_id)
    error = refused(simulator)
    assert "already belongs to another brand: Globex" in str(error)
    assert not Brand.objects.filter(name="Acme").exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_name_that_is_none_is_a_bad_argument(simulator: Simulator, name: str) -> None:
    assert refused(simulator, brand=name).returncode == 2


def test_the_secret_is_read_from_the_input_when_it_is_not_set(
    simulator: Simulator, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ZOOM_CLIENT_SECRET = ""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{simulator.client_secret}\n"))
    connect(simulator)
    assert ZoomConnection.objects.get().client_secret == simulator.client_secret


def test_no_secret_at_all_is_a_bad_argument(
    simulator: Simulator, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ZOOM_CLIENT_SECRET = ""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert refused(simulator).returncode == 2


def test_the_process_ends_with_the_codes_that_scripts_go_by(
    installation: Installation, simulator: Simulator
) -> None:
    installation.environment |= {
        "ZOOM_API_URL": simulator.api_url,
        "ZOOM_OAUTH_URL": simulator.oauth_url,
        "ZOOM_CLIENT_SECRET": simulator.client_secret,
    }
    arguments = ["connect_zoom", "--brand", "Acme", "--client-id", simulator.client_id]
    assert exit_code(*arguments) == 2  # no account ID
    wrong = installation.manage(*arguments, "--account-id", "wrong")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.count("\n") == 1
    assert exit_code(*arguments, "--account-id", simulator.account_id) == 0


def test_the_webhook_secret_is_read_like_the_client_secret(
    simulator: Simulator, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = "from-the-environment"
    connect(simulator)
    assert ZoomConnection.objects.get().webhook_secret == ""
    connect(simulator, "--webhook-secret")
    assert ZoomConnection.objects.get().webhook_secret == "from-the-environment"
    settings.ZOOM_CLIENT_SECRET = settings.ZOOM_WEBHOOK_SECRET_TOKEN = ""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{simulator.client_secret}\nfrom-the-input\n"))
    connect(simulator, "--webhook-secret")
    assert ZoomConnection.objects.get().webhook_secret == "from-the-input"


@pytest.mark.parametrize("secret", ["", "one,two"])
def test_a_webhook_secret_that_cannot_be_leaves_nothing(
    simulator: Simulator, settings: Any, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    settings.ZOOM_WEBHOOK_SECRET_TOKEN = secret
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError) as caught:
        connect(simulator, "--webhook-secret")
    assert caught.value.returncode == 2
    assert not Brand.objects.exists()
