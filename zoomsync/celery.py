"""The Celery app. What is scheduled, and how often, is in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zoomsync.settings")

app = Celery("zoomsync")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
