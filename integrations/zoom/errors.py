"""What can go wrong with Zoom, each named for the decision that it asks for.

`TryLater`: the same call may succeed later. `NeedsPerson`: no repetition helps, someone must look.
`NeedsSettings`: a setting in Zoom (scope, plan, role, registration) or of ours must change first.
The subclasses are a closed list of what callers tell apart; the rest is a bug and stays loud.

Nothing here knows HTTP or how Zoom words its errors (`responses.py`), nor what a step does about them.
No text in here ever holds a token or a secret: what Zoom said is cleaned before it becomes `ErrorDetails`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from core.messages import Message
from integrations.zoom import wording  # noqa: F401  registers the words


@dataclass(frozen=True, slots=True)
class ErrorDetails:
    """What Zoom said, in its own words and numbers, and to which call.

    `fields` are those that a "Validation Failed." names.
    """

    call: str = ""
    status: int | None = None
    code: int | None = None
    text: str = ""
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        numbers = [f"HTTP {self.status}" if self.status else "", f"code {self.code}" if self.code else ""]
        return ", ".join(
            part for part in [self.call, *numbers, f"“{self.text}”" if self.text else ""] if part
        )


class ZoomError(Exception):
    """`explanation` is a sentence for people, `details` is Zoom's own text, code and the call."""

    default = Message("zoom.failed")

    def __init__(self, explanation: Message | None = None, *, details: ErrorDetails | None = None) -> None:
        self.explanation = explanation or self.default
        self.details = details or ErrorDetails()
        super().__init__(self.explanation)

    @property
    def message(self) -> str:
        return str(self.explanation)

    @property
    def with_details(self) -> Message:
        """The explanation with what Zoom said, as a message to store."""
        details = str(self.details)
        return (
            Message("zoom.with_details", reason=self.explanation, said=details)
            if details
            else self.explanation
        )

    @property
    def with_zoom_text(self) -> str:
        """For the person who waits: the sentence, then what Zoom itself said, if anything.

        Without a status there was no answer, and the text is ours.
        """
        if self.details.status is None or not self.details.text or self.details.text in self.message:
            return self.message
        code = f" ({_('code')} {self.details.code})" if self.details.code else ""
        return f"{self.message} {_('Zoom says:')} “{self.details.text}”{code}"

    def __str__(self) -> str:
        return str(self.with_details)


class TryLater(ZoomError):  # noqa: N818 - named for the decision
    """Temporary. `not_before` is when to try again, where that is known."""

    default = Message("zoom.try_later")

    def __init__(
        self,
        explanation: Message | None = None,
        *,
        details: ErrorDetails | None = None,
        not_before: datetime | None = None,
    ) -> None:
        super().__init__(explanation, details=details)
        self.not_before = not_before


class NeedsPerson(ZoomError):  # noqa: N818
    """Repeating does not help: someone must look at it."""


class NeedsSettings(ZoomError):  # noqa: N818
    """A setting must change first; the message names it."""


class LimitKind(StrEnum):
    PER_SECOND = "per_second"
    DAILY = "daily"
    PER_REGISTRANT = "per_registrant"  # one person in one webinar a day: says nothing about other calls
    CONCURRENT = "concurrent"  # another write to the same thing is under way


class RateLimited(TryLater):
    default = Message("zoom.rate_limited")

    def __init__(
        self,
        explanation: Message | None = None,
        *,
        kind: LimitKind,
        not_before: datetime,
        details: ErrorDetails | None = None,
    ) -> None:
        super().__init__(explanation, details=details, not_before=not_before)
        self.kind = kind

    @property
    def is_account_wide(self) -> bool:
        return self.kind in {LimitKind.PER_SECOND, LimitKind.DAILY}


class Unavailable(TryLater):
    """No answer at all (connection, time-out), or a 5xx."""

    default = Message("zoom.unavailable")


class TokenUnavailable(Unavailable):
    """There is no valid access token at the moment; one will be fetched."""

    default = Message("zoom.token_unavailable")


class BadAnswer(TryLater):
    """An answer that is not what Zoom documents: HTML, cut off, the wrong types. Often gone the next time."""

    default = Message("zoom.bad_answer")

    @property
    def with_zoom_text(self) -> str:
        """Without the words: they are not Zoom's, or not for people."""
        return self.message


class NotServed(BadAnswer):
    """A "no" that is not in Zoom's words: something before its API has no such address, or not for us.

    Who can do without the answer need not wait for it; everyone else tries again.
    """


class PageTokenExpired(TryLater):
    """Zoom's page tokens live 15 minutes; the listing has to start again."""

    default = Message("zoom.page_token_expired")


class NotFound(NeedsPerson):
    default = Message("zoom.not_found")


class TooOld(NeedsPerson):
    default = Message("zoom.too_old")


class TokenRejected(NeedsPerson):
    default = Message("zoom.token_rejected")


class NotConnected(NeedsPerson):
    default = Message("zoom.not_connected")


class SignInRefused(NeedsPerson):
    """Zoom gave no token: wrong credentials, a revoked or expired permission, a deactivated app.

    `reason` is OAuth's name for it ("invalid_grant": only a new permission helps).
    """

    default = Message("zoom.credentials_rejected")

    def __init__(
        self, explanation: Message | None = None, *, reason: str = "", details: ErrorDetails | None = None
    ) -> None:
        super().__init__(explanation, details=details)
        self.reason = reason


class Refused(NeedsPerson):
    """Every other "no" of Zoom; what it said is kept."""

    default = Message("zoom.rejected")


class MissingScope(NeedsSettings):
    """The app in Zoom lacks a permission. `scopes` are the names that Zoom gave: any one will do."""

    default = Message("zoom.scope_missing")

    def __init__(
        self,
        explanation: Message | None = None,
        *,
        scopes: tuple[str, ...] = (),
        details: ErrorDetails | None = None,
    ) -> None:
        if scopes and explanation is None:
            explanation = Message("zoom.scopes_missing", scopes=list(scopes))
        super().__init__(explanation, details=details)
        self.scopes = scopes


class NoWebinarPlan(NeedsSettings):
    default = Message("zoom.no_webinar_license")


class PaidPlanNeeded(NeedsSettings):
    default = Message("zoom.plan_required")


class NoPermission(NeedsSettings):
    default = Message("zoom.permission_denied")


class RegistrationNotEnabled(NeedsSettings):
    default = Message("zoom.registration_off")


class WrongAddress(NeedsSettings):
    default = Message("zoom.wrong_address")


# What Zoom may answer about one session for good: asking again brings nothing else.
FOR_GOOD = (MissingScope, NoPermission, PaidPlanNeeded, NotFound, TooOld, Refused)
# The same where one can do without the answer.
DISPENSABLE = (*FOR_GOOD, NotServed)
