"""Which token a request brings, and how many requests it has left this minute."""

from typing import NamedTuple

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from core.api.problems import NOT_AUTHENTICATED, RATE_LIMITED, Problem
from zoomsync.api.models import ApiToken
from zoomsync.api.tokens import PREFIX, digest_of

REQUESTS_PER_MINUTE = 600


class Usage(NamedTuple):
    remaining: int
    reset_seconds: int  # until the next minute begins

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(REQUESTS_PER_MINUTE),
            "RateLimit-Remaining": str(max(0, self.remaining)),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class Admission(NamedTuple):
    token: ApiToken  # with its name and role alone
    usage: Usage


def admit(request: HttpRequest) -> Admission:
    """The live token that the request brings, with this request counted. Raises 401."""
    scheme, _space, plain = request.headers.get("Authorization", "").partition(" ")
    plain = plain.strip()
    admission = _count(plain) if scheme.lower() == "bearer" and plain.startswith(PREFIX) else None
    if admission is None:
        raise Problem(NOT_AUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
    return admission


def demand_within_limit(usage: Usage) -> None:
    """Raises 429."""
    if usage.remaining < 0:
        raise Problem(
            RATE_LIMITED,
            f"A token has {REQUESTS_PER_MINUTE} requests a minute.",
            headers={"Retry-After": str(usage.reset_seconds)},
        )


# One statement for all processes, on each request: the ORM would need a lock, and three round trips. Its
# commit doesn't wait for the disk: what a power cut takes of the count is no loss.
_COUNT = """
UPDATE {table} SET
    counted_requests = CASE WHEN counted_minute = %s THEN counted_requests + 1 ELSE 1 END,
    counted_minute = %s,
    last_used_at = %s
WHERE digest = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s) {relaxed}
RETURNING id, name, role, counted_requests
"""
_RELAXED = {"postgresql": "AND set_config('synchronous_commit', 'off', true) = 'off'"}


def _count(plain: str) -> Admission | None:
    now = timezone.now()
    minute = int(now.timestamp()) // 60
    at = connection.ops.adapt_datetimefield_value(now)
    table = connection.ops.quote_name(ApiToken._meta.db_table)
    with connection.cursor() as cursor:
        count = _COUNT.format(table=table, relaxed=_RELAXED.get(connection.vendor, ""))
        cursor.execute(count, [minute, minute, at, digest_of(plain), at])
        row = cursor.fetchone()
    if row is None:
        return None
    key, name, role, requests = row
    usage = Usage(REQUESTS_PER_MINUTE - requests, 60 - now.second)
    return Admission(ApiToken(pk=key, name=name, role=role), usage)
