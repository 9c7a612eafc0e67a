"""Imports Django's parts only where they are used: pytest reads this before Django is set up."""

import pytest


@pytest.fixture
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zoom's limits and pauses between tries cost no time here; that they are kept is proven elsewhere."""
    from integrations.zoom import client, fetching, pacing  # noqa: PLC0415

    monkeypatch.setattr(client.AccountPacer, "of", lambda _connection: pacing.Unpaced())
    monkeypatch.setattr(fetching.time, "sleep", lambda _seconds: None)


@pytest.fixture
def company(simulator, simulated_connection, unpaced):
    """An empty simulated account with one host, connected, its sync on."""
    from tests.integrations.sync.company import Company  # noqa: PLC0415

    return Company(simulator, simulated_connection)
