from django.apps import AppConfig


class MarketingEventsConfig(AppConfig):
    name = "marketing_events"
