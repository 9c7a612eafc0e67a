"""POST with `Idempotency-Key`: what was asked for once is done once, and answered alike for a day.

The row that says "under way" is committed first. What is done and its answer are committed together, so a
process that dies in between leaves nothing done, and after a while the key is free again.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from core.api.problems import Problem, define, invalid
from zoomsync.api.models import ApiToken, StoredAnswer

REMEMBERED = timedelta(hours=24)
ABANDONED = timedelta(minutes=5)  # longer than the web server lets a request run
REPEATED_HEADERS = ("Content-Type", "ETag", "Location")

KEY_REUSED = define(
    "idempotency_key_reused",
    422,
    "Idempotency key reused",
    "This key was sent before with another request. Use a new key for each thing that you want done.",
)
UNDER_WAY = define(
    "request_under_way",
    409,
    "First request still under way",
    "A request with this idempotency key is being worked on. Repeat it in a moment.",
)

type Answer = Callable[[], HttpResponseBase]


def answer_once(request: HttpRequest, token: ApiToken, answer: Answer) -> HttpResponseBase:
    """The answer; for a POST with a key that was seen before, the first one again."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return answer()
    if not (1 <= len(key) <= 255) or not key.isprintable():
        raise invalid("Idempotency-Key", "The key has 1 to 255 characters, all of them printable.")
    stored = _begin(token, key, _fingerprint(request))
    if stored.finished_at is not None:
        headers = {**stored.headers, "Idempotent-Replayed": "true"}
        return HttpResponse(stored.body, status=stored.status, headers=headers)
    return _first(stored, answer)


def forget_old_answers() -> int:
    """Those past the day for which they are kept; how many."""
    gone, _by_model = StoredAnswer.objects.filter(started_at__lt=timezone.now() - REMEMBERED).delete()
    return gone


def _fingerprint(request: HttpRequest) -> str:
    return sha256(b"\0".join([request.get_full_path().encode(), request.body])).hexdigest()


def _begin(token: ApiToken, key: str, fingerprint: str) -> StoredAnswer:
    """The row of this key: ours to finish, or finished. Raises 409 and 422."""
    _make_room(token, key)
    try:
        with transaction.atomic():
            return StoredAnswer.objects.create(token=token, key=key, fingerprint=fingerprint)
    except IntegrityError:
        stored = StoredAnswer.objects.filter(token=token, key=key).first()
    if stored is not None and stored.fingerprint != fingerprint:
        raise Problem(KEY_REUSED)
    if stored is None or stored.finished_at is None:
        raise Problem(UNDER_WAY, headers={"Retry-After": "1"})
    return stored


def _make_room(token: ApiToken, key: str) -> None:
    now = timezone.now()
    is_old = Q(started_at__lt=now - REMEMBERED)
    is_abandoned = Q(finished_at=None, started_at__lt=now - ABANDONED)
    StoredAnswer.objects.filter(is_old | is_abandoned, token=token, key=key).delete()


def _first(stored: StoredAnswer, answer: Answer) -> HttpResponseBase:
    """What goes wrong on our side is not kept: the next try may do better."""
    response: HttpResponseBase | None = None
    try:
        with transaction.atomic():
            response = answer()
            if response.status_code >= 500:
                transaction.set_rollback(True)
            else:
                _store(stored, response)
    finally:
        if response is None or response.status_code >= 500:
            StoredAnswer.objects.filter(pk=stored.pk).delete()
    return response


def _store(stored: StoredAnswer, response: HttpResponseBase) -> None:
    stored.status = response.status_code
    stored.headers = {name: response[name] for name in REPEATED_HEADERS if name in response}
    stored.body = response.text if isinstance(response, HttpResponse) else ""
    stored.finished_at = timezone.now()
    stored.save(update_fields=["status", "headers", "body", "finished_at"])
