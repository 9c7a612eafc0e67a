from django.apps import AppConfig


class ZoomsyncConfig(AppConfig):
    name = "zoomsync"

    def ready(self) -> None:
        # They register themselves.
        from zoomsync import palette  # noqa: F401, PLC0415
        from zoomsync.api import receivers as api_receivers  # noqa: F401, PLC0415
        from zoomsync.callbacks import queue, receivers  # noqa: F401, PLC0415
        from zoomsync.security_log import write  # noqa: PLC0415 - needs the models

        write.connect()
