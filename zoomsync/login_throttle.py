"""Guessing passwords is slow: after FAILURES wrong ones, an email is locked for the address that guessed.

An email is locked for everybody only after many more, so that nobody can lock a colleague out in passing. An
address is never locked as such: behind a proxy that does not say whom it speaks for, it is everybody's.
Kept in the database, for all processes alike. Knows nothing of passwords.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zoomsync.models import FailedSignIn

FAILURES = 5  # of one email from one network address
FAILURES_ANYWHERE = 50  # of one email
WINDOW = timedelta(minutes=15)
LOCKED = _("Too many incorrect passwords. Wait 15 minutes, then try again.")


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: what our own proxy noted last, if there is one, else the other end."""
    noted = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (noted.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:64]


def is_locked(email: str, address: str) -> bool:
    mine = {"email": email.strip().lower()[:254], "address": address}
    by = FailedSignIn.objects.filter(at__gt=timezone.now() - WINDOW).aggregate(
        both=Count("pk", filter=Q(**mine)),
        email=Count("pk", filter=Q(email=mine["email"])),
    )
    return bool(by["both"] >= FAILURES or by["email"] >= FAILURES_ANYWHERE)


def count_failure(email: str, address: str) -> None:
    """One more wrong password; what is older than the window goes."""
    FailedSignIn.objects.filter(at__lte=timezone.now() - WINDOW).delete()
    FailedSignIn.objects.create(email=email.strip().lower()[:254], address=address)


def forget(email: str, address: str) -> None:
    """The right password was given."""
    FailedSignIn.objects.filter(email=email.strip().lower()[:254], address=address).delete()
