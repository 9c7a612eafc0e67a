"""The world of the tests: three people of one company, and a visitor (`client`) who is none of them."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.roles import Role
from zoomsync.models import User

PASSWORD = "correct horse battery staple"

type LogIn = Callable[[User], Client]


@pytest.fixture
def alice(db: None) -> User:
    """The admin: set everything up, may do everything."""
    return User.objects.create_user("alice@acme.test", PASSWORD, name="Alice Admin", role=Role.ADMIN)


@pytest.fixture
def bob(db: None) -> User:
    """Alice's colleague, an operator: presses "Sync now", changes no setting."""
    return User.objects.create_user("bob@acme.test", PASSWORD, name="Bob Operator", role=Role.OPERATOR)


@pytest.fixture
def charlie(db: None) -> User:
    """A marketer: reads, makes segments and workflows; the sync is not his to touch."""
    return User.objects.create_user(
        "charlie@acme.test", PASSWORD, name="Charlie Marketer", role=Role.MARKETER
    )


@pytest.fixture
def log_in() -> LogIn:
    """A client of its own for each person, so that several can be signed in during one test."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def alice_client(alice: User, log_in: LogIn) -> Client:
    return log_in(alice)


@pytest.fixture
def bob_client(bob: User, log_in: LogIn) -> Client:
    return log_in(bob)


@pytest.fixture
def charlie_client(charlie: User, log_in: LogIn) -> Client:
    return log_in(charlie)
