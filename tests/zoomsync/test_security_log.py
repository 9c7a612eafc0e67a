"""What the security log says after each thing that it is told: who, when, from where."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from contacts.models import ContactImport
from core.retention import prune_all
from core.security_log import SecurityCode
from tests.contacts.make import make_contact
from tests.support.people import PASSWORD
from zoomsync.login_throttle import FAILURES
from zoomsync.models import SecurityEvent, User
from zoomsync.security_log.wording import DEFINITIONS

LOG = "/settings/security-log/"
ADDRESS = "192.0.2.7"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def told(code: SecurityCode) -> SecurityEvent:
    return SecurityEvent.objects.get(code=code)


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    form = {"username": email, "password": password}
    return client.post("/login/", form, REMOTE_ADDR=ADDRESS).status_code


def test_signing_in_and_out_is_told_with_who_and_from_where(client: Client, alice: User) -> None:
    before = timezone.now()
    sign_in(client, "Alice@acme.test")
    client.post("/logout/", REMOTE_ADDR=ADDRESS)
    for code in (SecurityCode.SIGNED_IN, SecurityCode.SIGNED_OUT):
        event = told(code)
        assert (event.actor, event.actor_name, event.address) == (alice, "alice@acme.test", ADDRESS)
        assert (event.via, before <= event.at <= timezone.now()) == ("page", True)


@pytest.mark.parametrize("email", ["alice@acme.test", "nobody@acme.test", "ALICE@ACME.TEST", "ä@acme.test"])
def test_a_failure_is_told_with_the_email_that_was_typed_and_no_password(
    client: Client, alice: User, email: str
) -> None:
    sign_in(client, email, "a-secret-guess")
    event = told(SecurityCode.SIGN_IN_FAILED)
    assert (event.subject, event.actor, event.address) == (email, None, ADDRESS)
    assert "a-secret-guess" not in str(event.__dict__)


def test_a_password_in_the_wrong_field_is_not_kept(client: Client, alice: User) -> None:
    sign_in(client, "my-secret-password", "x")
    assert told(SecurityCode.SIGN_IN_FAILED).subject == ""


def test_a_lock_out_is_told_once_however_often_somebody_goes_on(client: Client, alice: User) -> None:
    for _guess in range(FAILURES + 7):
        sign_in(client, alice.email, "guess")
    event = told(SecurityCode.LOCKED_OUT)
    assert (event.subject, event.values, event.address) == (alice.email, {"attempts": FAILURES}, ADDRESS)
    assert SecurityEvent.objects.filter(code=SecurityCode.SIGN_IN_FAILED).count() == FAILURES


def change_password(client: Client) -> None:
    new = "another horse entirely"
    client.post("/account/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})


def add_colleague(client: Client) -> None:
    client.post("/settings/team/add/", {"email": "dora@acme.test", "name": "Dora", "role": "operator"})


def delete_contact(client: Client) -> None:
    client.post(f"/contacts/{make_contact('gone@x.example').pk}/delete/")


def create_token(client: Client) -> None:
    client.post("/settings/api-tokens/create/", {"name": "n8n", "role": "marketer"})


def upload(client: Client) -> None:
    file = SimpleUploadedFile("people.csv", b"email\na@x.example\n")
    client.post("/contacts/import/", {"file": file})


def cancel_import(client: Client) -> None:
    upload(client)
    client.post(f"/contacts/imports/{ContactImport.objects.get().pk}/cancel/")


@pytest.mark.parametrize(
    ("act", "code", "subject", "values"),
    [
        (change_password, SecurityCode.PASSWORD_CHANGED, "", {}),
        (add_colleague, SecurityCode.USER_ADDED, "dora@acme.test", {"role": "operator"}),
        (add_colleague, SecurityCode.PASSWORD_LINK, "dora@acme.test", {}),
        (create_token, SecurityCode.TOKEN_CREATED, "n8n", {"role": "marketer"}),
        (upload, SecurityCode.IMPORT_STARTED, "people.csv", None),
        (cancel_import, SecurityCode.IMPORT_CANCELLED, "people.csv", None),
        (delete_contact, SecurityCode.CONTACT_DELETED, "", None),
    ],
)
def test_what_an_admin_does_is_told(
    alice_client: Client,
    alice: User,
    act: Callable[[Client], None],
    code: SecurityCode,
    subject: str,
    values: dict[str, str] | None,
) -> None:
    act(alice_client)
    event = told(code)
    assert (event.actor, event.subject, event.address, event.via) == (alice, subject, "127.0.0.1", "page")
    assert values is None or event.values == values


def test_changes_of_a_colleague_are_told_with_whom_they_are_about(
    alice_client: Client, alice: User, bob: User
) -> None:
    alice_client.post(f"/settings/team/{bob.pk}/role/", {"role": "admin"})
    alice_client.post(f"/settings/team/{bob.pk}/active/", {"active": "off"})
    alice_client.post(f"/settings/team/{bob.pk}/active/", {"active": "on"})
    changes = SecurityEvent.objects.exclude(code=SecurityCode.SIGNED_IN).order_by("pk")
    assert [(event.code, event.subject, event.actor) for event in changes] == [
        ("role_changed", bob.email, alice),
        ("user_deactivated", bob.email, alice),
        ("user_reactivated", bob.email, alice),
    ]
    assert changes[0].values == {"before": "operator", "after": "admin"}


def test_a_change_that_was_not_made_is_not_told(alice_client: Client, alice: User) -> None:
    alice_client.post(f"/settings/team/{alice.pk}/role/", {"role": "marketer"})
    alice_client.post(f"/settings/team/{alice.pk}/active/", {"active": "off"})
    alice_client.post("/contacts/99999/delete/")
    assert set(SecurityEvent.objects.values_list("code", flat=True)) == {"signed_in"}


def test_d22_nothing_in_the_log_names_a_contact_who_was_deleted(alice_client: Client) -> None:
    delete_contact(alice_client)
    alice_client.get("/contacts/")  # shows the message that it was deleted
    assert "gone@x.example" not in str(list(SecurityEvent.objects.values()))
    assert "gone@x.example" not in alice_client.get(LOG).content.decode()


def test_commands_are_told_as_such(db: None, tmp_path: Path) -> None:
    make_contact("a@x.example")
    call_command("delete_contact", "a@x.example")
    call_command("api_token", "create", "--name", "n8n", "--role", "admin")
    file = tmp_path / "people.csv"
    file.write_text("email\nb@x.example\n")
    call_command("import_contacts", str(file))
    events = SecurityEvent.objects.values_list("code", "via", "address", "actor_name")
    assert set(events) == {
        (code, "command", "", "") for code in ("contact_deleted", "token_created", "import_started")
    }


def test_what_a_program_does_is_told_with_its_token(db: None, client: Client, capsys: Any) -> None:
    call_command("api_token", "create", "--name", "n8n", "--role", "admin")
    bearer = {"Authorization": f"Bearer {capsys.readouterr().out.strip()}"}
    contact = make_contact("a@x.example")
    assert client.delete(f"/api/v1/contacts/{contact.pk}", headers=bearer).status_code < 300
    event = told(SecurityCode.CONTACT_DELETED)
    assert (event.via, event.actor_name, event.address) == ("api", "n8n", "127.0.0.1")


def test_a_row_outlives_the_person_it_is_about(alice: User, bob: User, client: Client) -> None:
    sign_in(client, bob.email)
    bob.delete()
    assert (told(SecurityCode.SIGNED_IN).actor, told(SecurityCode.SIGNED_IN).actor_name) == (
        None,
        "bob@acme.test",
    )


def test_after_some_time_events_are_forgotten(db: None) -> None:
    now = timezone.now()
    for days in (401, 399):
        SecurityEvent.objects.create(code="signed_in", via="page", at=now - timedelta(days=days))
    prune_all()
    assert SecurityEvent.objects.get().at == now - timedelta(days=399)


# The page


def make(code: str = "signed_in", **fields: Any) -> SecurityEvent:
    return SecurityEvent.objects.create(**{"code": code, "via": "page", **fields})


def listed(client: Client, **query: str) -> str:
    return client.get(LOG, query, headers={"HX-Request": "true", "HX-Target": "events"}).content.decode()


def test_only_admins_read_it(bob_client: Client, charlie_client: Client, client: Client) -> None:
    for path in (LOG, f"{LOG}security-log.csv"):
        assert bob_client.get(path).status_code == charlie_client.get(path).status_code == 403
        assert client.get(path).status_code == 302
    assert LOG not in bob_client.get("/contacts/").content.decode()


def test_admins_find_it_in_the_navigation(alice_client: Client) -> None:
    assert f'href="{LOG}"' in alice_client.get("/contacts/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Anna", "Ben", "Cat"}),
        ({"q": "anna"}, {"Anna"}),
        ({"q": "198.51"}, {"Ben"}),
        ({"q": "token-x"}, {"Cat"}),
        ({"q": "anna 198.51"}, set()),
        ({"event": "token_created"}, {"Cat"}),
        ({"via": "api"}, {"Cat"}),
        ({"event": "nonsense", "via": "nonsense"}, {"Anna", "Ben", "Cat"}),
        ({"to": "2026-01-31"}, {"Ben"}),
        ({"from": "2026-02-01"}, {"Anna", "Cat"}),
        ({"from": "2026-01-31", "to": "2026-01-31"}, {"Ben"}),
    ],
)
def test_it_is_searched_and_filtered_on_the_page_and_in_the_download(
    alice_client: Client, query: dict[str, str], found: set[str]
) -> None:
    SecurityEvent.objects.all().delete()
    make(actor_name="Anna", at="2026-02-03T10:00Z")
    make(actor_name="Ben", address="198.51.100.1", at="2026-01-31T10:00Z")
    make("token_created", actor_name="Cat", subject="token-x", via="api", at="2026-02-02T10:00Z")
    page = listed(alice_client, **query)
    assert {name for name in ("Anna", "Ben", "Cat") if f">{name}<" in page} == found
    lines = b"".join(alice_client.get(f"{LOG}security-log.csv", query)).decode().splitlines()
    assert {name for name in ("Anna", "Ben", "Cat") for line in lines[1:] if name in line} == found


def test_each_code_has_words() -> None:
    assert set(DEFINITIONS) == set(SecurityCode)


def test_a_code_of_a_later_version_is_shown_as_it_is(alice_client: Client) -> None:
    make("teleported", values={"x": 1})
    assert "teleported" in listed(alice_client)


def test_what_strangers_typed_is_text_and_no_formula(alice_client: Client) -> None:
    make("sign_in_failed", subject="=HYPERLINK(1)@x<script>")
    assert "<script>alert" not in listed(alice_client)
    assert "&lt;script&gt;" in listed(alice_client)
    assert b"'=HYPERLINK" in b"".join(alice_client.get(f"{LOG}security-log.csv"))


def test_a_page_costs_the_same_with_many_events(alice_client: Client, django_assert_num_queries: Any) -> None:
    SecurityEvent.objects.bulk_create(SecurityEvent(code="signed_in", via="page") for _ in range(300))
    with django_assert_num_queries(3):  # session, person, events
        page = listed(alice_client)
    assert "before=" in page
