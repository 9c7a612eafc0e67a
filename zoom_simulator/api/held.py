"""Sessions that were held, and who was there: what /past_webinars, the reports and the dashboard share."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from zoom_simulator import errors
from zoom_simulator.account.rows import Attendance, Instance, Webinar, overlay
from zoom_simulator.api.endpoint import Call
from zoom_simulator.clock import parse_iso

YEAR = timedelta(days=365)
MONTH = timedelta(days=31)

type Body = dict[str, Any]


def held_instance(call: Call) -> tuple[Webinar, Instance]:
    """The ended instance that the path names: by its uuid, or the latest one of a webinar's number."""
    key, account = call.key(), call.account
    if key.isdigit():
        webinar = account.webinar(int(key))
        if not webinar.held:
            raise errors.not_ended()
        instance = max(webinar.held, key=lambda row: row.start)
    else:
        webinar, instance = account.instance(key)
    if instance.end is None:
        raise errors.not_ended()
    if account.clock.now() - instance.end > YEAR:
        raise errors.meeting_expired(key)
    return webinar, instance


def period(call: Call) -> tuple[datetime, datetime]:
    """`from` and `to` are dates, both included, a month apart at most."""
    try:
        start, end = parse_iso(call.text("from")), parse_iso(call.text("to"))
    except ValueError:
        raise errors.bad_parameter("from/to") from None
    if end < start or end - start > MONTH:
        raise errors.bad_parameter("from/to")
    return start.astimezone(UTC), end.astimezone(UTC) + timedelta(days=1)


def held_between(
    call: Call, start: datetime, end: datetime, *, by_end: bool
) -> list[tuple[Webinar, Instance]]:
    """Held sessions, also of webinars that are deleted or expired: the reports keep them for a year."""
    oldest = call.account.clock.now() - YEAR
    found = [
        (webinar, instance)
        for webinar in call.account.webinars.values()
        for instance in webinar.held
        if instance.end
        and instance.end > oldest
        and start <= (instance.end if by_end else instance.start) < end
    ]
    return sorted(found, key=lambda pair: pair[1].start)


def people(instance: Instance) -> int:
    return len({row.registrant_id or row.user_email or row.name for row in instance.rows})


def minutes(length: timedelta) -> int:
    return -(-int(length.total_seconds()) // 60)


def participants_page(
    call: Call, instance: Instance, row_of: Callable[[Attendance], Body], *, with_registrant: bool
) -> Body:
    """A page of who was there, each as `row_of` writes it; what is no row at all goes out as it is."""

    def write(row: Any) -> Any:
        is_row = isinstance(row, Attendance)
        return sent(row, row_of, with_registrant=with_registrant) if is_row else row

    return call.pages.page(
        call.request,
        call.path,
        "participants",
        lambda: [*instance.rows, *instance.strays],
        write,
        repeats_rows=instance.repeats_rows,
        numbered=False,
    )


def sent(row: Attendance, row_of: Callable[[Attendance], Body], *, with_registrant: bool) -> Body:
    """One row as it goes out, nonsense and all."""
    body = row_of(row) | ({"registrant_id": row.registrant_id} if with_registrant else {})
    return overlay(body, row.wire)


def attended(row: Attendance) -> Body:
    """What the report and /past_webinars have in common."""
    return {
        "id": row.id,
        "name": row.name,
        "user_id": row.user_id,
        "user_email": row.user_email,
        "join_time": row.join_time,
        "leave_time": row.leave_time,
        "duration": row.duration,
        "failover": False,
        "status": row.status,
    }
