"""Zoom's API in the shape that the sync steps want: typed records, page by page.

    with ZoomClient.of(connection) as zoom:
        for page in zoom.registrants(webinar_id, RegistrantStatus.APPROVED):
            store(page.items)

A listing is complete when its iterator ends without an error, and only then does absence mean anything. While
the caller works on a page, the next one is fetched. `page.restarts` says that the listing had to begin again:
its items may come twice, so they have to be upserts. Do not call from within a transaction.

Raises only the errors of `errors.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from types import TracebackType
from typing import Any, Self

from integrations.models import ZoomConnection
from integrations.zoom import endpoints
from integrations.zoom.endpoints import Call, RegistrantStatus, StatusAction
from integrations.zoom.errors import PageTokenExpired, Unavailable
from integrations.zoom.http.downloads import Downloader, NotTheFile
from integrations.zoom.http.pacing import AccountPacer
from integrations.zoom.http.page_prefetcher import Attempt, Begun, Fetcher, PagePrefetcher, RequestsAhead
from integrations.zoom.http.pages import Page, PageWalk, read_nothing, read_page, read_record
from integrations.zoom.http.responses import Reply
from integrations.zoom.oauth.tokens import SharedTokens
from integrations.zoom.records import (
    Account,
    AddedRegistrant,
    HistoryMeeting,
    Instance,
    Panelist,
    Participant,
    Recording,
    RegisteredPerson,
    Registrant,
    RegistrationQuestions,
    SessionReport,
    TranscriptInfo,
    User,
    WebinarDetail,
    WebinarSummary,
)
from integrations.zoom.transcripts import NotATranscript


@dataclass(slots=True)
class Prepared[T]:
    """A call with its token and its slot within Zoom's limits. It is made once."""

    _fetcher: Fetcher
    _call: Call[T]
    _attempt: Attempt
    _reply: Future[Reply] | None = None

    def begin(self, pool: Executor) -> Future[Reply]:
        """Send it from a thread of the pool, which needs no database; then `send` waits for the answer."""
        self._reply = pool.submit(self._fetcher.perform, self._attempt)
        return self._reply

    def send(self) -> T:
        read = partial(read_record, self._call)
        return self._fetcher.fetch_once(self._call, read, self._attempt, self._reply)


class ZoomClient:
    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._ahead = RequestsAhead(fetcher)

    @classmethod
    def of(cls, zoom: ZoomConnection, *, share_of_day: float = 1.0) -> "ZoomClient":
        """With the connection's shared token, and within the limits that all its workers share.

        Once `share_of_day` of a daily limit is used up, this client stops, so that others can go on.
        """
        return cls(Fetcher(SharedTokens(zoom.pk), AccountPacer.of(zoom, share_of_day)))

    @property
    def calls(self) -> int:
        """Requests made so far, repeated ones included, those for tokens not."""
        return self._fetcher.calls

    def send_ahead(self, *calls: Call[Any]) -> None:
        """Send these now, side by side. The methods below take the answers when these calls are their next.

        Only for what will surely be asked for, by this thread and at once: answers grow old.
        """
        for call in calls:
            self._ahead.send(call)

    def account(self) -> Account:
        """The user whose token it is, with their account. With Server-to-Server Zoom may refuse this."""
        return self._one(endpoints.me())

    def users(self) -> Iterator[Page[User]]:
        """The account's active users. A user-level token cannot list them: its only user is "me"."""
        return self._pages(endpoints.users())

    def webinars(self, user_id: str) -> Iterator[Page[WebinarSummary]]:
        """Raises NoWebinarPlan for a user who has no webinar licence."""
        return self._pages(endpoints.webinars(user_id))

    def webinar(self, webinar_id: int) -> WebinarDetail:
        return self._one(endpoints.webinar(webinar_id))

    def registrants(
        self, webinar_id: int, status: RegistrantStatus, occurrence_id: str | None = None
    ) -> Iterator[Page[Registrant]]:
        return self._pages(endpoints.registrants(webinar_id, status, occurrence_id))

    def registered_people(
        self, webinar_id: int, status: RegistrantStatus, occurrence_id: str = ""
    ) -> Iterator[Page[RegisteredPerson]]:
        """As `registrants`, with the people's own join links."""
        return self._pages(endpoints.registered_people(webinar_id, status, occurrence_id))

    def registered_person(self, webinar_id: int, registrant_id: str) -> RegisteredPerson:
        """Raises NotFound when there is no such registrant any more."""
        return self._one(endpoints.registered_person(webinar_id, registrant_id))

    def registration_questions(self, webinar_id: int) -> RegistrationQuestions:
        """Raises RegistrationNotEnabled where people need not register."""
        return self._one(endpoints.registration_questions(webinar_id))

    def add_registrant(
        self, webinar_id: int, person: Mapping[str, str], occurrence_id: str = ""
    ) -> AddedRegistrant:
        """Registers a person. Raises Unavailable or BadAnswer where no one knows whether it was done."""
        return self.prepare_registrant(webinar_id, person, occurrence_id).send()

    def prepare_registrant(
        self, webinar_id: int, person: Mapping[str, str], occurrence_id: str = ""
    ) -> "Prepared[AddedRegistrant]":
        """The same up to the moment before it is sent, which is the time to note that it will be."""
        call = endpoints.add_registrant(webinar_id, person, occurrence_id)
        return Prepared(self._fetcher, call, self._fetcher.prepare(call))

    def update_registrant_status(
        self,
        webinar_id: int,
        action: StatusAction,
        registrant_id: str,
        email: str,
        occurrence_id: str = "",
    ) -> None:
        """Approves, denies or cancels one registration; the same again changes nothing."""
        call = endpoints.update_registrant_status(webinar_id, action, registrant_id, email, occurrence_id)
        self._fetcher.fetch(call, read_nothing)

    def delete_registrant(self, webinar_id: int, registrant_id: str, occurrence_id: str = "") -> None:
        """Takes a registrant out of all lists."""
        self._fetcher.fetch(
            endpoints.delete_registrant(webinar_id, registrant_id, occurrence_id), read_nothing
        )

    def panelists(self, webinar_id: int) -> Page[Panelist]:
        return self._whole(endpoints.panelists(webinar_id))

    def instances(self, webinar_id: int) -> Page[Instance]:
        """The sessions held so far, practice sessions and restarts included."""
        return self._whole(endpoints.instances(webinar_id))

    def participants(self, uuid: str) -> Iterator[Page[Participant]]:
        """Everyone's stays in one session."""
        return self._pages(endpoints.participants(uuid))

    def report_participants(self, uuid: str) -> Iterator[Page[Participant]]:
        """The same from the reports, which surely have `registrant_id`: for rows that came without it.

        Raises MissingScope for apps without an admin's report scopes, TooOld after some months.
        """
        return self._pages(endpoints.report_participants(uuid))

    def session_report(self, uuid: str) -> SessionReport:
        """When the session really began and ended. Raises NotFound until Zoom has it ready."""
        return self._one(endpoints.session_report(uuid))

    def history(self, first: date, last: date) -> Iterator[Page[HistoryMeeting]]:
        """The webinar sessions that ended on these days (UTC), also of webinars that Zoom has archived."""
        for start, end in endpoints.months(first, last):
            yield from self._pages(endpoints.history(start, end))

    def recording(self, uuid: str) -> Recording:
        """Raises NotFound while Zoom is processing it, and when there is none."""
        return self._one(endpoints.recording(uuid))

    def user_recordings(self, user_id: str, first: date, last: date) -> Iterator[Page[Recording]]:
        """The recordings made on these days (UTC); of meetings too, see `Recording.is_of_webinar`."""
        for start, end in endpoints.months(first, last):
            yield from self._pages(endpoints.user_recordings(user_id, start, end))

    def trashed_recordings(self, user_id: str, webinar_id: int) -> Iterator[Page[Recording]]:
        """The sessions of a webinar whose recordings are in its host's trash."""
        return self._pages(endpoints.trashed_recordings(user_id, webinar_id))

    def transcript(self, uuid: str) -> TranscriptInfo:
        """Raises NotFound when there is none."""
        return self._one(endpoints.transcript(uuid))

    def download[T](self, url: str, read: Callable[[bytes], T], download_access_token: str = "") -> T:
        """What `read` makes of a file. The token that came with its recording goes before the connection's.

        Fetched again where the file cannot be reached, or what came is something else. Raises what
        `Downloader.fetch` and `read` do in the end.
        """
        own = [download_access_token] if download_access_token else []
        return self._fetcher.retry(
            lambda: read(self._downloader.fetch(url, [*own, self._fetcher.access_token()])),
            on=(Unavailable, NotTheFile, NotATranscript),
        )

    @cached_property
    def _downloader(self) -> Downloader:
        return Downloader()

    def close(self) -> None:
        self._ahead.close()
        self._fetcher.close()
        if "_downloader" in self.__dict__:
            self._downloader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _one[T](self, call: Call[T]) -> T:
        return self._fetcher.fetch(call, partial(read_record, call), self._ahead.take(call))

    def _whole[T](self, call: Call[T]) -> Page[T]:
        """A listing that Zoom does not page."""
        return self._fetcher.fetch(call, partial(read_page, call), self._ahead.take(call))

    def _pages[T](self, listing: Call[T]) -> Iterator[Page[T]]:
        walk = PageWalk(listing)
        call: Call[T] | None = walk.first()
        begun: Begun | None = self._ahead.take(listing)
        with PagePrefetcher(self._fetcher) as ahead:
            while call:
                try:
                    page = self._fetcher.fetch(call, partial(read_page, call), begun)
                except PageTokenExpired as expired:
                    call, begun = walk.again(expired), None
                    continue
                call = walk.after(page)
                begun = ahead.begin(call) if call else None
                yield replace(page, restarts=walk.restarts, is_short=walk.is_short(page))
