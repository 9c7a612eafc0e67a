from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        from contacts.segments import contact_filters  # noqa: F401, PLC0415  they register themselves
