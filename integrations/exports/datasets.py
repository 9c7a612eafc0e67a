"""What can be exported: for each dataset its fields, whose names are relied on from outside, and its rows.

Rows come in an order that follows from what they say, so that two installations with the same truth export
the same. Read a chunk at a time: the memory does not grow with the number of rows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db.models import Model, QuerySet

from contacts.history import OWN_KINDS
from contacts.models import Contact, EmailAddress, TimelineEntry
from contacts.properties.definitions import custom_specs
from contacts.properties.names import ZOOM_PROPERTIES
from integrations.audit import ACCOUNT_WARNINGS, concerned_by, label_of
from integrations.exports.formats import JsonList, Row
from integrations.models import AuditEntry, SkippedPerson
from integrations.models.audit import message_of
from marketing_events.models import Call, CallAttendee, Participation, Utterance

CHUNK = 2000
CALLS_PER_CHUNK = 10  # each with a transcript of thousands of lines


@dataclass(frozen=True)
class Dataset:
    fields: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    defined_fields: Callable[[], tuple[str, ...]] = tuple  # what people defined here, behind `fields`

    def read(self) -> tuple[tuple[str, ...], Iterator[Row]]:
        """The fields as they are now, and rows that have each of them, whatever is defined meanwhile."""
        defined = self.defined_fields()
        return (*self.fields, *defined), ({**dict.fromkeys(defined), **row} for row in self.rows())


_CONTACT_FIELDS = (
    *("email", "first_name", "last_name", "secondary_emails", *ZOOM_PROPERTIES),
    *("source", "created_at", "updated_at"),
)


def _property_names() -> tuple[str, ...]:
    """The custom properties in use, in the order in which people see them."""
    specs = custom_specs().values()
    return tuple(spec.name for spec in specs if not spec.is_archived and spec.name not in _CONTACT_FIELDS)


def _contacts() -> Iterator[Row]:
    """With the values of all custom properties, archived ones too."""
    columns = set(_CONTACT_FIELDS) - {"secondary_emails"}
    for chunk in _chunks(Contact.objects.order_by("email").values("pk", "properties", *columns), CHUNK):
        secondaries = _lists(
            EmailAddress.objects.secondary()
            .filter(contact__in=_keys(chunk))
            .order_by("email")
            .values_list("contact_id", "email")
        )
        for row in chunk:
            own = {name: row[name] for name in columns}
            yield {**row["properties"], **own, "secondary_emails": secondaries[row["pk"]]}


def _participations() -> Iterator[Row]:
    rows = Participation.objects.order_by(
        "event__zoom_webinar_id", "event__session_uuid", "event__external_id", "contact__email"
    )
    return _renamed(
        rows,
        {
            "webinar_id": "event__zoom_webinar_id",
            "session_uuid": "event__session_uuid",
            "topic": "event__name",
            "email": "contact__email",
            **_same(
                *("state", "registered_at", "cancelled_at", "first_joined_at", "last_left_at"),
                *("duration_seconds", "attendance_percent"),
            ),
        },
    )


def _timeline() -> Iterator[Row]:
    rows = TimelineEntry.objects.exclude(kind__in=OWN_KINDS)
    rows = rows.order_by("contact__email", "occurred_at", "kind", "subject_key")
    names = {
        "email": "contact__email",
        "webinar_id": "zoom_webinar_id",
        **_same("kind", "occurred_at", "joined_at", "left_at"),
    }
    return _renamed(rows, names)


def _calls() -> Iterator[Row]:
    """What can be played now: a call whose recording is in Zoom's trash is not among them."""
    calls = (
        Call.objects.filter(is_available=True)
        .order_by("event__zoom_webinar_id", "session_uuid", "event__external_id")
        .values(
            *("pk", "event__zoom_webinar_id", "session_uuid", "title", "recording_url", "duration_seconds")
        )
    )
    for chunk in _chunks(calls, CALLS_PER_CHUNK):
        emails = _lists(
            CallAttendee.objects.filter(call__in=_keys(chunk))
            .order_by("contact__email")
            .values_list("call_id", "contact__email")
        )
        transcripts = _transcripts(chunk)
        for row in chunk:
            yield {
                **row,
                "webinar_id": row["event__zoom_webinar_id"],
                "session_uuid": row["session_uuid"],
                "emails": JsonList(emails[row["pk"]]),
                "transcript": JsonList(transcripts[row["pk"]]),
            }


def _transcripts(calls: tuple[dict[str, Any], ...]) -> dict[int, list[dict[str, Any]]]:
    names = ("speaker", "start_seconds", "end_seconds", "text")
    rows = Utterance.objects.filter(call__in=_keys(calls)).order_by("call_id", "position")
    transcripts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for call_id, *values in rows.values_list("call_id", *names):
        transcripts[call_id].append(dict(zip(names, values, strict=True)))
    return transcripts


def _skipped() -> Iterator[Row]:
    rows = SkippedPerson.objects.order_by("webinar__zoom_webinar_id", "stage", "session_uuid", "person_key")
    names = {
        "webinar_id": "webinar__zoom_webinar_id",
        **_same("session_uuid", "email", "name", "reason", "stage"),
    }
    return _renamed(rows, names)


def _audit() -> Iterator[Row]:
    rows = AuditEntry.objects.order_by("created_at", "pk")
    names = {
        "webinar_id": "webinar__zoom_webinar_id",
        **_same("code", "severity", "state", "values", "created_at", "brand"),
    }
    for row in _renamed(rows, names):
        code, values = row["code"], row["values"]
        shown = {**row, "code": label_of(code), "message": message_of(code, values)}
        is_of_all = code in ACCOUNT_WARNINGS and row["webinar_id"] is None
        for webinar_id in _webinars_of(row["brand"], code) if is_of_all else [row["webinar_id"]]:
            yield {**shown, "webinar_id": webinar_id}


def _webinars_of(brand: int, code: str) -> list[int]:
    """What holds for the whole account is exported for each of the webinars that it concerns."""
    webinars = concerned_by(brand, code).order_by("zoom_webinar_id")
    return list(webinars.values_list("zoom_webinar_id", flat=True))


DATASETS: dict[str, Dataset] = {
    "contacts": Dataset(_CONTACT_FIELDS, _contacts, _property_names),
    "participations": Dataset(
        (
            *("webinar_id", "session_uuid", "topic", "email", "state", "registered_at", "cancelled_at"),
            *("first_joined_at", "last_left_at", "duration_seconds", "attendance_percent"),
        ),
        _participations,
    ),
    "timeline": Dataset(
        ("email", "kind", "webinar_id", "occurred_at", "joined_at", "left_at"),
        _timeline,
    ),
    "calls": Dataset(
        ("webinar_id", "session_uuid", "title", "recording_url", "duration_seconds", "emails", "transcript"),
        _calls,
    ),
    "skipped": Dataset(("webinar_id", "session_uuid", "email", "name", "reason", "stage"), _skipped),
    "audit": Dataset(("webinar_id", "code", "severity", "state", "message", "created_at"), _audit),
}


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _renamed(rows: QuerySet[Any], names: dict[str, str]) -> Iterator[Row]:
    """The rows' values under the names that they are exported by (name > path of the field)."""
    for values in rows.values_list(*names.values()).iterator(chunk_size=CHUNK):
        yield dict(zip(names, values, strict=True))


def _chunks[M: Model](rows: QuerySet[M, dict[str, Any]], size: int) -> Iterator[tuple[dict[str, Any], ...]]:
    return batched(rows.iterator(chunk_size=size), size)


def _keys(chunk: tuple[dict[str, Any], ...]) -> list[int]:
    return [row["pk"] for row in chunk]


def _lists(pairs: QuerySet[Any, tuple[int, str]]) -> dict[int, list[str]]:
    lists: dict[int, list[str]] = defaultdict(list)
    for key, text in pairs:
        lists[key].append(text)
    return lists
