"""Limits on sign-in attempts: per email and network, per email from everywhere, and per network.

Each attempt is counted before its password is hashed, so that many at once get no further than many in turn;
a right password takes the count back. The counts are in the database, for all processes alike. Hashing costs
half a second of a processor, so each process does only a few at once.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zoomsync.models import FailedSignIn

FAILURES = 5  # of one email from one network
FAILURES_ANYWHERE = 50  # of one email: more than one network's share, so that no one locks a colleague out
FAILURES_OF_NETWORK = 100  # of any emails: an office behind one address mistypes less often than that
WINDOW = timedelta(minutes=15)
LOCKED = _("Too many incorrect passwords. Wait 15 minutes, then try again.")
BUSY = _("Too many people are signing in right now. Try again in a few seconds.")

HASHES_AT_ONCE = 2
LONGEST_WAIT = 1.0  # seconds, for a hash to be done
_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)


class LockedError(Exception):
    """Too many attempts failed; this one was not made, and does not lengthen the wait."""


class BusyError(Exception):
    """This process hashes as many passwords as it may."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """`locks` is how many attempts it takes to lock when this one fails and was the last; else 0."""

    row: FailedSignIn
    locks: int

    def succeeded(self) -> None:
        FailedSignIn.objects.filter(email=self.row.email, address=self.row.address).delete()

    def withdraw(self) -> None:
        self.row.delete()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: what our own proxy noted last, if there is one, else the other end."""
    noted = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (noted.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:64]


def network_of(address: str) -> str:
    """Whose attempts count together: an IPv4 address, or the /64 that one customer has in IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


def begin(email: str, address: str) -> Attempt:
    """Count the attempt. Raises `LockedError` instead of letting it be made."""
    FailedSignIn.objects.filter(at__lte=timezone.now() - WINDOW).delete()
    row = FailedSignIn.objects.create(email=email.strip().lower()[:254], address=network_of(address))
    counts = _counts(row)
    if any(count > limit for count, limit in counts):
        row.delete()
        raise LockedError
    return Attempt(row, max((limit for count, limit in counts if count == limit), default=0))


@contextmanager
def hashing() -> Iterator[None]:
    """Few at once in each process. Raises `BusyError` for those who would wait longer than a second."""
    if not _hashing.acquire(timeout=LONGEST_WAIT):
        raise BusyError
    try:
        yield
    finally:
        _hashing.release()


def _counts(row: FailedSignIn) -> list[tuple[int, int]]:
    """Attempts within the window, this one included, each with its limit."""
    is_email, is_network = Q(email=row.email), Q(address=row.address)
    by = FailedSignIn.objects.filter(is_email | is_network, at__gt=timezone.now() - WINDOW).aggregate(
        both=Count("pk", filter=is_email & is_network),
        email=Count("pk", filter=is_email),
        network=Count("pk", filter=is_network),
    )
    return [
        (by["both"], FAILURES),
        (by["email"], FAILURES_ANYWHERE),
        (by["network"], FAILURES_OF_NETWORK),
    ]
