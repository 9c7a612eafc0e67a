"""What doesn't work because the app in Zoom lacks scopes, and the connection's warning about it.

By the scopes that came with the last token: connecting, and each discovery that came to its end, reconciles
the warning by them. Which scopes a feature needs is in `zoom.oauth.scopes`.
"""

from django.utils.translation import gettext_lazy as _

from core.messages import Message, define
from integrations import audit
from integrations.audit import AuditCode
from integrations.models import SyncRun, ZoomConnection
from integrations.sync import wording  # noqa: F401  registers the words
from integrations.zoom.oauth.scopes import Feature, missing_scopes

# What the app cannot do where the scopes of a feature lack.
WITHOUT = {
    Feature.USERS: _("Only the connected user's webinars are visible"),
    Feature.WEBINARS: _("No webinars are visible"),
    Feature.REGISTRANTS: _("Registrations don't sync"),
    Feature.ATTENDANCE: _("Attendance doesn't sync"),
    Feature.PANELISTS: _("Practice sessions may be mistaken for real sessions"),
    Feature.REPORTS: _("The exact times of sessions, and archived webinars, are missing"),
    Feature.RECORDINGS: _("Recordings don't sync"),
    Feature.TRANSCRIPTS: _("Transcripts don't sync"),
    Feature.REGISTER: _("Contacts can't be registered for webinars"),
    Feature.UNREGISTER: _("Contacts can't be removed from webinars"),
}
define({f"without_scope.{feature}": text for feature, text in WITHOUT.items()})


def lacking(connection: ZoomConnection) -> list[tuple[str, list[str]]]:
    """What doesn't work because the app in Zoom lacks scopes: in words, and the scopes to add."""
    missing = missing_scopes(connection.scopes, Feature)
    return [(str(WITHOUT[feature]), scopes) for feature, scopes in missing.items()]


def settle_missing_scopes(connection: ZoomConnection, run: SyncRun | None = None) -> None:
    """Open, refresh or clear the connection's warning, by the scopes that it was granted last."""
    connection.refresh_from_db(fields=["scopes"])  # a token that was renewed meanwhile brought its own
    code = AuditCode.ACCOUNT_SCOPES_MISSING
    features = [
        Message("sync.feature_lacking", without=Message(f"without_scope.{feature}"), scopes=scopes)
        for feature, scopes in missing_scopes(connection.scopes, Feature).items()
    ]
    findings = [audit.Finding(code, values={"lacking": features})] if features else []
    because = Message("resolution.scopes_granted")
    audit.reconcile_warnings(connection.brand, None, run, {code}, findings, because)
