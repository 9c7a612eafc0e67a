"""/webhooks/zoom/: where Zoom sends its messages. Verifies, stores, answers; a worker does the rest.

Answers without a reason: who is not Zoom learns nothing. The log has the reason.
"""

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.webhooks.receive import store
from integrations.zoom import webhooks

# Zoom's longest messages, about recordings with many files, have some tens of kilobytes. A body in chunks has
# got its length from the server (zoomsync.chunked_bodies).
MOST_BYTES = 1_000_000

log = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def zoom_webhook(request: HttpRequest) -> HttpResponse:
    """401 for whatever is not signed with our secret token; 200 for what is stored, also from before."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    body = request.body
    try:
        secret = webhooks.trusted_secret(
            body,
            signature=request.headers.get("x-zm-signature", ""),
            timestamp=request.headers.get("x-zm-request-timestamp", ""),
            secrets=secret_tokens(),
            now=timezone.now(),
        )
    except webhooks.UntrustedError as reason:
        log.warning("webhook_refused", reason=str(reason))
        return HttpResponse(status=401)
    return _answer(body, secret)


def secret_tokens() -> list[str]:
    """Each app at Zoom has a secret token of its own; several are separated by commas."""
    return [token.strip() for token in settings.ZOOM_WEBHOOK_SECRET_TOKEN.split(",")]


def _answer(body: bytes, secret: str) -> HttpResponse:
    try:
        message = webhooks.read(body)
        if message.event == webhooks.VALIDATION:
            return JsonResponse(webhooks.answer_to_validation(message, secret))
    except webhooks.UnreadableError as reason:
        log.warning("webhook_unreadable", reason=str(reason))
        return HttpResponse(status=400)
    store(message, webhooks.body_hash(body))
    return HttpResponse(status=200)
