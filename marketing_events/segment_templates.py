"""Segments that marketers make again and again, to begin with (R66-R72)."""

from datetime import UTC, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.segments.templates import SegmentTemplate, register_template

LATELY = {"is": "last_days", "value": 30}


def _about_events(name: str, **keys: Any) -> dict[str, Any]:
    return {"all": [{"filter": name, "events": {"starts": LATELY}, **keys}]}


def _came_back() -> dict[str, Any]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    before = (midnight - timedelta(days=30)).astimezone(UTC).isoformat().replace("+00:00", "Z")
    earlier = {"starts": {"is": "before", "value": before}}
    return {
        "all": [
            {"filter": "event_attended", "events": {"starts": LATELY}},
            {"filter": "event_attended", "events": earlier},
        ]
    }


def _recording() -> dict[str, Any]:
    attended = {"filter": "event_attended", "events": {"starts": LATELY}}
    return {"all": [attended, {"filter": "zoom_recording", "starts": LATELY}]}


register_template(
    SegmentTemplate(
        "no_shows",
        _("Registered, did not attend"),
        _("No-shows of the last 30 days. Counted once attendance is final."),
        "user-x",
        lambda: _about_events("event_no_show"),
    )
)
register_template(
    SegmentTemplate(
        "cancelled",
        _("Cancelled"),
        _("Cancelled their registration for an event of the last 30 days."),
        "calendar-x",
        lambda: _about_events("event_cancelled"),
    )
)
register_template(
    SegmentTemplate(
        "engaged",
        _("Attended at least half"),
        _("Stayed for half of an event or longer, in the last 30 days."),
        "clock",
        lambda: _about_events("attendance_duration", measure="percent", **{"is": "at_least", "value": 50}),
    )
)
register_template(
    SegmentTemplate(
        "came_back",
        _("Came back"),
        _("Attended in the last 30 days, and before. Choose a series to narrow it down."),
        "repeat",
        _came_back,
    )
)
register_template(
    SegmentTemplate(
        "recording",
        _("Recording available"),
        _("Attended in the last 30 days, and the recording can be watched."),
        "circle-play",
        _recording,
    )
)
