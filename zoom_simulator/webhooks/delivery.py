"""Delivers events as Zoom does: signed, within 3 seconds or again later, to an address that has proved
itself.

Zoom's pauses between the attempts (5, 20 and 60 minutes) are shortened. Tests can make deliveries go wrong:
dropped, doubled, or held back and let go in another order.
"""

import hashlib
import hmac
import itertools
import queue
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec
import requests
from msgspec import Struct

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.base import Event
from zoom_simulator.tokens import Tokens
from zoom_simulator.webhooks.bodies import event_body

ANSWER_WITHIN = 3.0
VALID_FOR = timedelta(hours=72)
VALIDATE_AGAIN_AFTER = 2.0
# Zoom tries 5, 25 and 85 minutes after an event, and then no more.
TRIED_FOR = timedelta(minutes=85)


class Delivery(Struct):
    """An event on its way, or what became of it."""

    event: str
    body: bytes
    attempts: int = 0
    status: int = 0
    """Of the last attempt; 0 if there was no answer."""
    dropped: bool = False


class Webhooks:
    def __init__(self, account: SimulatedAccount, tokens: Tokens, url: str = "", secret: str = "") -> None:
        self.account, self.tokens = account, tokens
        self.url, self.secret = url, secret
        self.pauses: Sequence[float] = (0.5, 2.0, 6.0)
        """Seconds between the attempts; Zoom waits 300, 1200 and 3600."""
        self.timestamp_in_milliseconds = False
        self.log: list[Delivery] = []
        self._validated: datetime | None = None
        self._first_validated: datetime | None = None
        self._drop = self._double = 0
        self._held: list[Delivery] | None = None
        self._due: queue.PriorityQueue[tuple[float, int, Delivery | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._unfinished = 0
        self._idle = threading.Condition()
        self._stopping = threading.Event()
        self._session = requests.Session()
        account.listeners.append(self.tell)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Delivers in a thread while the block runs."""
        thread = threading.Thread(target=self._work, name="zoom-simulator-webhooks", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._due.put((0.0, -1, None))
            thread.join(timeout=ANSWER_WITHIN + 1)
            self._session.close()

    def configure(self, url: str, secret: str) -> bool:
        """Sets the address and asks it to prove itself, as Zoom's marketplace does; whether it did."""
        self.url, self.secret, self._validated = url, secret, None
        return self.validate()

    def validate(self) -> bool:
        """The answer must contain the token that was sent, signed with the secret."""
        plain = secrets.token_urlsafe(16)
        body = {
            "event": "endpoint.url_validation",
            "event_ts": self._milliseconds(),
            "payload": {"plainToken": plain},
        }
        right = {"plainToken": plain, "encryptedToken": self._signed(plain.encode())}
        try:
            answer = self._post(msgspec.json.encode(body))
            valid = answer.status_code == 200 and answer.json() == right
        except requests.RequestException:
            valid = False
        is_first = valid and self._first_validated is None
        self._validated = self.account.clock.now() if valid else None
        if is_first:
            self._first_validated = self._validated
            self._tell_of_running()
        return valid

    def _tell_of_running(self) -> None:
        """What began before there was an address, and is still being tried: the webinars that go on."""
        since = self.account.clock.now() - TRIED_FOR
        for webinar in list(self.account.webinars.values()):
            if (instance := webinar.live) and instance.start > since:
                self.tell(
                    Event(name="webinar.started", at=instance.start, webinar=webinar, instance=instance)
                )

    @property
    def is_valid(self) -> bool:
        return self._validated is not None and self.account.clock.now() - self._validated < VALID_FOR

    def tell(self, event: Event) -> None:
        """A listener of the world."""
        if self.url:
            body = event_body(self.account, self.tokens, event)
            self.send(event.name, msgspec.json.encode(body))

    def send(self, event: str, body: bytes) -> Delivery:
        """Any body at all: tests send the ones that Zoom would not."""
        delivery = Delivery(event=event, body=body)
        self.log.append(delivery)
        if self._drop:
            self._drop -= 1
            delivery.dropped = True
        elif self._held is not None:
            self._held.append(delivery)
        else:
            copies = 2 if self._double else 1
            self._double = max(0, self._double - 1)
            for _ in range(copies):
                self._enqueue(delivery, 0.0)
        return delivery

    def drop(self, count: int = 1) -> None:
        """The next events never arrive."""
        self._drop = count

    def double(self, count: int = 1) -> None:
        """The next events arrive twice."""
        self._double = count

    def hold(self) -> None:
        """Events wait from now on."""
        self._held = []

    def release(self, *, backwards: bool = False) -> None:
        """The waiting ones go out, the last one first if asked for."""
        held, self._held = self._held or [], None
        for delivery in reversed(held) if backwards else held:
            self._enqueue(delivery, 0.0)

    def wait(self, seconds: float = 10.0) -> bool:
        """Until all is delivered or given up; False if that took too long."""
        with self._idle:
            return self._idle.wait_for(lambda: self._unfinished == 0, timeout=seconds)

    def _enqueue(self, delivery: Delivery, pause: float) -> None:
        with self._idle:
            self._unfinished += 1
        self._due.put((time.monotonic() + pause, next(self._numbers), delivery))

    def _work(self) -> None:
        next_validation = 0.0
        while not self._stopping.is_set():
            if self.url and not self.is_valid and time.monotonic() >= next_validation:
                self.validate()
                next_validation = time.monotonic() + VALIDATE_AGAIN_AFTER
            try:
                due, number, delivery = self._due.get(timeout=0.2)
            except queue.Empty:
                continue
            if delivery is None:
                return
            if due > time.monotonic():
                self._due.put((due, number, delivery))
                self._stopping.wait(min(0.05, due - time.monotonic()))
                continue
            self._deliver(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        if not self.is_valid and not self.validate():
            delivery.dropped = True  # Zoom sends nothing to an address that has not proved itself
        else:
            delivery.attempts += 1
            delivery.status = self._attempt(delivery.body)
            done = delivery.status in (200, 204)
            if not done and delivery.attempts <= len(self.pauses):
                self._enqueue(delivery, self.pauses[delivery.attempts - 1])
        with self._idle:
            self._unfinished -= 1
            self._idle.notify_all()

    def _attempt(self, body: bytes) -> int:
        try:
            return self._post(body).status_code
        except requests.RequestException:
            return 0

    def _post(self, body: bytes) -> requests.Response:
        stamp = str(self._milliseconds() if self.timestamp_in_milliseconds else self._milliseconds() // 1000)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zoom Marketplace/1.0a",
            "x-zm-request-timestamp": stamp,
            "x-zm-signature": "v0=" + self._signed(b"v0:" + stamp.encode() + b":" + body),
            "x-zm-trackingid": f"v=2.0;clid=simulator;rid=WEB_{secrets.token_hex(16)}",
        }
        return self._session.post(
            self.url, data=body, headers=headers, timeout=ANSWER_WITHIN, allow_redirects=False
        )

    def _signed(self, message: bytes) -> str:
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()

    def _milliseconds(self) -> int:
        return int(self.account.clock.now().timestamp() * 1000)
