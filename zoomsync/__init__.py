"""The project: settings, addresses, the Celery app, the dashboard, people who sign in."""

from zoomsync.celery import app as celery_app

__all__ = ["celery_app"]
