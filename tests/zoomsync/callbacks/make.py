"""Callbacks for the tests."""

from itertools import count
from typing import Any

from zoomsync.api.models import ApiToken
from zoomsync.callbacks.models import Callback, CallbackDelivery

_numbers = count(1)


def make_delivery(
    url: str = "https://n8n.example/hook?key=hidden", token: ApiToken | None = None, **fields: Any
) -> CallbackDelivery:
    number = next(_numbers)
    callback = Callback.objects.create(subject=f"registration:{number}", url=url, token=token)
    return CallbackDelivery.objects.create(
        **{"callback": callback, "message_id": f"msg_{number}", "body": '{"id": 1}', **fields}
    )
