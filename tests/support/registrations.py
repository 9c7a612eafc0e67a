"""The account that contacts are registered through, in the simulator."""

from collections.abc import Iterator

import pytest

from integrations.models import ZoomConnection
from workflows.registrations.connections import close_clients


@pytest.fixture(autouse=True)
def fresh_clients() -> Iterator[None]:
    """No client of Zoom, and no token of one, lives longer than the test that it was made in."""
    yield
    close_clients()


@pytest.fixture
def account(simulated_connection: ZoomConnection, unpaced: None) -> ZoomConnection:
    """The primary brand's account; its user is the host of all webinars."""
    simulated_connection.owner_email = "owner@own.example"
    simulated_connection.save()
    return simulated_connection
