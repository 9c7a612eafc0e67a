from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from contacts.bulk_actions import BulkAction, register  # noqa: PLC0415
        from core.roles import Right  # noqa: PLC0415
        from integrations.exports import DATASETS, Dataset  # noqa: PLC0415
        from workflows import merging, segment_usage, steps, timeline, triggers, wording  # noqa: F401, PLC0415
        from workflows.api import operations, workflows  # noqa: F401, PLC0415
        from workflows.engine import entering, following, messages, queue, retention  # noqa: F401, PLC0415
        from workflows.registrations import long_lists, receivers  # noqa: F401, PLC0415
        from workflows.registrations import queue as registrations  # noqa: F401, PLC0415
        from workflows.registrations.representation import EXPORT_FIELDS, exported_rows  # noqa: PLC0415

        label = gettext_lazy("Add to Zoom webinar")
        register(BulkAction("webinar", label, "user-plus", Right.REGISTER_CONTACTS, "registrations:add"))
        DATASETS["registrations"] = Dataset(EXPORT_FIELDS, exported_rows)
