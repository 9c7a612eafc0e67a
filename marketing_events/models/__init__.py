from marketing_events.models.calls import Call, CallAttendee, RecordingFile, Utterance
from marketing_events.models.events import AttendanceInterval, MarketingEvent, Participation

__all__ = [
    "AttendanceInterval",
    "Call",
    "CallAttendee",
    "MarketingEvent",
    "Participation",
    "RecordingFile",
    "Utterance",
]
