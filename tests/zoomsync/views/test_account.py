from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.support.people import PASSWORD
from zoomsync.login_throttle import FAILURES, FAILURES_ANYWHERE, WINDOW
from zoomsync.models import FailedSignIn


def sign_in(client, email="alice@acme.test", password=PASSWORD, address="192.0.2.1", **more):
    return client.post("/login/", {"username": email, "password": password, **more}, REMOTE_ADDR=address)


def is_in(answer):
    return answer.status_code == 302


def test_the_right_password_signs_in_and_leads_where_one_wanted_to_go(client, alice):
    assert sign_in(client, next="/contacts/")["Location"] == "/contacts/"


def test_the_case_of_the_email_does_not_matter(client, alice):
    assert is_in(sign_in(client, "ALICE@acme.test"))


def test_signing_in_never_leads_to_another_site(client, alice):
    assert sign_in(client, next="https://evil.test/")["Location"] == "/"


def test_wrong_passwords_lock_the_email_for_who_guesses(client, alice):
    for _guess in range(FAILURES):
        assert not is_in(sign_in(client, password="guess"))
    answer = sign_in(client)
    assert not is_in(answer)
    assert "Too many incorrect passwords" in answer.text


def test_a_lock_keeps_nobody_else_out(client, alice, bob):
    for _guess in range(FAILURES):
        sign_in(client, password="guess", address="198.51.100.7")
    assert is_in(sign_in(client, address="192.0.2.1"))
    assert is_in(sign_in(Client(), bob.email, address="198.51.100.7"))


def test_guessing_from_everywhere_locks_as_well(client, alice):
    FailedSignIn.objects.bulk_create(
        FailedSignIn(email=alice.email, address=f"198.51.100.{n}") for n in range(FAILURES_ANYWHERE)
    )
    assert not is_in(sign_in(client))


def test_behind_our_proxy_the_address_is_the_one_that_it_noted_itself(client, alice, settings):
    """What stands before it in the header, anybody could have written."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for guess in range(FAILURES):
        noted = {"X-Forwarded-For": f"203.0.113.{guess}, 198.51.100.7"}
        client.post("/login/", {"username": alice.email, "password": "guess"}, headers=noted)
    assert set(FailedSignIn.objects.values_list("address", flat=True)) == {"198.51.100.7"}


def test_without_a_proxy_nobody_chooses_an_address(client, alice):
    answer = client.post(
        "/login/", {"username": alice.email, "password": "guess"}, headers={"X-Forwarded-For": "203.0.113.1"}
    )
    assert answer.status_code == 200
    assert FailedSignIn.objects.get().address == "127.0.0.1"


def test_a_lock_passes(client, alice):
    for _guess in range(FAILURES):
        sign_in(client, password="guess")
    FailedSignIn.objects.update(at=timezone.now() - WINDOW - timedelta(seconds=1))
    assert is_in(sign_in(client))


def test_the_right_password_forgets_the_wrong_ones(client, alice):
    for _guess in range(FAILURES - 1):
        sign_in(client, password="guess")
    assert is_in(sign_in(client))
    assert FailedSignIn.objects.count() == 0


def test_an_unknown_email_and_a_wrong_password_read_the_same(client, alice):
    unknown, wrong = sign_in(client, "nobody@acme.test"), sign_in(client, password="guess")
    sentence = "Incorrect email or password."
    assert sentence in unknown.text
    assert sentence in wrong.text


def test_somebody_deactivated_does_not_get_in(client, alice):
    alice.is_active = False
    alice.save()
    assert not is_in(sign_in(client))


@pytest.mark.parametrize(
    ("chosen", "drawn"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')]
)
def test_the_theme_is_remembered(client, chosen, drawn):
    client.post("/account/theme/", {"theme": chosen})
    assert drawn in client.get("/login/").text


def test_the_theme_of_the_system_is_the_default(client):
    client.post("/account/theme/", {"theme": "dark"})
    client.post("/account/theme/", {"theme": ""})
    assert "data-theme=" not in client.get("/login/").text


def test_a_new_password_signs_other_devices_out(alice, log_in):
    here, elsewhere = log_in(alice), log_in(alice)
    new = "another horse entirely"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/account/password/", form, follow=True).status_code == 200
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
