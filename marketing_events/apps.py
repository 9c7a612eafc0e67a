from django.apps import AppConfig


class MarketingEventsConfig(AppConfig):
    name = "marketing_events"

    def ready(self) -> None:
        from marketing_events import receivers, segment_filters  # noqa: F401, PLC0415  they register themselves
