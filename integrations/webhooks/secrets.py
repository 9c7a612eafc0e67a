"""Which webhook secret counts for which Zoom account.

A connection may have a secret of its own: then only that one signs for its account. The environment's is for
accounts without one. So one brand's secret can't disconnect another brand.
"""

from dataclasses import dataclass

from django.conf import settings

from integrations.models import ZoomConnection

type Secrets = frozenset[str]


def default_secrets() -> Secrets:
    """Those of the environment. Several, such as an old and a new one, are separated by commas."""
    return frozenset(secret.strip() for secret in settings.ZOOM_WEBHOOK_SECRET_TOKEN.split(",")) - {""}


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """All secrets as they are now."""

    connections: tuple[ZoomConnection, ...]
    default: Secrets

    @classmethod
    def load(cls) -> "WebhookSecrets":
        """One query."""
        rows = ZoomConnection.objects.only("account_id", "state", "webhook_secret").order_by("pk")
        return cls(tuple(rows), default_secrets())

    def all(self) -> Secrets:
        return self.default.union(*map(self.of, self.connections))

    def of(self, connection: ZoomConnection | None) -> Secrets:
        """The secrets that sign for this connection's account, or for accounts no brand is connected to."""
        if connection is not None and connection.webhook_secret:
            return frozenset({connection.webhook_secret})
        return self.default

    def connection(self, account_id: str) -> ZoomConnection | None:
        """The connection that has this account now, if several brands have had it."""
        same = [row for row in self.connections if row.account_id == account_id]
        same.sort(key=lambda row: row.state == ZoomConnection.State.DISCONNECTED)
        return same[0] if same else None
