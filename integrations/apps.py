from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        # They register themselves.
        from integrations.api import operations  # noqa: F401, PLC0415
        from integrations.audit import retention as audit_retention  # noqa: F401, PLC0415
        from integrations.settings_changes import contact_changes  # noqa: F401, PLC0415
        from integrations.sync import merging, timeline_kinds  # noqa: F401, PLC0415
        from integrations.sync.runs import retention, runner  # noqa: F401, PLC0415
        from integrations.views.webinars import palette  # noqa: F401, PLC0415
        from integrations.webhooks import worker  # noqa: F401, PLC0415
