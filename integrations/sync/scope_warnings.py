"""What does not work because the app at Zoom lacks scopes: in words, and as the connection's warning.

Decides by the scopes that came with the last token, and by nothing else: connecting, and each discovery that
came to its end, settles the warning by them. Which scopes a feature needs is in `zoom.oauth.scopes`.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations import audit
from integrations.models import SyncRun, ZoomConnection
from integrations.zoom.oauth.scopes import Feature, missing_scopes

# What the app cannot do where the scopes of a feature lack.
WITHOUT: dict[Feature, Promise] = {
    Feature.USERS: gettext_lazy("Only the connected user's webinars are visible"),
    Feature.WEBINARS: gettext_lazy("No webinars are visible"),
    Feature.REGISTRANTS: gettext_lazy("Registrations don't sync"),
    Feature.ATTENDANCE: gettext_lazy("Attendance doesn't sync"),
    Feature.PANELISTS: gettext_lazy("Practice sessions may be mistaken for real sessions"),
    Feature.REPORTS: gettext_lazy("The exact times of sessions, and archived webinars, are missing"),
    Feature.RECORDINGS: gettext_lazy("Recordings don't sync"),
    Feature.TRANSCRIPTS: gettext_lazy("Transcripts don't sync"),
    Feature.REGISTER: gettext_lazy("Contacts can't be registered for webinars"),
    Feature.UNREGISTER: gettext_lazy("Contacts can't be removed from webinars"),
}


def lacking(connection: ZoomConnection) -> list[tuple[str, list[str]]]:
    """What does not work because the app at Zoom lacks scopes: in words, and the scopes to add."""
    missing = missing_scopes(connection.scopes, Feature)
    return [(str(WITHOUT[feature]), scopes) for feature, scopes in missing.items()]


def settle_missing_scopes(connection: ZoomConnection, run: SyncRun | None = None) -> None:
    """Open, refresh or clear the connection's warning, by the scopes that it was granted last."""
    connection.refresh_from_db(fields=["scopes"])  # a token that was renewed meanwhile brought its own
    missing = lacking(connection)
    lines = [f"{words}: {', '.join(scopes)}." for words, scopes in missing]
    found = [audit.Finding("connection", "missing_scope", " ".join(lines), details={"lacking": lines})]
    checked = {("connection", "missing_scope")}
    because = _("The Zoom app has the scopes now.")
    audit.reconcile_warnings(connection.brand, None, run, checked, found if missing else [], because)
