"""Asking to be called when something ends: the apps below say of what, the project's root says how.

A subject is the thing's name among all apps, such as "registration:7".
"""

from typing import Any, Protocol

from core.api.access import Caller


class AskForCallback(Protocol):
    """Calls the address when the subject ends, or at once if it has ended, with its `content`.

    Raises ValueError with a sentence about the address. Call it in a transaction in which the
    subject cannot end.
    """

    def __call__(self, subject: str, url: str, caller: Caller, content: dict[str, Any] | None) -> None: ...


_providers: list[AskForCallback] = []


def provide_callbacks(ask: AskForCallback) -> None:
    _providers[:] = [ask]


def ask_for_callback(subject: str, url: str, caller: Caller, content: dict[str, Any] | None) -> None:
    (ask,) = _providers
    ask(subject, url, caller, content)
