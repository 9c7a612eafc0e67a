"""API tokens, and the first answers that an idempotency key repeats."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.encryption import EncryptedTextField
from core.roles import RIGHTS, Right, Role


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self) -> Self:
        """Tokens that open the API now: neither revoked nor past their end."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)


class ApiToken(models.Model):
    """What a program signs in with (D1). The token itself is shown once; its digest is all that is kept."""

    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the token, in hexadecimal."))
    callback_secret = EncryptedTextField(
        help_text=_("Signs the callbacks of jobs that were made with this token (Standard Webhooks).")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    # The rate limit: how many requests it made in the minute that it was last used in.
    counted_minute = models.BigIntegerField(default=0, help_text=_("Minutes since 1970."))
    counted_requests = models.PositiveIntegerField(default=0)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(revoked_at__isnull=True), name="apitoken_one_live_per_name"
            ),
            models.UniqueConstraint(fields=["digest"], name="apitoken_digest_unique"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="apitoken_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and not self.has_expired

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class StoredAnswer(models.Model):
    """The first answer to a POST with an idempotency key; without `finished_at` it is under way."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(_("idempotency key"), max_length=255)
    fingerprint = models.CharField(max_length=64, help_text=_("Digest of the method, the path and the body."))
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        verbose_name = _("stored answer")
        verbose_name_plural = _("stored answers")
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="storedanswer_natural_key"),
        ]
        # What is old enough to be forgotten.
        indexes = [models.Index(fields=["started_at"], name="storedanswer_oldest_first")]

    def __str__(self) -> str:
        return f"{self.token_id}: {self.key[:20]}"
