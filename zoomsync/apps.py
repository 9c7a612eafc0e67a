from django.apps import AppConfig


class ZoomsyncConfig(AppConfig):
    name = "zoomsync"

    def ready(self) -> None:
        from zoomsync.callbacks import queue, receivers  # noqa: F401, PLC0415  they register themselves
        from zoomsync.security_log import write  # noqa: PLC0415 - needs the models

        write.connect()
