"""Guessing passwords is slow: after FAILURES wrong ones, an email is locked for the address that guessed.

An email is locked for everybody only after many more, so that nobody can lock a colleague out in passing.
Kept in the database, for all processes alike. Knows nothing of passwords.
"""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zoomsync.models import FailedSignIn

FAILURES = 5  # of one email from one network address
FAILURES_ANYWHERE = 50  # of one email, or from one address whatever the email
WINDOW = timedelta(minutes=15)
LOCKED = _("Too many wrong passwords. Please wait 15 minutes, then try again.")


def is_locked(email: str, address: str) -> bool:
    mine = {"email": email.strip().lower()[:254], "address": address}
    by = FailedSignIn.objects.filter(at__gt=timezone.now() - WINDOW).aggregate(
        both=Count("pk", filter=Q(**mine)),
        email=Count("pk", filter=Q(email=mine["email"])),
        address=Count("pk", filter=Q(address=address)),
    )
    return bool(by["both"] >= FAILURES or max(by["email"], by["address"]) >= FAILURES_ANYWHERE)


def count_failure(email: str, address: str) -> None:
    """One more wrong password; what is older than the window goes."""
    FailedSignIn.objects.filter(at__lte=timezone.now() - WINDOW).delete()
    FailedSignIn.objects.create(email=email.strip().lower()[:254], address=address)


def forget(email: str, address: str) -> None:
    """The right password was given."""
    FailedSignIn.objects.filter(email=email.strip().lower()[:254], address=address).delete()
