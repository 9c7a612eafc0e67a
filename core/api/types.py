"""Types of fields that several apps' schemas share."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

HIGHEST_INTEGER = 2**63 - 1  # of a column


def in_utc(moment: datetime) -> str:
    """ISO 8601 with "Z": "2026-01-31T10:00:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _demand_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("The time has no zone. Write it in UTC with Z, such as 2026-01-31T10:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("No such time.") from None


# In answers: without fractions of seconds, as in the exports.
UtcTime = Annotated[
    datetime,
    PlainSerializer(in_utc, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
# In requests.
GivenTime = Annotated[datetime, AfterValidator(_demand_zone)]


def _digits(raw: Any) -> Any:
    """Webinar IDs as people paste them: integers, or text with spaces and dashes."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int):
        return str(raw)
    return "".join(raw.split()).replace("-", "") if isinstance(raw, str) else raw


def _webinar_number(digits: str) -> str:
    if not (digits.isascii() and digits.isdecimal()) or int(digits) > HIGHEST_INTEGER:
        raise ValueError("A webinar ID consists of digits, such as 931 1234 5678.")
    return digits


GivenWebinarId = Annotated[
    str,
    BeforeValidator(_digits),
    Field(max_length=19),
    AfterValidator(_webinar_number),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[\s-]*([0-9][\s-]*){1,18}$"},
                {"type": "integer", "minimum": 0, "maximum": 999999999999999999},
            ],
            "description": "Zoom's ID. Spaces and dashes don't matter.",
        }
    ),
]


class Given(BaseModel):
    """What a caller sends. An unknown key is a mistake rather than nothing."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Answered(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(from_attributes=True)
