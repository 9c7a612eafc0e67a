"""Tokens: made once, shown once, gone for good when revoked (D1)."""

import io
import logging
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.roles import Role
from tests.support.at_once import at_once
from tests.support.htmx import htmx
from zoomsync.api.models import ApiToken
from zoomsync.api.tokens import TokenError, create_token, revoke_token

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("api_token", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_create_prints_the_token_alone_and_the_secret_beside_it(make_api):
    out, err = run("create", "--name", "n8n", "--role", "operator")
    token = ApiToken.objects.get()
    assert len(out.split()) == 1
    assert out.strip().startswith("zst_")
    assert err.split()[-1] == token.callback_secret
    assert token.callback_secret.startswith("whsec_")
    assert (token.name, token.role, token.expires_at) == ("n8n", "operator", None)


def test_only_a_digest_of_the_token_is_stored():
    plain = create_token("n8n", Role.ADMIN).plain
    row = ApiToken.objects.values().get()
    assert plain not in str(row)
    assert plain.removeprefix("zst_") not in str(row)


def test_no_token_and_no_secret_is_logged(caplog):
    with caplog.at_level(logging.DEBUG):
        new = create_token("n8n", Role.ADMIN)
        revoke_token(new.token)
    assert new.plain not in caplog.text
    assert new.token.callback_secret not in caplog.text


def test_list_shows_the_callback_secrets_again():
    token = create_token("n8n", Role.ADMIN, days=3).token
    create_token("gone", Role.ADMIN)
    run("revoke", "gone")
    out, _err = run("list")
    assert token.callback_secret in out
    assert "gone" not in out


def test_list_says_so_when_there_are_none():
    assert "no API tokens" in run("list")[0]


def test_revoke_finds_the_token_whatever_the_case_of_its_name():
    create_token("n8n", Role.ADMIN)
    run("revoke", "N8N")
    assert ApiToken.objects.live().count() == 0


def test_revoking_what_there_is_not_says_so():
    with pytest.raises(CommandError, match="no token called"):
        run("revoke", "nobody")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("create",),
        ("create", "--name", "x", "--role", "king"),
        ("create", "--name", "x", "--role", "admin", "--days", "soon"),
        ("revoke",),
    ],
)
def test_bad_arguments_end_the_command(arguments):
    with pytest.raises(CommandError):
        run(*arguments)


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_a_token_ends_after_a_sensible_time(days):
    with pytest.raises(CommandError, match="days"):
        run("create", "--name", "x", "--role", "admin", "--days", str(days))
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b"])
def test_a_name_can_be_read(name):
    with pytest.raises(TokenError):
        create_token(name, Role.ADMIN)


def test_live_tokens_have_names_of_their_own():
    create_token("n8n", Role.ADMIN)
    with pytest.raises(TokenError, match="already"):
        create_token("  N8n ", Role.ADMIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.create(name="N8N", role="admin", digest="other", callback_secret="x")


def test_a_name_is_free_again_once_its_token_is_over():
    first = create_token("n8n", Role.ADMIN, days=1).token
    ApiToken.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    second = create_token("n8n", Role.ADMIN).token
    revoke_token(second)
    third = create_token("n8n", Role.ADMIN).token
    assert list(ApiToken.objects.live()) == [third]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_name_at_once_one_gets_it():
    created, refused = at_once(2, lambda _number: create_token("n8n", Role.ADMIN))
    assert len(created) == 1
    assert [type(error) for error in refused] == [TokenError]


# The page


def test_an_admin_creates_a_token_and_sees_it_once(alice_client, make_api):
    answer = alice_client.post(
        "/settings/api-tokens/create/",
        {"name": "n8n", "role": "operator", "days": "30"},
        headers=htmx("panel"),
    )
    token = ApiToken.objects.get()
    plain = answer.text.split('id="token" value="')[1].split('"')[0]
    assert plain.startswith("zst_")
    assert f'curl -H "Authorization: Bearer {plain}" \\\n  http://testserver/api/v1/contacts' in unescape(
        answer.text
    )
    assert answer["Cache-Control"].count("no-store") == 1
    assert token.created_by.name == "Alice Admin"
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    assert plain not in alice_client.get("/settings/api-tokens/").text


def test_a_taken_name_is_refused_beside_the_field(alice_client):
    create_token("n8n", Role.ADMIN)
    answer = alice_client.post("/settings/api-tokens/create/", {"name": "n8n", "role": "admin", "days": ""})
    assert answer.status_code == 422
    assert "already" in answer.text


def test_the_list_shows_the_callback_secret_to_admins(alice_client):
    token = create_token("n8n", Role.ADMIN).token
    assert token.callback_secret in unescape(alice_client.get("/settings/api-tokens/").text)


def test_revoking_asks_first_and_then_ends_the_token(alice_client):
    token = create_token("n8n", Role.ADMIN).token
    address = f"/settings/api-tokens/{token.pk}/revoke/"
    assert "cannot be undone" in alice_client.get(address).text
    token.refresh_from_db()
    assert token.is_live
    answer = alice_client.post(address, follow=True)
    assert "“n8n” was revoked." in answer.text
    token.refresh_from_db()
    assert not token.is_live


def test_only_admins_find_the_page_in_the_navigation(alice_client, bob_client):
    assert "/settings/api-tokens/" in alice_client.get("/").text
    assert "/settings/api-tokens/" not in bob_client.get("/").text
