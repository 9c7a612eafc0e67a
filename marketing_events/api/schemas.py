"""What the API gives of events, participations and calls. Names are those of the exports."""

from typing import Any

from pydantic import ConfigDict

from core.api.types import Answered, UtcTime


def _shows(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


EVENT: dict[str, Any] = {
    "id": 31,
    "url": "/api/v1/marketing-events/31",
    "name": "Growing roses",
    "webinar_id": "93112345678",
    "session_uuid": "u3mVJcPQR1yAIkx0xWCIMg==",
    "brand": "Acme",
    "organizer": "host@acme.example",
    "status": "ended",
    "starts_at": "2026-10-26T14:00:00Z",
    "ended_at": "2026-10-26T15:00:00Z",
    "is_final": True,
    "registered_count": 120,
    "attended_count": 91,
    "cancelled_count": 4,
    "no_show_count": 25,
}
PARTICIPATION: dict[str, Any] = {
    "id": 512,
    "event_id": 31,
    "contact_id": 7,
    "webinar_id": "93112345678",
    "session_uuid": "u3mVJcPQR1yAIkx0xWCIMg==",
    "topic": "Growing roses",
    "email": "ann@example.com",
    "state": "attended",
    "registered_at": "2026-10-20T09:30:00Z",
    "cancelled_at": None,
    "first_joined_at": "2026-10-26T14:04:00Z",
    "last_left_at": "2026-10-26T15:00:00Z",
    "duration_seconds": 3360,
    "attendance_percent": 93.3,
}
CALL: dict[str, Any] = {
    "id": 9,
    "url": "/api/v1/calls/9",
    "event_id": 31,
    "webinar_id": "93112345678",
    "session_uuid": "u3mVJcPQR1yAIkx0xWCIMg==",
    "title": "Growing roses",
    "starts_at": "2026-10-26T14:00:00Z",
    "recording_url": "https://zoom.us/rec/play/example",
    "duration_seconds": 3600,
    "is_available": True,
    "transcript_state": "ready",
    "emails": ["ann@example.com"],
}


class EventAnswered(Answered):
    model_config = _shows(EVENT)

    id: int
    url: str
    name: str
    webinar_id: str
    session_uuid: str
    brand: str
    organizer: str
    status: str
    starts_at: UtcTime | None
    ended_at: UtcTime | None
    is_final: bool
    registered_count: int
    attended_count: int
    cancelled_count: int
    no_show_count: int


class ParticipationAnswered(Answered):
    model_config = _shows(PARTICIPATION)

    id: int
    event_id: int
    contact_id: int
    webinar_id: str
    session_uuid: str
    topic: str
    email: str
    state: str
    registered_at: UtcTime | None
    cancelled_at: UtcTime | None
    first_joined_at: UtcTime | None
    last_left_at: UtcTime | None
    duration_seconds: int
    attendance_percent: float | None


class CallAnswered(Answered):
    model_config = _shows(CALL)

    id: int
    url: str
    event_id: int
    webinar_id: str
    session_uuid: str
    title: str
    starts_at: UtcTime
    recording_url: str
    duration_seconds: int
    is_available: bool
    transcript_state: str
    emails: list[str]


class UtteranceAnswered(Answered):
    speaker: str
    start_seconds: float
    end_seconds: float
    text: str


class CallWithTranscript(CallAnswered):
    model_config = _shows(
        {
            **CALL,
            "transcript": [
                {"speaker": "Ann Berg", "start_seconds": 1.5, "end_seconds": 4.0, "text": "Good morning."}
            ],
        }
    )

    transcript: list[UtteranceAnswered]
