"""Imports Django's parts only where they are used: pytest reads this before Django is set up."""

import pytest


@pytest.fixture
def company(simulator, simulated_connection, unpaced):
    """An empty simulated account with one host, connected, its sync on."""
    from tests.integrations.sync.company import Company  # noqa: PLC0415

    return Company(simulator, simulated_connection)
