from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from integrations.exports import DATASETS, Dataset  # noqa: PLC0415
        from workflows import steps, triggers  # noqa: F401, PLC0415
        from workflows.api import operations  # noqa: F401, PLC0415
        from workflows.registrations import queue, receivers  # noqa: F401, PLC0415
        from workflows.registrations.representation import EXPORT_FIELDS, exported_rows  # noqa: PLC0415

        DATASETS["registrations"] = Dataset(EXPORT_FIELDS, exported_rows)
