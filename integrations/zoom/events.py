"""What Zoom's messages are about, typed: the object of an event, with Zoom's own names for the fields.

As in `records.py` the types say what is documented, and only what we use is here. An event's object often has
only a part of the fields, so that all but the ID have defaults.
"""

from msgspec import Struct

from integrations.zoom.records import WEBINAR_TYPES, Count, Number, Time


class EventRegistrant(Struct, frozen=True):
    """`status` is there when someone registered (approved or pending), and not in the other events."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    status: str = ""


class EventOccurrence(Struct, frozen=True):
    occurrence_id: str


class EventObject(Struct, frozen=True):
    """The webinar or the recording. `id` is a number in some events and a text in others.

    `uuid` is the instance's, except in the events about a webinar's schedule.
    """

    id: Number
    uuid: str = ""
    type: Count = 5
    start_time: Time | None = None
    end_time: Time | None = None
    practice_session: bool | None = None
    registrant: EventRegistrant | None = None
    occurrences: list[EventOccurrence] = []

    @property
    def is_of_webinar(self) -> bool:
        """Events about recordings are about meetings too."""
        return self.type in WEBINAR_TYPES
