"""A total time for one HTTP call: from sending to the last byte of the answer, headers included.

`requests` bounds each read only, so a server that drips a byte now and then holds a worker for ever. Here
every read from the socket gets what is left of the call's time.
"""

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_current = threading.local()  # a call sends and reads its answer in one thread


@contextmanager
def total_time(seconds: float) -> Iterator[None]:
    """Calls made in here through a `DeadlineAdapter` raise a time-out once `seconds` have passed."""
    _current.ends_at = time.monotonic() + seconds
    try:
        yield
    finally:
        del _current.ends_at


def seconds_left() -> float:
    """What is left for this thread's call; infinite outside of `total_time`. Raises TimeoutError."""
    left = getattr(_current, "ends_at", float("inf")) - time.monotonic()
    if left <= 0:
        raise TimeoutError("the total time of the call is over")
    return left


class _TimedReader(io.RawIOBase):
    """Reads from the socket, each time waiting no longer than the call may still take."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._read_timeout = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = seconds_left()
        wait = left if self._read_timeout is None else min(left, self._read_timeout)
        self._sock.settimeout(None if wait == float("inf") else wait)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock))


class TimedConnection(HTTPConnection):
    response_class = _TimedResponse


class TimedSecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = TimedConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = TimedSecureConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _SecurePool}


class DeadlineAdapter(HTTPAdapter):
    """For `requests.Session.mount`: makes `total_time` hold, directly and through proxies."""

    direct_pools = _POOLS

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self.direct_pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
