"""The Celery app. What is scheduled, and how often, is in the settings."""

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from core import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zoomsync.settings")

app = Celery("zoomsync")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

setup_logging.connect(logs.of_celery)
# Each line of a task has the task's ID and what the sender's lines had; the last task's context is forgotten.
app.steps["worker"].add(DjangoStructLogInitStep)
