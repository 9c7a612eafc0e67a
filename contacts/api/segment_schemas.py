"""What the API takes and gives of segments."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from contacts.api.schemas import ContactAnswered
from contacts.segments.actions import MAX_NAME_LENGTH
from core.api.types import Answered, Given, UtcTime

DEFINITION: dict[str, Any] = {
    "version": 1,
    "where": {
        "all": [
            {"filter": "event_attended", "events": {"name": {"is": "contains", "value": "roses"}}},
            {"filter": "property", "property": "last_name", "is": "known"},
        ]
    },
}
Definition = Annotated[
    dict[str, Any],
    Field(description='`{"version": 1, "where": NODE}`. What is wrong is named by its path.'),
]


def _shows(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class SegmentGiven(Given):
    model_config = _shows({"name": "Came for the roses", "definition": DEFINITION})

    name: str = Field(min_length=1, max_length=MAX_NAME_LENGTH)
    definition: Definition


class PreviewGiven(Given):
    model_config = _shows({"definition": DEFINITION})

    definition: Definition


SEGMENT: dict[str, Any] = {
    "id": 3,
    "url": "/api/v1/segments/3",
    "name": "Came for the roses",
    "kind": "dynamic",
    "definition": DEFINITION,
    "created_at": "2026-10-01T08:00:00Z",
    "updated_at": "2026-10-01T08:00:00Z",
}


class SegmentAnswered(Answered):
    model_config = _shows(SEGMENT)

    id: int
    url: str
    name: str
    kind: str = Field(description="`dynamic`, or `static` for a list of people that changes by hand only.")
    definition: dict[str, Any]
    created_at: UtcTime
    updated_at: UtcTime


class PreviewAnswered(Answered):
    model_config = _shows({"count": 0, "sample": []})

    count: int
    sample: list[ContactAnswered] = Field(description="Some of them, the newest first.")
