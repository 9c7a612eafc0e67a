"""Webhook events as bytes and headers: who signed one, and what it says. No I/O, no models.

Trusted is only a body that was signed just now with one of the secrets that Zoom gave us. Without a secret no
one is trusted.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.redact import DEEPEST, is_deeper_than, redact_json
from integrations.zoom.http.lenient_json import loads

VALIDATION = "endpoint.url_validation"

# A message from another time may have been recorded and sent again. Clocks may differ by as much, too.
TOLERANCE = timedelta(minutes=5)
# Whether x-zm-request-timestamp is in seconds or in milliseconds has been reported both ways. In seconds this
# number is the year 5138; in milliseconds, March 1973.
_FIRST_IN_MILLISECONDS = 100_000_000_000
_LONGEST_NAME = 100


class UntrustedError(Exception):
    """The message is not Zoom's, or no one can tell. Why is for the log, not for the person who sent it."""


class UnreadableError(Exception):
    """The message is signed, and is none that we understand."""


@dataclass(frozen=True, slots=True)
class Message:
    """`payload` is what Zoom sent under that name; `happened_at` is when Zoom says that it happened."""

    event: str
    happened_at: datetime | None
    account_id: str
    payload: dict[str, Any] = field(repr=False)

    def without_secrets(self) -> dict[str, Any]:
        """The payload as it may be kept: no token, join link or password."""
        kept: dict[str, Any] = redact_json(self.payload)
        return kept


def trusted_secret(
    body: bytes, *, signature: str, timestamp: str, secrets: Iterable[str], now: datetime
) -> str:
    """The secret token that the message was signed with. Raises `UntrustedError`.

    x-zm-signature is "v0=" and the hex HMAC-SHA256 of "v0:<x-zm-request-timestamp>:<body>", over the body as
    it came: dumped again it may differ (an emoji in a name).
    """
    known = [secret for secret in secrets if secret]
    if not known:
        raise UntrustedError("no webhook secret is set")
    _demand_recent(timestamp, now)
    given = signature.encode(errors="replace")
    signed_by = [
        secret for secret in known if hmac.compare_digest(given, sign(body, timestamp, secret).encode())
    ]
    if not signed_by:
        raise UntrustedError("the signature is wrong")
    return signed_by[0]


def sign(body: bytes, timestamp: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def answer_to_validation(message: Message, secret: str) -> dict[str, str]:
    """Zoom asks this when the address is entered, and every 72 hours, and wants the answer in 3 seconds."""
    plain = message.payload.get("plainToken")
    if not isinstance(plain, str) or not plain:
        raise UnreadableError("there is no plainToken")
    encrypted = hmac.new(secret.encode(), plain.encode(), hashlib.sha256).hexdigest()
    return {"plainToken": plain, "encryptedToken": encrypted}


def read(body: bytes) -> Message:
    """What a message says. Raises `UnreadableError`."""
    try:
        envelope = loads(body)
    except ValueError:
        raise UnreadableError("it is not JSON") from None
    if not isinstance(envelope, dict) or not isinstance(envelope.get("event"), str) or not envelope["event"]:
        raise UnreadableError("it names no event")
    payload = envelope.get("payload")
    if not isinstance(payload, dict):
        raise UnreadableError("it has no payload")
    if is_deeper_than(DEEPEST, payload):
        raise UnreadableError("it is nested too deeply")
    return Message(
        event=envelope["event"][:_LONGEST_NAME],
        happened_at=_happened_at(envelope, payload),
        account_id=str(payload.get("account_id") or "")[:_LONGEST_NAME],
        payload=payload,
    )


def body_hash(body: bytes) -> str:
    """By which a repeated delivery is known: Zoom gives messages no ID."""
    return hashlib.sha256(body).hexdigest()


def _demand_recent(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        raise UntrustedError("the timestamp is no number")
    number = int(timestamp)
    seconds = number / 1000 if number >= _FIRST_IN_MILLISECONDS else float(number)
    if abs(now.timestamp() - seconds) > TOLERANCE.total_seconds():
        raise UntrustedError("the timestamp is not of now")


def _happened_at(envelope: dict[str, Any], payload: dict[str, Any]) -> datetime | None:
    """event_ts is in milliseconds. app_deauthorized has a text within its payload instead."""
    for given in (envelope.get("event_ts"), payload.get("deauthorization_time"), payload.get("event_ts")):
        moment = _moment(given)
        if moment:
            return moment
    return None


def _moment(given: object) -> datetime | None:
    try:
        if isinstance(given, int | float) and not isinstance(given, bool):
            seconds = given / 1000 if given >= _FIRST_IN_MILLISECONDS else given
            return datetime.fromtimestamp(seconds, UTC)
        moment = datetime.fromisoformat(str(given))
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
