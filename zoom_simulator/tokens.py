"""Which tokens are good, for what, and until when. The pages and answers of OAuth are in `oauth`."""

import secrets
import threading
from datetime import datetime, timedelta

from msgspec import Struct

from zoom_simulator.clock import Clock

ACCESS_LIFETIME = timedelta(hours=1)
CODE_LIFETIME = timedelta(minutes=5)


class Grant(Struct, frozen=True):
    """What a token allows."""

    user_id: str
    scopes: frozenset[str]
    expires: datetime
    family: str
    """All tokens that came from one consent share it: revoking one revokes all."""


class Code(Struct, frozen=True):
    redirect_uri: str
    challenge: str
    challenge_method: str
    user_id: str
    expires: datetime


class Tokens:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, str] = {}
        """Refresh token by family: an older one of the same family is dead."""
        self._owners: dict[str, str] = {}
        self._codes: dict[str, Code] = {}
        self._downloads: dict[str, tuple[str, datetime]] = {}
        self.refreshed = 0

    def new_access(self, user_id: str, scopes: frozenset[str], family: str = "") -> str:
        token = _random("at")
        with self._lock:
            self._access[token] = Grant(
                user_id=user_id, scopes=scopes, expires=self.clock.now() + ACCESS_LIFETIME, family=family
            )
        return token

    def new_refresh(self, user_id: str, family: str = "") -> tuple[str, str]:
        """A refresh token and its family; it kills the family's older one."""
        token, family = _random("rt"), family or _random("fam")
        with self._lock:
            self._refresh[family], self._owners[family] = token, user_id
        return token, family

    def rotate(self, token: str) -> tuple[str, str, str] | None:
        """The next refresh token, its family and user, in place of this one; None if this one is dead."""
        with self._lock:
            family = next((key for key, one in self._refresh.items() if one == token), None)
            if family is None:
                return None
            self._refresh[family] = following = _random("rt")
            self.refreshed += 1
            return following, family, self._owners[family]

    def restore_refresh(self, family: str, token: str, user_id: str) -> None:
        with self._lock:
            self._refresh[family], self._owners[family] = token, user_id

    def access(self, token: str) -> Grant | None:
        with self._lock:
            return self._access.get(token)

    def knows(self, text: str) -> bool:
        """Whether it is a token or a code that was handed out here, and still good for something."""
        with self._lock:
            return text in self._access or text in self._codes or text in self._refresh.values()

    def revoke(self, token: str) -> bool:
        """Ends the token, and all that came from the same consent."""
        with self._lock:
            grant = self._access.pop(token, None)
            family = next((key for key, one in self._refresh.items() if one == token), None)
            family = family or (grant.family if grant else None)
            if family:
                self._refresh.pop(family, None)
                self._access = {key: one for key, one in self._access.items() if one.family != family}
            return bool(grant or family)

    def expire_access(self) -> None:
        """Every access token handed out so far is expired from now on; refresh tokens stay."""
        past = self.clock.now() - timedelta(seconds=1)
        with self._lock:
            self._access = {
                key: Grant(user_id=one.user_id, scopes=one.scopes, expires=past, family=one.family)
                for key, one in self._access.items()
            }

    def new_code(self, redirect_uri: str, challenge: str, method: str, user_id: str) -> str:
        code = _random("code")
        with self._lock:
            self._codes[code] = Code(
                redirect_uri=redirect_uri,
                challenge=challenge,
                challenge_method=method,
                user_id=user_id,
                expires=self.clock.now() + CODE_LIFETIME,
            )
        return code

    def take_code(self, code: str) -> Code | None:
        """A code works once."""
        with self._lock:
            found = self._codes.pop(code, None)
        return found if found and found.expires >= self.clock.now() else None

    def new_download(self, uuid: str, seconds: int) -> str:
        """A token that only opens the files of one instance."""
        token = _random("dl")
        with self._lock:
            self._downloads[token] = uuid, self.clock.now() + timedelta(seconds=seconds)
        return token

    def opens(self, token: str, uuid: str) -> bool:
        """Whether a download of this instance's files is allowed with the token."""
        now = self.clock.now()
        with self._lock:
            grant, download = self._access.get(token), self._downloads.get(token)
        if grant:
            return grant.expires >= now
        return bool(download and download[0] == uuid and download[1] >= now)


def _random(kind: str) -> str:
    return f"{kind}_{secrets.token_urlsafe(32)}"
