"""What the API takes and gives of contacts. Names are those of the exports."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from contacts.addresses import MAX_NAME_LENGTH
from contacts.properties.values import MAX_VALUE_LENGTH
from core.api.types import Answered, Given, UtcTime
from core.emails import MAX_LENGTH

MOST_IN_BATCH = 1000
MOST_SECONDARIES = 100
MOST_PROPERTIES = 200

Email = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH + 66)]  # spaces around it are taken off
Name = Annotated[str, Field(max_length=MAX_NAME_LENGTH)]


def _value(value: Any) -> Any:
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, str) for part in parts) and not isinstance(value, bool | int | float):
        raise ValueError("Must be a text, a number, true or false, or a list of texts.")
    if any(len(part) > MAX_VALUE_LENGTH for part in parts if isinstance(part, str)):
        raise ValueError(f"At most {MAX_VALUE_LENGTH:,} characters are allowed.")
    return value


# Which of them a property takes follows from its kind: `contacts.properties.values`.
Value = Annotated[
    Any,
    AfterValidator(_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": MAX_VALUE_LENGTH},
                {"type": "number"},
                {"type": "boolean"},
                {"type": "array", "items": {"type": "string", "maxLength": MAX_VALUE_LENGTH}},
            ]
        }
    ),
]
Properties = Annotated[dict[str, Value], Field(max_length=MOST_PROPERTIES)]

ANN: dict[str, Any] = {
    "email": "ann@example.com",
    "first_name": "Ann",
    "last_name": "Berg",
    "secondary_emails": ["ann.berg@example.org"],
    "properties": {"company": "Example Ltd"},
}


class NewContactGiven(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [ANN]})

    email: Email = Field(description="The primary address. The sync knows the contact by it.")
    first_name: Name = ""
    last_name: Name = ""
    secondary_emails: list[Email] = Field([], max_length=MOST_SECONDARIES)
    properties: Properties = Field({}, description="Custom properties by name.")


class ContactPatch(Given):
    """Null takes a value away; of `properties`, what isn't named stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"first_name": "Anna", "properties": {"company": None}}]}
    )

    email: Email | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    secondary_emails: Annotated[list[Email], Field(max_length=MOST_SECONDARIES)] | None = None
    properties: Annotated[dict[str, Value | None], Field(max_length=MOST_PROPERTIES)] | None = None


class ContactGiven(NewContactGiven):
    """A contact of a batch. What is blank or left out stays as it is."""


def _list_or_object(schema: dict[str, Any]) -> None:
    rows = schema["properties"]["contacts"]
    described = dict(schema)
    schema.clear()
    schema |= {
        "title": described.pop("title"),
        "description": described.pop("description", ""),
        "anyOf": [described, rows],
        "examples": [{"contacts": [ANN, {"email": "bob@example.com", "first_name": "Bob"}]}],
    }


class ContactBatch(Given):
    """The contacts, as `{"contacts": […]}` or as the list alone."""

    model_config = ConfigDict(json_schema_extra=_list_or_object)

    contacts: list[ContactGiven] = Field(max_length=MOST_IN_BATCH)

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return {"contacts": value} if isinstance(value, list) else value


class ContactAnswered(Answered):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 7,
                    "url": "/api/v1/contacts/7",
                    **ANN,
                    "source": "zoom",
                    "created_at": "2026-09-01T08:00:00Z",
                    "updated_at": "2026-10-26T15:04:00Z",
                    "zoom_webinar_registration_count": 3,
                    "zoom_webinar_attendance_count": 2,
                    "zoom_webinar_attendance_average_duration": 87.5,
                    "zoom_webinar_joinlink": "",
                }
            ]
        }
    )

    id: int
    url: str
    email: str
    first_name: str
    last_name: str
    secondary_emails: list[str]
    properties: dict[str, Any]
    source: str
    created_at: UtcTime
    updated_at: UtcTime
    zoom_webinar_registration_count: int
    zoom_webinar_attendance_count: int
    zoom_webinar_attendance_average_duration: float | None
    zoom_webinar_joinlink: str


class RowError(Answered):
    field: str
    message: str


class RowResult(Answered):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "created", "id": 7, "errors": []}]})

    status: Literal["created", "changed", "unchanged", "refused"]
    id: int | None
    errors: list[RowError]


class BatchAnswered(Answered):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "results": [
                        {"status": "changed", "id": 7, "errors": []},
                        {
                            "status": "refused",
                            "id": None,
                            "errors": [{"field": "email", "message": 'The email address has no "@".'}],
                        },
                    ]
                }
            ]
        }
    )

    results: list[RowResult]


class TimelineAnswered(Answered):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 12,
                    "email": "ann@example.com",
                    "kind": "webinar_attended",
                    "title": "Growing roses",
                    "webinar_id": "93112345678",
                    "occurred_at": "2026-10-26T15:04:00Z",
                    "joined_at": "2026-10-26T14:04:00Z",
                    "left_at": "2026-10-26T15:00:00Z",
                }
            ]
        }
    )

    id: int
    email: str
    kind: str
    title: str
    webinar_id: str | None
    occurred_at: UtcTime
    joined_at: UtcTime | None
    left_at: UtcTime | None
