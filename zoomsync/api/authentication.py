"""Which token a request brings, and how many requests it has left this minute."""

from datetime import datetime
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


def authenticate(request: HttpRequest) -> ApiToken:
    """The live token that the request brings. Raises 401."""
    scheme, _space, plain = request.headers.get("Authorization", "").partition(" ")
    token = None
    if scheme.lower() == "bearer" and plain.strip().startswith(PREFIX):
        token = ApiToken.objects.live().filter(digest=digest_of(plain.strip())).first()
    if token is None:
        raise Problem(NOT_AUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
    return token


def count_request(token: ApiToken) -> Usage:
    """One request more of this minute; the token was used now. Never refuses."""
    now = timezone.now()
    minute = int(now.timestamp()) // 60
    return Usage(
        remaining=REQUESTS_PER_MINUTE - _count(token, minute, now),
        reset_seconds=60 - now.second,
    )


def demand_within_limit(usage: Usage) -> None:
    """Raises 429."""
    if usage.remaining < 0:
        raise Problem(
            RATE_LIMITED,
            f"A token has {REQUESTS_PER_MINUTE} requests a minute.",
            headers={"Retry-After": str(usage.reset_seconds)},
        )


# One statement for all processes: the ORM would need a lock, and three round trips on each request.
_COUNT = """
UPDATE {table} SET
    counted_requests = CASE WHEN counted_minute = %s THEN counted_requests + 1 ELSE 1 END,
    counted_minute = %s,
    last_used_at = %s
WHERE id = %s
RETURNING counted_requests
"""


def _count(token: ApiToken, minute: int, now: datetime) -> int:
    table = connection.ops.quote_name(ApiToken._meta.db_table)
    used_at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(table=table), [minute, minute, used_at, token.pk])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
