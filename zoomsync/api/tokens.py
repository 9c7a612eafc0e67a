"""API tokens: one function for each change, atomic. Who may make it is the caller's decision.

A token is 256 random bits, so a plain digest is enough to store, and finding it by that digest tells an
attacker nothing about the time that a comparison takes.
"""

import logging
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.local_secret import webhook_secret
from core.roles import Role
from core.security_log import SecurityCode, record
from zoomsync.api.models import ApiToken
from zoomsync.models import User

PREFIX = "zst_"  # so that scanners for leaked secrets can know a token by its looks
MAX_DAYS = 3650

logger = logging.getLogger(__name__)


class TokenError(Exception):
    """Nothing was changed. `str(error)` is a sentence for the person who asked for it."""


class NewToken(NamedTuple):
    token: ApiToken
    plain: str  # shown once, and nowhere stored


def create_token(
    name: str, role: str, *, days: int | None = None, created_by: User | None = None
) -> NewToken:
    """A token that ends after so many days, or never. Raises `TokenError`."""
    name = _clean_name(name)
    expires_at = _end_after(days)
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        name=name,
        role=Role(role),
        digest=digest_of(plain),
        callback_secret=webhook_secret(),
        created_by=created_by,
        expires_at=expires_at,
    )
    try:
        with transaction.atomic():
            _retire_expired(name)
            token.save(force_insert=True)
            record(SecurityCode.TOKEN_CREATED, subject=name, role=token.role)
    except IntegrityError:
        raise TokenError(_("There is a token called “%(name)s” already.") % {"name": name}) from None
    logger.info("API token %s created as %s", token.pk, token.role)
    return NewToken(token, plain)


def revoke_token(token: ApiToken) -> None:
    """From now on it opens nothing. Revoking it again changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record(SecurityCode.TOKEN_REVOKED, subject=token.name)
    token.refresh_from_db(fields=["revoked_at"])
    logger.info("API token %s revoked", token.pk)


def digest_of(plain: str) -> str:
    return sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()


def _clean_name(raw: str) -> str:
    name = " ".join(raw.split())
    if not name:
        raise TokenError(_("Give the token a name."))
    if len(name) > 100 or not name.isprintable():
        raise TokenError(_("A name has at most 100 characters, all of them printable."))
    return name


def _end_after(days: int | None) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= MAX_DAYS:
        raise TokenError(_("A token ends after 1 to %(most)d days.") % {"most": MAX_DAYS})
    return timezone.now() + timedelta(days=days)


def _retire_expired(name: str) -> None:
    """An expired token doesn't block its name."""
    expired = ApiToken.objects.filter(name__iexact=name, revoked_at=None, expires_at__lte=timezone.now())
    expired.update(revoked_at=timezone.now())
