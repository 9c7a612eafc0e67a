"""A host and a webinar of the primary brand, and that brand with its sync turned on."""

import pytest

from contacts.models import Brand
from integrations.models import Webinar, ZoomConnection, ZoomSettings, ZoomUser
from tests.integrations.make import make_host, make_webinar


@pytest.fixture
def host(connection: ZoomConnection) -> ZoomUser:
    return make_host(connection)


@pytest.fixture
def webinar(connection: ZoomConnection, host: ZoomUser) -> Webinar:
    return make_webinar(connection, host)


@pytest.fixture
def syncing_brand(brand: Brand) -> Brand:
    """The primary brand with its global switch on."""
    ZoomSettings.objects.filter(brand=brand).update(sync_webinars=True)
    return brand
