"""Looks at the recording as a worker does that a message of Zoom has woken. Prints how long that took."""

import json
import time
from collections.abc import Callable
from typing import Any

import django


def main() -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415  needs Django to be set up
    from django.utils import timezone  # noqa: PLC0415

    from integrations.models import RecordingSearch, SyncRun, Webinar  # noqa: PLC0415
    from integrations.sync.runs.queue import enqueue_webinar  # noqa: PLC0415
    from integrations.sync.runs.runner import claim, perform  # noqa: PLC0415
    from marketing_events.models import Call  # noqa: PLC0415

    queries = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    SyncRun.objects.active().delete()
    RecordingSearch.objects.update(next_check_at=timezone.now())
    enqueue_webinar(Webinar.objects.get(), SyncRun.Trigger.WEBHOOK, depth=SyncRun.Depth.RECORDINGS)
    lease = claim()
    assert lease
    with connection.execute_wrapper(count):
        started = time.perf_counter()
        result = perform(lease)
        milliseconds = (time.perf_counter() - started) * 1000
    call = Call.objects.get()
    found = {"cues": call.utterances.count(), "attendees": call.attendees.count(), "end": result.end}
    print(json.dumps({"milliseconds": milliseconds, "queries": queries, **found}))


if __name__ == "__main__":
    main()
