"""What the API takes and gives of registrations."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from core.api.types import HIGHEST_INTEGER, Answered, Given, GivenWebinarId, UtcTime

MOST_IN_BATCH = 10_000

JobStatus = Literal[
    "queued",
    "running",
    "waiting",
    "registered",
    "already_registered",
    "pending_approval",
    "refused",
    "failed",
    "cancelled",
]
OccurrenceId = Annotated[str, Field(max_length=100, description="Of a recurring webinar: which date.")]


def _shows(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


JOB: dict[str, Any] = {
    "id": 815,
    "url": "/api/v1/webinar-registrations/815",
    "state": "registered",
    "contact": {"id": 7, "email": "ann@example.com"},
    "webinar_id": "93112345678",
    "occurrence_id": "",
    "reason": None,
    "source": "api",
    "attempts": 1,
    "next_attempt_at": None,
    "created_at": "2026-10-20T09:30:00Z",
    "finished_at": "2026-10-20T09:30:01Z",
    "registrant_id": "fdgsfh2ey82fuh",
}


def _id_or_email(schema: dict[str, Any]) -> None:
    """One of them is there, so neither has a default."""
    for field in schema["properties"].values():
        field.pop("default")
    schema["oneOf"] = [{"required": ["id"]}, {"required": ["email"]}]


class ContactRefGiven(Given):
    """A contact by `id`, or by any of its addresses as `email`."""

    model_config = ConfigDict(json_schema_extra=_id_or_email)

    id: Annotated[int, Field(ge=1, le=HIGHEST_INTEGER, strict=True)] = 0
    email: Annotated[str, Field(min_length=1, max_length=320)] = ""

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("Name the contact by “id” or by “email”.")
        return self


class RegistrationGiven(Given):
    model_config = _shows(
        {
            "contact": {"email": "ann@example.com"},
            "webinar_id": "931 1234 5678",
            "occurrence_id": "",
            "callback_url": "https://n8n.example.com/webhook/registered",
        }
    )

    contact: ContactRefGiven
    webinar_id: GivenWebinarId
    occurrence_id: OccurrenceId = ""
    callback_url: str = Field("", max_length=2000, description="Where the job is posted to when it ends.")


class RegistrationBatchGiven(Given):
    model_config = _shows(
        {
            "webinar_id": "931 1234 5678",
            "occurrence_id": "",
            "contacts": [{"id": 7}, {"email": "bob@example.com"}],
        }
    )

    webinar_id: GivenWebinarId
    occurrence_id: OccurrenceId = ""
    contacts: list[ContactRefGiven] = Field(max_length=MOST_IN_BATCH)


class ContactRefAnswered(Answered):
    id: int
    email: str


class ReasonAnswered(Answered):
    code: str
    detail: str
    fields: list[str]


class JobAnswered(Answered):
    model_config = _shows(JOB)

    id: int
    url: str
    state: JobStatus
    contact: ContactRefAnswered | None = Field(description="Null when the contact was deleted.")
    webinar_id: str
    occurrence_id: str
    reason: ReasonAnswered | None = Field(description="Why it was refused, failed, or waits.")
    source: Literal["workflow", "api", "page", "command", "task"]
    attempts: int
    next_attempt_at: UtcTime | None
    created_at: UtcTime
    finished_at: UtcTime | None
    registrant_id: str


class RefusedContact(Answered):
    index: int
    code: str
    detail: str


class BatchAccepted(Answered):
    model_config = _shows(
        {
            "accepted": 1,
            "refused": [{"index": 1, "code": "contact_not_found", "detail": "There is no such contact."}],
            "url": "/api/v1/webinar-registrations?batch=31",
        }
    )

    accepted: int
    refused: list[RefusedContact]
    url: str = Field(description="The jobs of this batch.")
