from django.apps import AppConfig


class MarketingEventsConfig(AppConfig):
    name = "marketing_events"

    def ready(self) -> None:
        # They register themselves.
        from marketing_events import merging, palette, receivers, segment_filters, segment_templates  # noqa: F401, PLC0415
        from marketing_events.api import operations  # noqa: F401, PLC0415
