"""Email addresses: one spelling for each, and whether one could be delivered to (D5).

Checks the syntax alone, without DNS. A sync calls this for hundreds of thousands of rows, so one regular
expression accepts what nearly all addresses look like, and email-validator decides the rest. A property test
makes sure that the expression accepts nothing that email-validator rejects.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from email_validator import EmailNotValidError, validate_email

from core.domains import LABEL, to_ascii
from core.i18n import gettext_noop

MAX_LENGTH = 254  # of a whole address, RFC 3696 erratum 1690; also the width of the columns that keep one

_REPLACEMENT = "\ufffd"
# What no database column or log should get: controls (PostgreSQL refuses NUL) and lone surrogates.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_CUT = re.compile(r"…[0-9a-f]{8}\Z")

_ATOM = r"[a-z0-9_!#$%&'*+\-/=?^`{|}~]+"
# Left to email-validator: labels with two hyphens (Punycode and its lookalikes) and special-use domains.
_PLAIN = re.compile(
    rf"(?=.{{1,{MAX_LENGTH}}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?!.*--)(?:{LABEL}\.)+"
    rf"(?!(?:arpa|invalid|local|localhost|onion)\Z)(?:[a-z0-9](?:[a-z0-9-]{{0,61}}))?[a-z]\Z"
)


class EmailProblem(StrEnum):
    """Why an address cannot be used, in a sentence for the person who typed or imported it."""

    MISSING = gettext_noop("There is no email address.")
    TOO_LONG = gettext_noop("The email address is longer than 254 characters.")
    UNPRINTABLE = gettext_noop("The email address contains a character that cannot be printed.")
    NO_AT_SIGN = gettext_noop('The email address has no "@".')
    LOCAL_PART = gettext_noop('The part before the "@" is not valid in an email address.')
    DOMAIN = gettext_noop('The part after the "@" is not a domain that can receive email.')


# Copied along from web pages and office programs, and seen by no one: zero-width spaces and joiners, byte
# order marks, soft hyphens, marks of direction, and every space there is.
_ZERO_WIDTH = {
    0xAD,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
}
_INVISIBLE = "".join(chr(code) for code in range(0x10000) if code in _ZERO_WIDTH or chr(code).isspace())


def trimmed(text: str) -> str:
    """The text without spaces and invisible characters at its ends."""
    return text.strip(_INVISIBLE)


def normalise(raw: str | None) -> str:
    """The one spelling by which an address is stored and compared: trimmed, lower case, domain in ASCII.

    Never fails, and never turns an invalid address into a valid one: unprintable characters are replaced,
    not dropped, and what is too long is cut to `MAX_LENGTH`, ending in a digest so that it stays distinct.
    """
    text = trimmed(raw or "").lower()
    if _PLAIN.match(text):
        return text
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub(_REPLACEMENT, text))
    local, at, domain = text.rpartition("@")
    if at:
        text = f"{local}@{to_ascii(domain) or domain}"
    return text if len(text) <= MAX_LENGTH else _cut(text)


def domain_of(email: str) -> str:
    """The domain of a normalised address, or the empty string."""
    return email.rpartition("@")[2] if "@" in email else ""


def is_valid(email: str) -> bool:
    """Whether a normalised address is one by syntax."""
    return _PLAIN.match(email) is not None or problem_of(email) is None


def problem_of(email: str) -> EmailProblem | None:
    """What is wrong with a normalised address, or None."""
    return None if _PLAIN.match(email) else _problem_of_unusual(email)


@lru_cache(maxsize=8192)
def _problem_of_unusual(email: str) -> EmailProblem | None:
    if not email:
        return EmailProblem.MISSING
    if len(email) > MAX_LENGTH or _CUT.search(email):
        return EmailProblem.TOO_LONG
    if _REPLACEMENT in email or _UNPRINTABLE.search(email):
        return EmailProblem.UNPRINTABLE
    if "@" not in email:
        return EmailProblem.NO_AT_SIGN
    if _accepted(email):
        return None
    return (
        EmailProblem.DOMAIN
        if _accepted(f"{email.rpartition('@')[0]}@example.com")
        else EmailProblem.LOCAL_PART
    )


def _accepted(email: str) -> bool:
    """email-validator's word; `strict` is its limit of 64 characters for the part before the "@".

    `.test` passes, unlike other special-use domains: it is no one's, and what rehearsals are made with.
    """
    try:
        validate_email(email, strict=True, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, ValueError):
        return False
    return domain_of(email) != "test"


def _cut(text: str) -> str:
    """The beginning of an address that is too long. The ellipsis keeps it from ever being valid."""
    digest = blake2b(text.encode(), digest_size=4).hexdigest()
    return f"{text[: MAX_LENGTH - 9]}…{digest}"
