"""Makes one call: a token, a slot within Zoom's limits, the request, and retries where they help.

An attempt has two halves. `prepare` does what needs the database, in the caller's thread. `perform` waits for
the slot and speaks HTTP, in any thread, without the database. The reader that is passed in interprets the
answer; the caller knows which page comes next.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from django.conf import settings

from core.retry import retrying
from integrations.zoom.endpoints import Call, api_base
from integrations.zoom.errors import (
    ErrorDetails,
    PageTokenExpired,
    RateLimited,
    TokenRejected,
    TryLater,
    Unavailable,
    ZoomError,
)
from integrations.zoom.http.pacing import LONGEST_WAIT, Pacer
from integrations.zoom.http.responses import Reply
from integrations.zoom.http.transport import Request, Transport
from integrations.zoom.oauth.tokens import AccessToken, TokenSource

type Reader[R] = Callable[[Reply, datetime], R]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is made before its error becomes the caller's, and how long it waits in between."""

    tries: int = 5
    first_pause: float = 0.5  # seconds, doubled each time
    longest_wait: float = LONGEST_WAIT  # seconds; what Zoom wants longer is another day's work

    def pause(self, tries_made: int) -> float:
        """With jitter, so that workers that failed together do not come back together."""
        return self.first_pause * 2.0 ** (tries_made - 1) * random.uniform(0.5, 1.0)  # noqa: S311


@dataclass(frozen=True, slots=True)
class Attempt:
    request: Request
    token: AccessToken
    starts_at: float


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that is under way in another thread."""

    attempt: Attempt
    reply: Future[Reply]


class Fetcher:
    def __init__(
        self,
        tokens: TokenSource,
        pacer: Pacer,
        transport: Transport | None = None,
        patience: RetryPolicy | None = None,
    ) -> None:
        self.calls = 0  # requests made, repeated ones included
        self._tokens = tokens
        self._pacer = pacer
        self._transport = transport or Transport()
        self._patience = patience or RetryPolicy()

    def prepare(self, call: Call[Any]) -> Attempt:
        """Raises NeedsPerson or TryLater when there is no token, or no slot within reach."""
        token = self._tokens.current()
        starts_at = self._pacer.reserve(call.label)
        self.calls += 1
        return Attempt(_request(call, token), token, starts_at)

    def perform(self, attempt: Attempt, stop: threading.Event | None = None) -> Reply:
        """Waits for the attempt's slot and sends it; `stop` ends the waiting."""
        stop = stop or threading.Event()
        if stop.wait(max(0.0, attempt.starts_at - time.time())):
            raise Unavailable(details=ErrorDetails(attempt.request.call, text="nobody waits for it any more"))
        return self._transport.send(attempt.request)

    def fetch[R](self, call: Call[Any], read: Reader[R], begun: Begun | None = None) -> R:
        """What `read` makes of Zoom's answer; what it raises too, after further tries where they may help.

        `begun` is the first attempt, if it was made ahead.
        """
        tries, is_renewed = 0, False
        while True:
            tries += 1
            attempt = begun.attempt if begun else self.prepare(call)
            try:
                reply = begun.reply.result() if begun else self.perform(attempt)
                return read(reply, datetime.now(UTC))
            except TokenRejected:
                if is_renewed:
                    raise
                is_renewed = True
                self._tokens.renew(attempt.token)
            except TryLater as error:
                self._wait_or_raise(error, call, tries)
            begun = None

    def fetch_once[R](
        self, call: Call[Any], read: Reader[R], attempt: Attempt, reply: Future[Reply] | None = None
    ) -> R:
        """As `fetch`, for a call that changes something in Zoom: it is never repeated where it may have been
        carried out.

        `reply` is the answer, if another thread has sent the attempt. Raises Unavailable or BadAnswer where
        it is unknown whether it was carried out: ask Zoom before the next try.
        """
        try:
            return read(reply.result() if reply else self.perform(attempt), datetime.now(UTC))
        except TokenRejected:
            self._tokens.renew(attempt.token)
            return read(self.perform(self.prepare(call)), datetime.now(UTC))
        except RateLimited as error:
            self._share_limit(error, call)
            raise

    def access_token(self) -> str:
        """For what is not a call of the API: a download."""
        return self._tokens.current().value

    def retry[R](self, act: Callable[[], R], on: tuple[type[Exception], ...], tries: int = 3) -> R:
        """What `act` returns, tried again after these errors; in the end the error is raised."""
        return retrying(*on, tries=tries, pause=self._patience.pause)(act)

    def close(self) -> None:
        self._transport.close()

    def _wait_or_raise(self, error: TryLater, call: Call[Any], tries: int) -> None:
        if isinstance(error, RateLimited):
            self._share_limit(error, call)
        if isinstance(error, PageTokenExpired) or tries >= self._patience.tries:
            raise error
        pause = self._patience.pause(tries)
        if error.not_before:
            pause = (error.not_before - datetime.now(UTC)).total_seconds()
        if pause > self._patience.longest_wait:
            raise error
        time.sleep(max(0.0, pause))

    def _share_limit(self, error: RateLimited, call: Call[Any]) -> None:
        """A limit of the whole account holds for all workers."""
        if error.is_account_wide and error.not_before:
            self._pacer.block(call.label, error.not_before)


class PagePrefetcher:
    """A helper thread that fetches the next page while the caller works on this one; or several of them.

    Leaving the block leaves no thread behind: it waits for the requests under way, and starts no other.
    """

    def __init__(self, fetcher: Fetcher, threads: int = 1) -> None:
        self._fetcher = fetcher
        self._threads = threads
        self._stop = threading.Event()
        self._pool: ThreadPoolExecutor | None = None  # most listings have one page and need none

    def begin(self, call: Call[Any]) -> Begun | None:
        """None where it cannot begin now: then the caller meets the reason when its turn comes."""
        try:
            attempt = self._fetcher.prepare(call)
        except ZoomError:
            return None
        self._pool = self._pool or ThreadPoolExecutor(self._threads, thread_name_prefix="zoom-ahead")
        return Begun(attempt, self._pool.submit(self._fetcher.perform, attempt, self._stop))

    def close(self) -> None:
        self._stop.set()
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RequestsAhead:
    """Requests that are sent before their turn, side by side. Each answer waits for its call.

    For one thread: the answer is as old as the request, so no other may get it.
    """

    AT_ONCE = 6

    def __init__(self, fetcher: Fetcher) -> None:
        self._prefetcher = PagePrefetcher(fetcher, self.AT_ONCE)
        self._begun: dict[object, Begun | None] = {}

    def send(self, call: Call[Any]) -> None:
        """The same call is not sent twice."""
        if _key(call) not in self._begun:
            self._begun[_key(call)] = self._prefetcher.begin(call)

    def take(self, call: Call[Any]) -> Begun | None:
        """The request that was sent for this call, once."""
        return self._begun.pop(_key(call), None)

    def close(self) -> None:
        self._prefetcher.close()


def _key(call: Call[Any]) -> object:
    return call.method, call.path, tuple(sorted(call.params.items()))


def _request(call: Call[Any], token: AccessToken) -> Request:
    return Request(
        call=call.name,
        method=call.method,
        url=f"{api_base(settings.ZOOM_API_URL, token.api_url)}{call.path}",
        authorization=f"Bearer {token.value}",
        params=call.params,
        json=call.body,
        secrets=(token.value,),
        label=call.label,
    )
