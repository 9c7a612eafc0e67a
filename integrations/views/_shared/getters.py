"""The brand, the webinar, the run that an address names, each with what its page needs along with it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from contacts.models import Brand
from integrations.models import Webinar, ZoomConnection


def any_brand(slug: str) -> Brand:
    """A brand, connected or not: its settings can be made before. One query."""
    brands = Brand.objects.select_related("connection", "zoom_settings")
    return get_object_or_404(brands, slug=slug, zoom_settings__isnull=False)


def connected_brand(slug: str) -> Brand:
    """A brand that has (or had) a Zoom connection; 404 otherwise. One query."""
    brand = get_object_or_404(Brand.objects.select_related("connection", "zoom_settings"), slug=slug)
    if not hasattr(brand, "connection") or not hasattr(brand, "zoom_settings"):
        raise Http404
    return brand


def webinar_of(brand: Brand, zoom_webinar_id: int) -> Webinar:
    """One query."""
    return get_object_or_404(
        Webinar.objects.select_related("host", "connection__brand"),
        connection=brand.connection,
        zoom_webinar_id=zoom_webinar_id,
    )


def is_readable(connection: ZoomConnection) -> bool:
    """Whether Zoom can be asked at all."""
    return connection.state != ZoomConnection.State.DISCONNECTED
