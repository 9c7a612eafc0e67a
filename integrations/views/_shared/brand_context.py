"""What all pages of one brand's Zoom connection, and their fragments, show or leave out."""

from typing import Any

from django.http import HttpRequest

from contacts.models import Brand
from core.roles import Right
from core.web import may
from integrations.views._shared.getters import is_readable


def brand_context(request: HttpRequest, brand: Brand) -> dict[str, Any]:
    """`brand` as `getters.any_brand` answers it. At most one query, when the brands are listed."""
    connection = getattr(brand, "connection", None)
    return {
        "brand": brand,
        "connection": connection,
        "settings": brand.zoom_settings,
        "brands": Brand.objects.filter(connection__isnull=False).in_order(),
        "may_change": may(request, Right.CHANGE_SETTINGS),
        "may_sync": bool(connection and is_readable(connection)) and may(request, Right.SYNC_NOW),
        "may_connect": may(request, Right.CONNECT_ZOOM),
    }
