from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        # They register themselves.
        from contacts import palette, timeline_kinds  # noqa: F401, PLC0415
        from contacts.api import operations, segments  # noqa: F401, PLC0415
        from contacts.bulk_changes import queue as bulk_changes  # noqa: F401, PLC0415
        from contacts.importing import queue  # noqa: F401, PLC0415
        from contacts.merging import merge, own_rules  # noqa: F401, PLC0415
        from contacts.segments import contact_filters, tracking  # noqa: F401, PLC0415
