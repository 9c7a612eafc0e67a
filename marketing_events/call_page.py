"""What the page of a call shows, each part read when the template asks for it.

Puts rows and `transcript` together: which lines are on this page of the transcript, which of them match the
search, and which of them a chosen attendee heard (X12). The number of queries is constant, however long the
call and however many people attended.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMinute

from contacts.models import Contact
from marketing_events.call_drawing import Attendance, spoken
from marketing_events.drawing import Piece, presence
from marketing_events.models import AttendanceInterval, Call, CallAttendee, RecordingFile
from marketing_events.transcript import (
    Line,
    Search,
    Speaker,
    clock,
    heard_in,
    jumps_in,
    speakers_of,
)

LINES_PER_PAGE = 100
PEOPLE_PER_PAGE = 25
MOST_SPEAKERS = 100  # with their own line; a call in which more people speak is badly transcribed

type Stay = tuple[datetime, datetime]


@dataclass(frozen=True)
class CallQuery:
    """What the address asks for. Numbers that lead nowhere lead to the nearest."""

    search: str = ""
    hit: int = 1
    speaker: str = ""
    page: str = ""
    attendee: str = ""
    people: str = ""
    person: str = ""  # search among the attendees


@dataclass(frozen=True)
class ShownLine:
    line: Line
    pieces: list[tuple[str, bool]]  # of a hit
    is_hit: bool
    is_unheard: bool
    names_speaker: bool  # not the one of the line before

    @property
    def at(self) -> str:
        return clock(self.line.start)


@dataclass(frozen=True)
class PersonRow:
    contact: Contact
    stays: list[Stay]
    pieces: list[Piece]


class SpeakerRow(NamedTuple):
    speaker: Speaker
    spoken: str  # the outline of when


class Hit(NamedTuple):
    number: int
    position: int


class JumpTo(NamedTuple):
    """A link to a time: the line there, and the page that it is on."""

    at: str
    position: int
    page: int


class CallPage:
    def __init__(self, call: Call, query: CallQuery) -> None:
        self.call = call
        self.query = query

    # The transcript

    @cached_property
    def lines(self) -> list[Line]:
        names = ("position", "speaker", "start_seconds", "end_seconds", "text")
        rows = self.call.utterances.order_by("position").values_list(*names)
        return [Line(*row) for row in rows]

    @cached_property
    def speakers(self) -> list[Speaker]:
        return speakers_of(self.lines)

    @cached_property
    def speaker_rows(self) -> list[SpeakerRow]:
        own: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            own[line.speaker].append(line)
        return [
            SpeakerRow(speaker, spoken(own[speaker.name], self.length))
            for speaker in self.speakers[:MOST_SPEAKERS]
        ]

    @cached_property
    def filtered(self) -> list[Line]:
        """The lines of the chosen speaker; all lines if none is chosen or no one of that name spoke."""
        own = [line for line in self.lines if self.query.speaker and line.speaker == self.query.speaker]
        return own or self.lines

    @cached_property
    def speaker(self) -> str:
        """The chosen one, if that is someone who spoke."""
        return self.query.speaker if self.filtered is not self.lines else ""

    @cached_property
    def search(self) -> Search:
        return Search(self.query.search)

    @cached_property
    def hits(self) -> list[int]:
        """Positions of the lines that were found."""
        return [line.position for line in self.filtered if self.search.finds(line)]

    @cached_property
    def hit(self) -> int:
        """The number of the hit that is looked at, from 1; 0 for none."""
        return min(max(self.query.hit, 1), len(self.hits))

    @cached_property
    def hit_position(self) -> int | None:
        return self.hits[self.hit - 1] if self.hit else None

    @property
    def previous_hit(self) -> Hit | None:
        return self._hit(self.hit - 1)

    @property
    def next_hit(self) -> Hit | None:
        return self._hit(self.hit + 1)

    def _hit(self, number: int) -> Hit | None:
        return Hit(number, self.hits[number - 1]) if 1 <= number <= len(self.hits) else None

    @cached_property
    def page(self) -> Page[Line]:
        """The page that was asked for, or the one with the hit that is looked at."""
        pages = Paginator(self.filtered, LINES_PER_PAGE)
        with_hit = self._page_of[self.hit_position] if self.hit_position else 1
        return pages.get_page(self.query.page or with_hit)

    @cached_property
    def _page_of(self) -> dict[int, int]:
        return {line.position: index // LINES_PER_PAGE + 1 for index, line in enumerate(self.filtered)}

    @cached_property
    def jumps(self) -> list[JumpTo]:
        return [
            JumpTo(clock(seconds), position, self._page_of[position])
            for seconds, position in jumps_in(self.filtered)
        ]

    @cached_property
    def shown(self) -> list[ShownLine]:
        shown, before = set(self.hits), None
        rows = []
        for line in self.page.object_list:
            is_hit = line.position in shown
            rows.append(
                ShownLine(
                    line=line,
                    pieces=self.search.pieces(line.text) if is_hit else [],
                    is_hit=is_hit,
                    is_unheard=self.attendee is not None and line.position not in self.heard,
                    names_speaker=line.speaker != before,
                )
            )
            before = line.speaker
        return rows

    # The people

    @cached_property
    def attendees(self) -> QuerySet[CallAttendee]:
        return CallAttendee.objects.filter(call=self.call)

    @cached_property
    def people(self) -> Page[CallAttendee]:
        attendees = self.attendees.select_related("contact")
        if self.query.person:
            attendees = attendees.filter(contact__in=Contact.objects.search(self.query.person))
        order = ("contact__last_name", "contact__first_name", "contact__email", "pk")
        return Paginator(attendees.order_by(*order), PEOPLE_PER_PAGE).get_page(self.query.people)

    @cached_property
    def rows(self) -> list[PersonRow]:
        contacts = [attendee.contact for attendee in self.people.object_list]
        stays = self._stays_of(contacts)
        return [self._row(contact, stays[contact.pk]) for contact in contacts]

    @cached_property
    def attendee(self) -> PersonRow | None:
        """The chosen one, if that is someone who was there."""
        if not self.query.attendee.isdecimal() or len(self.query.attendee) > 18:
            return None
        chosen = self.attendees.filter(contact=int(self.query.attendee)).select_related("contact").first()
        return (
            self._row(chosen.contact, self._stays_of([chosen.contact])[chosen.contact_id]) if chosen else None
        )

    @cached_property
    def heard(self) -> set[int]:
        """Positions of the lines that the chosen attendee was there for."""
        stays = self.attendee.stays if self.attendee else []
        start = self.starts_at
        spans = [((joined - start).total_seconds(), (left - start).total_seconds()) for joined, left in stays]
        return heard_in(self.lines, spans)

    @cached_property
    def heard_percent(self) -> float:
        return 100 * len(self.heard) / len(self.lines) if self.lines else 0.0

    def _row(self, contact: Contact, stays: list[Stay]) -> PersonRow:
        return PersonRow(contact, stays, presence(stays, self.starts_at, self.ends_at))

    def _stays_of(self, contacts: Iterable[Contact]) -> dict[int, list[Stay]]:
        """In order; those at the edges reach beyond the call. One query."""
        intervals = AttendanceInterval.objects.filter(
            participation__event=self.call.event_id, participation__contact__in=list(contacts)
        )
        stays: dict[int, list[Stay]] = defaultdict(list)
        rows = intervals.order_by("joined_at", "pk").values_list(
            "participation__contact_id", "joined_at", "left_at"
        )
        for contact_id, joined, left in rows:
            stays[contact_id].append((joined, left))
        return stays

    # Along the time

    @cached_property
    def files(self) -> list[RecordingFile]:
        return list(self.call.files.order_by("piece", "kind", "pk"))

    @property
    def pieces(self) -> int:
        """How often the recording was begun."""
        return max((file.piece for file in self.files), default=1)

    @cached_property
    def starts_at(self) -> datetime:
        return self.call.starts_at

    @cached_property
    def ends_at(self) -> datetime:
        """The end of what was recorded, pauses between pieces included."""
        recorded = [self.call.starts_at + timedelta(seconds=self.call.duration_seconds)]
        recorded += [file.ends_at for file in self.files if file.ends_at]
        last_line = [
            self.call.starts_at + timedelta(seconds=min(line.end, 10**7)) for line in self.lines[-1:]
        ]
        return max([*recorded, *last_line])

    @cached_property
    def audience(self) -> Attendance:
        """How many were there, minute by minute."""
        joined, left = _coming_and_going(self.call.event_id)
        return Attendance.between(self.starts_at, self.ends_at, joined, left)

    @cached_property
    def spoken(self) -> str:
        return spoken(self.lines, self.length)

    @cached_property
    def length(self) -> float:
        return (self.ends_at - self.starts_at).total_seconds()

    @cached_property
    def marks(self) -> list[str]:
        """Times to write below the drawing, from its start to its end."""
        return [clock(self.length * quarter / 4) for quarter in range(5)]


def _coming_and_going(event: int) -> tuple[Counter[datetime], Counter[datetime]]:
    """How many joined and how many left in which minute. One query: of a large event it reads many rows."""
    intervals = AttendanceInterval.objects.filter(participation__event=event).order_by()
    minutes = intervals.values_list(TruncMinute("joined_at"), TruncMinute("left_at"))
    joined, left = Counter[datetime](), Counter[datetime]()
    for from_minute, to_minute, number in minutes.annotate(number=Count("pk")):
        joined[from_minute] += number
        left[to_minute] += number
    return joined, left
