"""The Celery app. What is scheduled, and how often, is in the settings."""

import os

from celery import Celery
from celery.signals import setup_logging

from core import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zoomsync.settings")

app = Celery("zoomsync")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

setup_logging.connect(logs.of_celery)
