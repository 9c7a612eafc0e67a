"""What Zoom's "no" to a registration means: a refusal by its reason, a wait, or words no one knows yet.

Code 3000 is used for many things, so its text decides. Each rule has where it was documented or
seen; the order matters, the first that fits holds.
"""

import re
from dataclasses import dataclass

from integrations.rules.registration_reasons import (
    AlreadyRegistered,
    Failure,
    Refusal,
    RefusalReason,
    Wait,
    WaitReason,
)
from integrations.zoom.errors import (
    LimitKind,
    MissingScope,
    NotConnected,
    NotFound,
    RateLimited,
    SignInRefused,
    TokenRejected,
    TokenUnavailable,
    TryLater,
    ZoomError,
)

type Meaning = Refusal | Wait | Failure | AlreadyRegistered

_NAMES = {
    "email": RefusalReason.INVALID_EMAIL,
    "first_name": RefusalReason.MISSING_FIRST_NAME,
    "last_name": RefusalReason.MISSING_LAST_NAME,
}


@dataclass(frozen=True, slots=True)
class _Rule:
    reason: RefusalReason
    codes: frozenset[int] = frozenset()
    words: str = ""

    def fits(self, code: int | None, text: str) -> bool:
        has_code = not self.codes or code in self.codes
        return has_code and re.search(self.words, text, re.IGNORECASE) is not None


_RULES = (
    # 3000: "This webinar does not have registration as required", "Registration has not been enabled for this
    # webinar"; the latter has been seen with 300 and 404 too.
    _Rule(
        RefusalReason.REGISTRATION_OFF,
        words="registration has not been enabled|(does not|doesn't) have registration",
    ),
    # 3027: "Host cannot register." It is said to alternative hosts too (indico-plugins 319).
    _Rule(RefusalReason.HOST, frozenset({3027})),
    # 3034: "If you have been invited, please input your work email address."
    _Rule(RefusalReason.EMAIL_NOT_ALLOWED, frozenset({3034})),
    # 3000: "You have been invited as a panelist for the webinar, please check your email …"
    _Rule(RefusalReason.PANELIST, frozenset({3000}), "panelist"),
    # 3000: "The Zoom REST API does not support paid registration."
    _Rule(RefusalReason.PAID_REGISTRATION, frozenset({3000}), "paid registration"),
    # 3035 (status), 3043 (batch): "Webinar has reached maximum attendee capacity."; which code adding one
    # person gets is not confirmed. 3000: "You have reached the limit for the number of attendees …"
    _Rule(RefusalReason.WEBINAR_FULL, frozenset({3035, 3043})),
    _Rule(RefusalReason.WEBINAR_FULL, frozenset({3000}), "limit for the number of attendees|capacity"),
    # Denied or cancelled by the host before (devforum 39340); code and words are not confirmed.
    _Rule(RefusalReason.DENIED_BEFORE, words=r"\b(denied|blocked|removed by the host)\b"),
    # 3038: "Webinar is over, you cannot register now. …"
    _Rule(RefusalReason.WEBINAR_OVER, frozenset({3038})),
    _Rule(RefusalReason.REGISTRATION_CLOSED, words="registration (is|has been|was) closed"),
    # 300: "… you have provided an invalid occurrence ID: {id}."
    _Rule(RefusalReason.OCCURRENCE_NOT_FOUND, words="occurrence ?id"),
    # 300: "Invalid webinar ID."
    _Rule(RefusalReason.WEBINAR_NOT_FOUND, frozenset({300}), "invalid webinar id"),
)


def meaning_of(error: ZoomError) -> Meaning:
    """What to do about an error that adding or removing a registrant ended in. Pure."""
    text = error.details.text or error.message
    if isinstance(error, TryLater):
        return _wait(error, text)
    if isinstance(error, MissingScope):
        return Refusal(RefusalReason.SCOPE_MISSING, scopes=error.scopes, zoom=text)
    if error.details.fields:
        return _incomplete(error.details.fields, text)
    if error.details.code == 3000 and re.search("already (been )?registered", text, re.IGNORECASE):
        return AlreadyRegistered()
    reason = _reason(error, text)
    return Refusal(reason, zoom=text) if reason else Failure(text)


def _wait(error: TryLater, text: str) -> Wait:
    if isinstance(error, TokenUnavailable):
        return Wait(WaitReason.TOKEN_REFRESH, error.not_before, text)
    if not isinstance(error, RateLimited):
        return Wait(WaitReason.ZOOM_UNAVAILABLE, error.not_before, text)
    is_daily = error.kind is LimitKind.PER_REGISTRANT
    reason = WaitReason.DAILY_LIMIT if is_daily else WaitReason.RATE_LIMITED
    return Wait(reason, error.not_before, text)


def _reason(error: ZoomError, text: str) -> RefusalReason | None:
    known = next((rule.reason for rule in _RULES if rule.fits(error.details.code, text)), None)
    if known:
        return known
    if isinstance(error, NotConnected | SignInRefused | TokenRejected):
        return RefusalReason.NOT_CONNECTED
    if isinstance(error, NotFound) and error.details.code == 3001:
        return RefusalReason.WEBINAR_NOT_FOUND
    return None


def _incomplete(fields: tuple[str, ...], text: str) -> Refusal:
    """300 "Validation Failed." with the fields. Fields beyond the names are reported first."""
    titles = tuple(field.removeprefix("custom_questions.") for field in fields)
    unknown = tuple(title for title in titles if title not in _NAMES)
    if unknown:
        return Refusal(RefusalReason.FORM_REQUIRES_FIELDS, fields=unknown, zoom=text)
    return Refusal(_NAMES[titles[0]], zoom=text)
