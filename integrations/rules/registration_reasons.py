"""Why a registration was not made, or not yet: the codes that the API documents.

What a person reads about each is in `workflows.registrations.wording`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RefusalReason(StrEnum):
    """Trying again brings nothing until someone changes something."""

    CONTACT_NOT_FOUND = "contact_not_found"
    MISSING_FIRST_NAME = "missing_first_name"
    MISSING_LAST_NAME = "missing_last_name"
    INVALID_EMAIL = "invalid_email"
    HOST = "host"
    CONNECTED_USER = "connected_user"
    PANELIST = "panelist"
    OTHER_BRAND = "other_brand"
    NO_PRIMARY_CONNECTION = "no_primary_connection"
    WEBINAR_NOT_FOUND = "webinar_not_found"
    NOT_SUPPORTED = "not_supported"
    REGISTRATION_OFF = "registration_off"
    FORM_REQUIRES_FIELDS = "form_requires_fields"
    WEBINAR_OVER = "webinar_over"
    OCCURRENCE_NOT_FOUND = "occurrence_not_found"
    REGISTRATION_CLOSED = "registration_closed"
    WEBINAR_FULL = "webinar_full"
    PAID_REGISTRATION = "paid_registration"
    EMAIL_NOT_ALLOWED = "email_not_allowed"
    DENIED_BEFORE = "denied_before"
    SCOPE_MISSING = "scope_missing"
    NOT_CONNECTED = "not_connected"


class WaitReason(StrEnum):
    """It is tried again without anybody's doing."""

    DAILY_LIMIT = "daily_limit"
    RATE_LIMITED = "rate_limited"
    ZOOM_UNAVAILABLE = "zoom_unavailable"
    TOKEN_REFRESH = "token_refresh"  # noqa: S105 - not a password


@dataclass(frozen=True, slots=True)
class Refusal:
    """`fields`: those of the form that are missing; `scopes`: those that the app lacks; `zoom`: its words."""

    reason: RefusalReason
    fields: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    zoom: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` is when Zoom lets us try again, where it said so."""

    reason: WaitReason
    until: datetime | None = None
    zoom: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A "no" that we do not know, in Zoom's words."""

    zoom: str


@dataclass(frozen=True, slots=True)
class AlreadyRegistered:
    """Zoom says so instead of returning the first registration."""
