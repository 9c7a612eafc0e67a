"""How many passwords can be tried: in turn, at once, from one network and from many."""

import threading
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from tests.support.at_once import at_once
from tests.support.people import PASSWORD
from zoomsync import login_throttle
from zoomsync.login_throttle import FAILURES, FAILURES_OF_NETWORK, HASHES_AT_ONCE, network_of
from zoomsync.models import FailedSignIn, User


def guess(
    number: int = 0, email: str = "alice@acme.test", password: str = "guess", address: str = "192.0.2.1"
) -> Any:
    form = {"username": email, "password": password}
    return Client().post("/login/", form, REMOTE_ADDR=address)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return hashed


def test_no_password_is_hashed_for_who_is_locked_out(alice: User, hashes: list[str]) -> None:
    for number in range(FAILURES * 3):
        guess(number)
    assert len(hashes) == FAILURES


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_get_no_further_than_guesses_in_turn(alice: User, hashes: list[str]) -> None:
    _answers, problems = at_once(12, guess)
    assert not problems
    assert len(hashes) <= FAILURES
    assert FailedSignIn.objects.count() <= FAILURES


def test_waiting_is_not_lengthened_by_trying_meanwhile(alice: User) -> None:
    for number in range(FAILURES * 2):
        guess(number)
    assert FailedSignIn.objects.count() == FAILURES


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_one_network_cannot_try_all_emails_there_are(alice: User, hashes: list[str], address: str) -> None:
    network = network_of(address)
    FailedSignIn.objects.bulk_create(
        FailedSignIn(email=f"p{n}@x.example", address=network) for n in range(FAILURES_OF_NETWORK)
    )
    assert "Too many incorrect passwords" in guess(password=PASSWORD, address=address).text
    assert hashes == []
    assert guess(password=PASSWORD, address="198.51.100.9").status_code == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::9%eth0", "2001:db8:0:1::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::1", "::/64"),
        ("", ""),
        ("unix socket", "unix socket"),
    ],
)
def test_the_addresses_of_one_ipv6_customer_count_as_one(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_right_password_takes_its_own_count_back(alice: User) -> None:
    for _sign_in in range(FAILURES * 2):
        assert guess(password=PASSWORD).status_code == 302
    assert not FailedSignIn.objects.exists()


def test_a_process_hashes_few_passwords_at_once(
    alice: User, monkeypatch: pytest.MonkeyPatch, hashes: list[str]
) -> None:
    monkeypatch.setattr(login_throttle, "LONGEST_WAIT", 0.01)
    busy = [login_throttle.hashing() for _ in range(HASHES_AT_ONCE)]
    for row in busy:
        row.__enter__()
    assert "Too many people are signing in" in guess(password=PASSWORD).text
    assert (hashes, FailedSignIn.objects.count()) == ([], 0)
    for item in busy:
        item.__exit__(None, None, None)
    assert guess(password=PASSWORD).status_code == 302


def test_a_hash_that_fails_frees_its_place() -> None:
    for _hash in range(HASHES_AT_ONCE * 3):
        with pytest.raises(ZeroDivisionError), login_throttle.hashing():
            1 / 0  # noqa: B018


def test_never_more_hash_at_once_than_may() -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def work(_number: int) -> None:
        nonlocal under_way, most
        with login_throttle.hashing():
            with lock:
                under_way += 1
                most = max(most, under_way)
            threading.Event().wait(0.02)
            with lock:
                under_way -= 1

    _answers, problems = at_once(8, work)
    assert not problems
    assert most <= HASHES_AT_ONCE
