"""/webhooks/zoom/: where Zoom sends its messages. Verifies, stores, answers; a worker does the rest.

Answers without a reason: who is not Zoom learns nothing. The log has the reason.
"""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.webhooks.receive import store
from integrations.webhooks.secrets import WebhookSecrets
from integrations.zoom import webhooks

# Zoom's longest messages, about recordings with many files, have some tens of kilobytes. A body in chunks has
# got its length from the server (zoomsync.chunked_bodies).
MOST_BYTES = 1_000_000

log = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def zoom_webhook(request: HttpRequest) -> HttpResponse:
    """401 for what isn't signed with the account's secret; 200 for what is stored, now or before."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    body = request.body
    secrets = WebhookSecrets.load()
    try:
        secret = webhooks.trusted_secret(
            body,
            signature=request.headers.get("x-zm-signature", ""),
            timestamp=request.headers.get("x-zm-request-timestamp", ""),
            secrets=secrets.all(),
            now=timezone.now(),
        )
        return _answer(body, secret, secrets)
    except webhooks.UntrustedError as reason:
        log.warning("webhook_refused", reason=str(reason))
        return HttpResponse(status=401)


def _answer(body: bytes, secret: str, secrets: WebhookSecrets) -> HttpResponse:
    """The answer to what was signed with `secret`. Raises `UntrustedError` if it's about another account."""
    try:
        message = webhooks.read(body)
        if message.event == webhooks.VALIDATION:
            return JsonResponse(webhooks.answer_to_validation(message, secret))
    except webhooks.UnreadableError as reason:
        log.warning("webhook_unreadable", reason=str(reason))
        return HttpResponse(status=400)
    connection = secrets.connection(message.account_id)
    if secret not in secrets.of(connection):
        raise webhooks.UntrustedError("it is signed with another account's secret")
    store(message, webhooks.body_hash(body), connection)
    return HttpResponse(status=200)
