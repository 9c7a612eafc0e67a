"""The background work of the project itself."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from zoomsync.api import idempotency
from zoomsync.callbacks import subscriptions
from zoomsync.security_log import write


# Two statements; they are long only when it has not run for weeks.
@shared_task(name="zoomsync.tasks.forget_old_messages", soft_time_limit=240, time_limit=300)
def forget_old_messages() -> None:
    idempotency.forget_old_answers()
    subscriptions.forget_old_callbacks()


# Two statements over indexes: old events, and the sessions of people who were signed out.
@shared_task(name="zoomsync.tasks.forget_security_events", soft_time_limit=240, time_limit=300)
def forget_security_events() -> None:
    write.forget_old_events()
    SessionStore.clear_expired()
