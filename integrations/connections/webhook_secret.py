"""The secret that a brand's Zoom app signs its webhook events with."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from integrations.models import ZoomConnection
from integrations.settings_changes.apply_change import demand_right
from integrations.settings_changes.errors import ActionError
from integrations.settings_changes.history import Actor, Scope, SecretState, change_of

MAX_LENGTH = 200  # Zoom's have 22 characters


class WebhookSecretError(ActionError):
    """The secret can't be one of Zoom's; the text says why."""


def set_webhook_secret(connection: ZoomConnection, typed: str, *, actor: Actor | None) -> None:
    """From now on only this secret signs for the account. The history notes that it changed, not the value.

    Raises `WebhookSecretError`.
    """
    demand_right(actor)
    secret = checked_secret(typed)
    with transaction.atomic():
        row = _locked(connection)
        if row.webhook_secret != secret:
            _change(row, secret, SecretState.NEW if row.webhook_secret else SecretState.OWN, actor)
    connection.webhook_secret = secret


def remove_webhook_secret(connection: ZoomConnection, *, actor: Actor | None) -> None:
    """The environment's secret signs for the account again."""
    demand_right(actor)
    with transaction.atomic():
        row = _locked(connection)
        if row.webhook_secret:
            _change(row, "", SecretState.DEFAULT, actor)
    connection.webhook_secret = ""


def _locked(connection: ZoomConnection) -> ZoomConnection:
    rows = ZoomConnection.objects.select_related("brand").select_for_update(of=("self",))
    return rows.get(pk=connection.pk)


def _change(row: ZoomConnection, secret: str, new: SecretState, actor: Actor | None) -> None:
    old = SecretState.OWN if row.webhook_secret else SecretState.DEFAULT
    ZoomConnection.objects.filter(pk=row.pk).update(webhook_secret=secret)
    change_of(row.brand, actor, Scope.CONNECTION, "webhook_secret", old, new, target=row.account_id).save()


def checked_secret(typed: str) -> str:
    """The secret without what was pasted around it. Raises `WebhookSecretError`."""
    secret = typed.strip()
    if not secret:
        raise WebhookSecretError(_("Enter the Secret Token of your Zoom app."))
    if len(secret) > MAX_LENGTH or not re.fullmatch(r"[!-~]+", secret) or "," in secret:
        raise WebhookSecretError(
            _("That doesn't look like a Secret Token: letters, digits and signs, no spaces or commas.")
        )
    return secret
