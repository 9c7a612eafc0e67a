from typing import Any

import pytest
from django.db import connection as database

from contacts.models import Brand, PropertyDefinition
from integrations.connections import connect as connections
from integrations.connections.brands import new_brand
from integrations.models import AuditEntry, SettingChange, SyncRun, ZoomConnection, ZoomSettings
from integrations.settings_changes import NotAllowed
from integrations.sync import scope_warnings
from integrations.zoom.errors import MissingScope, NeedsPerson, SignInRefused, Unavailable
from tests.integrations.make import make_webinar
from zoom_simulator.simulator import Simulator
from zoomsync.models import User

pytestmark = pytest.mark.simulator("demo")

# Without these nothing works, so that connecting is refused.
NEEDED = {"user:read:list_users:admin", "webinar:read:list_webinars:admin"}


def connect(brand: Brand, simulator: Simulator, **changes: Any) -> ZoomConnection:
    credentials = {
        "account_id": simulator.account_id,
        "client_id": simulator.client_id,
        "client_secret": simulator.client_secret,
    }
    return connections.connect_server_to_server(brand, **{**credentials, "actor": None, **changes})


def codes() -> set[str]:
    return set(AuditEntry.objects.open().values_list("code", flat=True))


def test_d2_a_new_brand_is_connected_by_server_to_server_credentials(
    db: None, simulator: Simulator, alice: User
) -> None:
    connection = connect(new_brand("Acme"), simulator, actor=alice)
    brand = Brand.objects.get()
    assert (brand.name, brand.is_primary) == ("Acme", True)
    assert (connection.state, connection.account_id) == ("connected", simulator.account_id)
    assert ZoomSettings.objects.filter(brand=brand, sync_webinars=False).exists()
    assert AuditEntry.objects.get().code == "connected"
    assert (SettingChange.objects.get().new, SettingChange.objects.get().actor) == (
        simulator.account_id,
        alice,
    )


def test_no_secret_is_readable_in_the_database(brand: Brand, simulator: Simulator) -> None:
    connect(brand, simulator)
    with database.cursor() as cursor:
        cursor.execute("SELECT client_secret, access_token FROM integrations_zoomconnection")
        (row,) = cursor.fetchall()
    stored = ZoomConnection.objects.get()
    assert stored.client_secret not in row[0]
    assert stored.access_token not in row[1]


def test_pasted_credentials_may_have_blanks_around_them(brand: Brand, simulator: Simulator) -> None:
    assert (
        connect(brand, simulator, account_id=f" {simulator.account_id}\n").account_id == simulator.account_id
    )


def test_r59_to_r63_connecting_makes_the_properties_of_the_group_zoom(
    brand: Brand, simulator: Simulator
) -> None:
    for _time in range(2):
        connect(brand, simulator)
    made = PropertyDefinition.objects.filter(group="Zoom").values_list("name", "label", "kind")
    assert set(made) == {
        (
            "zoom_webinar_attendance_average_duration",
            "Average Zoom webinar attendance duration",
            "number",
        ),
        ("zoom_webinar_joinlink", "Last registered Zoom webinar", "link"),
        ("zoom_webinar_registration_count", "Total number of Zoom webinar registrations", "number"),
        ("zoom_webinar_attendance_count", "Total number of Zoom webinars attended", "number"),
    }


@pytest.mark.parametrize(
    "wrong", [{"client_secret": "wrong"}, {"client_id": "wrong"}, {"account_id": "wrong"}]
)
def test_wrong_credentials_leave_nothing_behind(
    db: None, simulator: Simulator, wrong: dict[str, str]
) -> None:
    with pytest.raises(SignInRefused):
        connect(new_brand("Acme"), simulator, **wrong)
    assert not Brand.objects.exists()


@pytest.mark.parametrize("scope", sorted(NEEDED))
def test_a_scope_without_which_nothing_works_is_named_and_nothing_is_left_behind(
    db: None, simulator: Simulator, scope: str
) -> None:
    simulator.app.scopes.remove(scope)
    with pytest.raises(MissingScope, match=scope):
        connect(new_brand("Acme"), simulator)
    assert not Brand.objects.exists()


def test_a_zoom_that_cannot_be_reached_leaves_nothing_behind(
    db: None, simulator: Simulator, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.zoom.oauth.tokens.ASK_TRIES", 1)
    settings.ZOOM_OAUTH_URL = "http://127.0.0.1:9"
    with pytest.raises(Unavailable):
        connect(new_brand("Acme"), simulator)
    assert not Brand.objects.exists()


def test_other_scopes_that_lack_are_listed_by_what_does_not_work_without_them(
    brand: Brand, simulator: Simulator
) -> None:
    scope = "cloud_recording:read:meeting_transcript:admin"
    simulator.app.scopes.remove(scope)
    connection = connect(brand, simulator)
    assert scope_warnings.lacking(connection) == [("Transcripts don't sync", [scope])]
    warning = AuditEntry.objects.open().get()
    assert (warning.code, warning.severity) == ("account_scopes_missing", "warning")
    assert warning.message == f"Transcripts don't sync: {scope}."
    simulator.app.scopes.append(scope)
    connect(brand, simulator)
    assert codes() == set()


def test_d2_an_account_belongs_to_one_brand(brand: Brand, other_brand: Brand, simulator: Simulator) -> None:
    connect(brand, simulator)
    with pytest.raises(NeedsPerson, match="already belongs to another brand: Acme"):
        connect(other_brand, simulator)
    assert ZoomConnection.objects.count() == 1


def test_a_brand_with_webinars_keeps_its_account(brand: Brand, simulator: Simulator) -> None:
    old = ZoomConnection.objects.create(
        brand=brand, auth_kind="oauth", account_id="another", state="disconnected", client_secret="old"
    )
    make_webinar(old)
    with pytest.raises(NeedsPerson, match="webinars from another Zoom account"):
        connect(brand, simulator)
    old.refresh_from_db()
    assert (old.account_id, old.client_secret, old.state) == ("another", "old", "disconnected")


def test_connecting_again_cures_what_needed_attention(brand: Brand, simulator: Simulator) -> None:
    connection = connect(brand, simulator)
    connections.deauthorized(connection)
    assert codes() == {"app_removed"}
    again = connect(brand, simulator)
    assert (again.pk, again.state, again.state_reason) == (connection.pk, "connected", None)
    assert codes() == set()


def test_disconnecting_forgets_the_secrets_revokes_the_token_and_keeps_the_data(
    brand: Brand, simulator: Simulator, alice: User
) -> None:
    connection = connect(brand, simulator)
    token = connection.access_token
    webinar = make_webinar(connection)
    run = SyncRun.objects.create(connection=connection, webinar=webinar, kind="webinar", trigger="schedule")
    connections.disconnect(connection, actor=alice)
    connection.refresh_from_db()
    assert (connection.state, connection.access_token, connection.client_secret) == ("disconnected", "", "")
    assert not simulator.tokens.revoke(token)
    webinar.refresh_from_db()
    run.refresh_from_db()
    assert (run.state, str(run.error)) == ("failed", "Zoom was disconnected.")
    change = SettingChange.objects.order_by("-pk").first()
    assert change is not None
    assert (change.old, change.new, change.actor) == (simulator.account_id, "", alice)


def test_disconnecting_works_while_zoom_is_away(brand: Brand, simulator: Simulator, settings: Any) -> None:
    connection = connect(brand, simulator)
    settings.ZOOM_OAUTH_URL = "http://127.0.0.1:9"
    connections.disconnect(connection, actor=None)
    assert ZoomConnection.objects.get().state == "disconnected"


def test_a_disconnected_account_may_go_to_another_brand(
    brand: Brand, other_brand: Brand, simulator: Simulator
) -> None:
    connections.disconnect(connect(brand, simulator), actor=None)
    assert connect(other_brand, simulator).brand == other_brand


def test_only_an_admin_connects_and_disconnects(
    brand: Brand, simulator: Simulator, connection: ZoomConnection, bob: User
) -> None:
    with pytest.raises(NotAllowed):
        connect(brand, simulator, actor=bob)
    with pytest.raises(NotAllowed):
        connections.disconnect(connection, actor=bob)
    assert ZoomConnection.objects.get().client_secret == "acme-secret"
