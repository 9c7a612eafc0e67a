"""The settings pages of Zoom: where they are, and an account that syncs."""

import pytest

from contacts.models import Brand
from integrations.models import ZoomConnection


@pytest.fixture
def zoom() -> str:
    """Where the pages of the primary brand's Zoom account are."""
    return "/settings/integrations/connected-apps/zoom/acme/"


@pytest.fixture
def on(connection: ZoomConnection, syncing_brand: Brand) -> None:
    """The account is connected, and "Sync webinar data" is on (R10)."""
