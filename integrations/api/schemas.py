"""What the API takes and gives of webinars, their syncs and the audit log. Names are those of the exports."""

from typing import Any

from pydantic import ConfigDict, Field, StrictBool

from core.api.types import Answered, Given, UtcTime


def _shows(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


WARNING: dict[str, Any] = {
    "id": 88,
    "webinar_id": "93112345678",
    "session_uuid": "",
    "brand": "Acme",
    "code": "E2",
    "cause": "recording_processing",
    "severity": "info",
    "state": "open",
    "message": "Zoom is still processing the recording.",
    "created_at": "2026-10-26T15:20:00Z",
    "last_seen_at": "2026-10-26T16:20:00Z",
    "resolved_at": None,
    "resolution": "",
    "acknowledged_at": None,
    "acknowledged_by_name": "",
    "acknowledgement": "",
}
WEBINAR: dict[str, Any] = {
    "webinar_id": "93112345678",
    "url": "/api/v1/webinars/93112345678",
    "topic": "Growing roses",
    "brand": "Acme",
    "host_email": "host@acme.example",
    "state": "ended",
    "starts_at": "2026-10-26T14:00:00Z",
    "duration_minutes": 60,
    "switches": {"sync": True, "recordings": True},
    "syncs": True,
    "recordings_sync": False,
    "why_not": "",
    "last_synced_at": "2026-10-26T16:20:00Z",
    "next_sync_at": None,
    "registered_count": 120,
    "attended_count": 91,
    "cancelled_count": 4,
    "skipped_count": 2,
    "open_warnings": [WARNING],
}
RUN: dict[str, Any] = {
    "id": 4021,
    "url": "/api/v1/runs/4021",
    "webinar_id": "93112345678",
    "kind": "webinar",
    "trigger": "manual",
    "state": "complete",
    "created_at": "2026-10-26T16:19:40Z",
    "started_at": "2026-10-26T16:19:41Z",
    "finished_at": "2026-10-26T16:19:55Z",
    "error": "",
    "steps": [{"name": "registrants", "state": "complete", "done": 120, "total": 120}],
}
SKIPPED: dict[str, Any] = {
    "id": 17,
    "webinar_id": "93112345678",
    "session_uuid": "",
    "email": "bob@rival.example",
    "name": "Bob Tal",
    "reason": "excluded_domain",
    "stage": "registration",
    "rule": "rival.example",
    "first_skipped_at": "2026-10-20T09:30:00Z",
}


class Switches(Answered):
    """The webinar's own; what they come to with those above them is `syncs` and `recordings_sync`."""

    sync: bool
    recordings: bool


def _without_default(field: dict[str, Any]) -> None:
    """What is left out of a patch stays: a generated client must not fill it in."""
    field.pop("default")


class SwitchesPatch(Given):
    sync: StrictBool = Field(
        default=False, description="Sync this webinar.", json_schema_extra=_without_default
    )
    recordings: StrictBool = Field(
        default=False, description="Sync its recordings and transcripts.", json_schema_extra=_without_default
    )


class WebinarPatch(Given):
    """What is left out stays as it is."""

    model_config = _shows({"switches": {"sync": True}})

    switches: SwitchesPatch = Field(default_factory=SwitchesPatch)


class AuditEntryAnswered(Answered):
    model_config = _shows(WARNING)

    id: int
    webinar_id: str | None
    session_uuid: str
    brand: str
    code: str = Field(description="E1 to E6 for a warning, or what happened.")
    cause: str = Field(description="The warning's own name. `code` filters by either.")
    severity: str
    state: str
    message: str
    created_at: UtcTime
    last_seen_at: UtcTime
    resolved_at: UtcTime | None
    resolution: str
    acknowledged_at: UtcTime | None = Field(description="Then it counts no more until it gets worse.")
    acknowledged_by_name: str
    acknowledgement: str


class WebinarAnswered(Answered):
    model_config = _shows(WEBINAR)

    webinar_id: str
    url: str
    topic: str
    brand: str
    host_email: str
    state: str
    starts_at: UtcTime | None
    duration_minutes: int
    switches: Switches
    syncs: bool
    recordings_sync: bool
    why_not: str = Field(description="The setting that keeps the webinar from syncing; blank when it syncs.")
    last_synced_at: UtcTime | None
    next_sync_at: UtcTime | None
    registered_count: int
    attended_count: int
    cancelled_count: int
    skipped_count: int
    open_warnings: list[AuditEntryAnswered] = Field(description="Those that need attention.")


class StepAnswered(Answered):
    name: str
    state: str
    done: int
    total: int | None


class RunAnswered(Answered):
    model_config = _shows(RUN)

    id: int
    url: str
    webinar_id: str | None
    kind: str
    trigger: str
    state: str
    created_at: UtcTime
    started_at: UtcTime | None
    finished_at: UtcTime | None
    error: str
    steps: list[StepAnswered]


class SkippedPersonAnswered(Answered):
    model_config = _shows(SKIPPED)

    id: int
    webinar_id: str
    session_uuid: str
    email: str
    name: str
    reason: str
    stage: str
    rule: str
    first_skipped_at: UtcTime
