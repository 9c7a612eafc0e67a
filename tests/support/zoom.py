"""Brands, their connections, and the simulator in Zoom's place."""

from collections.abc import Iterator
from typing import Any

import pytest

from integrations.models import Brand, ZoomConnection, ZoomSettings


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
    """The primary brand's connection, to an account that nobody answers for."""
    return ZoomConnection.objects.create(
        brand=brand,
        auth_kind=ZoomConnection.Auth.SERVER_TO_SERVER,
        account_id="acme-account",
        client_id="acme-client",
        client_secret="acme-secret",
    )


@pytest.fixture
def simulator(settings: Any) -> Iterator[Any]:
    """A running simulator, which the settings of this process name as Zoom."""
    from integrations.simulator import running_simulator  # noqa: PLC0415

    with running_simulator() as simulator:
        settings.ZOOM_API_URL = simulator.api_url
        settings.ZOOM_OAUTH_URL = simulator.oauth_url
        yield simulator
