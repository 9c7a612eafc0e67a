"""gunicorn's threaded worker with a time limit for slow clients.

    gunicorn zoomsync.wsgi --worker-class=zoomsync.web_worker.Worker

gunicorn gives a connection a thread as soon as its first byte is there. A client that then sends headers or a
body byte by byte, or does not read the answer, would keep that thread for as long as it likes, and 16 of them
the whole app. A proxy that buffers requests keeps them away (docs/operations.md); without one, this does.
"""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

SECONDS = 10.0  # for the headers, and for a body beside what its length allows
BYTES_PER_SECOND = 8_000  # of a body: 64 kbit/s
SECONDS_TO_SEND = 60.0  # until the client has taken a piece of the answer


class TimedSocket(socket.socket):
    """A client's socket whose request has to arrive within its time."""

    _begun = 0.0
    _received = 0

    @classmethod
    def of(cls, sock: socket.socket) -> Self:
        return cls(sock.family, sock.type, sock.proto, fileno=sock.detach())

    def begin(self) -> None:
        """A request begins."""
        self._begun, self._received = time.monotonic(), 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        ends_at = self._begun + SECONDS + self._received / BYTES_PER_SECOND
        with self._within(ends_at - time.monotonic()):
            data = super().recv(size, flags)
        self._received += len(data)
        return data

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        with self._within(SECONDS_TO_SEND):
            super().sendall(data, flags)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Reports a time-out as a reset connection, which gunicorn doesn't log as an error."""
        before = self.gettimeout()
        try:
            self.settimeout(max(0.001, seconds if before is None else min(before, seconds)))
            yield
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow") from None
        finally:
            self.settimeout(before)


class Worker(ThreadWorker):  # type: ignore[misc]
    def enqueue_req(self, conn: TConn) -> None:
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket.of(conn.sock)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> object:
        conn.sock.begin()
        return super().handle(conn)
