"""Brands, their connections, and the simulator in Zoom's place."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.csp import CSP

from contacts.models import Brand
from integrations.models import ZoomConnection, ZoomSettings
from integrations.zoom import client
from integrations.zoom.http import pacing, page_prefetcher
from zoom_simulator.server import running_simulator
from zoom_simulator.simulator import Simulator


@pytest.fixture
def brand(db: None) -> Brand:
    """The primary brand, with settings as a fresh connection has them: everything off (D3)."""
    brand = Brand.objects.create(name="Acme", slug="acme", is_primary=True)
    ZoomSettings.objects.create(brand=brand)
    return brand


@pytest.fixture
def other_brand(db: None) -> Brand:
    """A second brand with a Zoom account of its own."""
    brand = Brand.objects.create(name="Globex", slug="globex")
    ZoomSettings.objects.create(brand=brand)
    return brand


@pytest.fixture
def connection(brand: Brand) -> ZoomConnection:
    """The primary brand's connection, to an account that no one answers for."""
    return ZoomConnection.objects.create(
        brand=brand,
        auth_kind=ZoomConnection.Auth.SERVER_TO_SERVER,
        account_id="acme-account",
        client_id="acme-client",
        client_secret="acme-secret",
    )


@pytest.fixture
def simulator(request: pytest.FixtureRequest, settings: Any) -> Iterator[Simulator]:
    """A running simulator, which the settings of this process name as Zoom.

    Empty, unless the test says otherwise: `@pytest.mark.simulator("demo", seed=3)`.
    """
    marker = request.node.get_closest_marker("simulator")
    scenario, options = (marker.args, marker.kwargs) if marker else ((), {})
    with running_simulator(*(scenario or ("empty",)), **options) as simulator:
        settings.ZOOM_API_URL = simulator.api_url
        settings.ZOOM_OAUTH_URL = simulator.oauth_url
        settings.ZOOM_CLIENT_ID = simulator.client_id
        settings.ZOOM_CLIENT_SECRET = simulator.client_secret
        settings.SECURE_CSP = settings.SECURE_CSP | {"form-action": [CSP.SELF, simulator.oauth_url]}
        yield simulator


@pytest.fixture
def simulated_connection(brand: Brand, simulator: Simulator) -> ZoomConnection:
    """The primary brand's connection, to the simulator's account by Server-to-Server OAuth."""
    return ZoomConnection.objects.create(
        brand=brand,
        auth_kind=ZoomConnection.Auth.SERVER_TO_SERVER,
        account_id=simulator.account_id,
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
    )


@pytest.fixture
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zoom's limits and pauses between tries cost no time here; that they are kept is proven elsewhere."""
    monkeypatch.setattr(client.AccountPacer, "of", lambda *_connection: pacing.Unpaced())
    monkeypatch.setattr(page_prefetcher.time, "sleep", lambda _seconds: None)
