"""What the API takes and gives of workflows and enrolments."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from core.api.types import HIGHEST_INTEGER, Answered, Given, GivenWebinarId, UtcTime
from workflows.actions import MAX_NAME_LENGTH
from workflows.api.schemas import ContactRefAnswered, ContactRefGiven

DEFINITION: dict[str, Any] = {
    "version": 1,
    "triggers": [{"trigger": "event_no_show", "arguments": {}}],
    "enrolment": {"again": "once_per_event", "existing": False},
    "steps": [{"id": "note", "action": "add_note", "arguments": {"text": "Missed {webinar}"}}],
}
WORKFLOW: dict[str, Any] = {
    "id": 5,
    "url": "/api/v1/workflows/5",
    "name": "Follow up no-shows",
    "description": "",
    "state": "published",
    "version": 2,
    "definition": DEFINITION,
    "published_definition": DEFINITION,
    "inside": 12,
    "created_at": "2026-10-01T08:00:00Z",
    "updated_at": "2026-10-02T08:00:00Z",
}
ENROLMENT: dict[str, Any] = {
    "id": 77,
    "url": "/api/v1/workflows/5/enrolments/77",
    "contact": {"id": 7, "email": "ann@example.com"},
    "state": "waiting",
    "outcome": "",
    "reason": "time",
    "step": "pause",
    "version": 2,
    "source": "api",
    "enrolled_at": "2026-10-20T09:30:00Z",
    "finished_at": None,
}


def _shows(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class WorkflowGiven(Given):
    model_config = _shows({"name": "Follow up no-shows", "definition": DEFINITION})

    name: str = Field(min_length=1, max_length=MAX_NAME_LENGTH)
    description: str = Field("", max_length=5_000)
    definition: dict[str, Any] = Field(
        description="See docs/workflows.md. What is wrong is named by its path."
    )


class WorkflowAnswered(Answered):
    model_config = _shows(WORKFLOW)

    id: int
    url: str
    name: str
    description: str
    state: Literal["draft", "published", "paused", "archived"]
    version: int | None = Field(description="The number of the version that runs; null before the first.")
    definition: dict[str, Any] = Field(description="The draft, as it was saved last.")
    published_definition: dict[str, Any] | None
    inside: int = Field(description="How many enrolments aren't over.")
    created_at: UtcTime
    updated_at: UtcTime


class EnrolmentGiven(Given):
    model_config = _shows({"contact": {"email": "ann@example.com"}, "webinar_id": "931 1234 5678"})

    contact: ContactRefGiven
    webinar_id: GivenWebinarId | None = Field(
        None,
        description="What it is about, where a step takes the webinar of the trigger: its next or last date.",
    )
    event_id: Annotated[int, Field(ge=1, le=HIGHEST_INTEGER, strict=True)] | None = Field(
        None, description="The same by the ID of a marketing event. One of the two."
    )


class EnrolmentAnswered(Answered):
    model_config = _shows(ENROLMENT)

    id: int
    url: str
    contact: ContactRefAnswered
    state: Literal["queued", "running", "waiting", "paused", "complete", "failed"]
    outcome: str = Field(description="Of a complete one: completed, stopped, removed or archived.")
    reason: str = Field(description="Code: why it waits, stopped or failed; blank for none.")
    step: str = Field(description="The ID of the step where the contact is, or was last.")
    version: int
    source: Literal["trigger", "existing", "manual", "bulk", "api"]
    enrolled_at: UtcTime
    finished_at: UtcTime | None
