"""E6 and the errors of a connection: something went wrong, and someone may have to look."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from integrations.audit.codes import Action, AuditCode, Definition, Severity

_E6 = partial(
    Definition,
    label="E6",
    severity=Severity.ERROR,
    title=_("Some webinar data was not synced due to an error"),
)
_CONNECTION = partial(
    Definition,
    label="connection",
    severity=Severity.ERROR,
    title=_("The connection to Zoom needs attention"),
)

DEFINITIONS = (
    _E6(
        code=AuditCode.TRANSCRIPT_MISSING,
        severity=Severity.WARNING,
        meaning=_("The recording is available, but Zoom has no transcript of it."),
        remedy=_(
            "Zoom makes a transcript only if “Audio transcription” is on before the webinar. If the "
            "transcript appears in Zoom, sync now."
        ),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        code=AuditCode.TRANSCRIPT_REJECTED,
        message="%(reason)s",
        meaning=_(
            "The transcript wasn't downloaded: its address isn't Zoom's, the file is too large or the "
            "download too slow."
        ),
        remedy=_("Check the transcript in Zoom. If it's fine there, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        code=AuditCode.TRANSCRIPT_UNREADABLE,
        message="%(reason)s",
        meaning=_("Zoom's transcript file couldn't be read."),
        remedy=_("Check the transcript in Zoom, then sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        code=AuditCode.TIMELINE_NOT_WRITTEN,
        message=ngettext_lazy(
            "%(count)s person couldn't be saved.", "%(count)s people couldn't be saved.", "count"
        ),
        meaning=_("Events couldn't be written to some contacts' timelines."),
        remedy=_("Sync now. If it happens again, see the sync's details."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        code=AuditCode.PROPERTIES_NOT_WRITTEN,
        message=ngettext_lazy(
            "%(count)s person couldn't be saved.", "%(count)s people couldn't be saved.", "count"
        ),
        meaning=_("Some contacts' Zoom properties couldn't be updated."),
        remedy=_("Sync now. If it happens again, see the sync's details."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        code=AuditCode.WEBINAR_NOT_FOUND,
        message="%(reason)s",
        meaning=_("The webinar was not found in the connected Zoom account."),
        remedy=_(
            "It was deleted in Zoom or belongs to another account. Existing data is kept. If it is in "
            "Zoom, check which account is connected."
        ),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        code=AuditCode.BAD_ANSWER,
        message="%(reason)s",
        meaning=_("Zoom's response couldn't be read."),
        remedy=_("No action needed. We'll retry automatically. If it persists, see the sync's details."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        code=AuditCode.ZOOM_UNREACHABLE,
        message="%(reason)s",
        meaning=_("Zoom couldn't be reached or didn't respond in time."),
        remedy=_("No action needed. We'll retry automatically."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        code=AuditCode.RATE_LIMITED,
        severity=Severity.INFO,
        message="%(reason)s",
        meaning=_("This account has reached Zoom's request limit for now."),
        remedy=_("No action needed. The sync continues automatically as soon as Zoom allows it."),
        actions=(Action.SHOW_RUN,),
    ),
    _E6(
        code=AuditCode.SCOPE_MISSING,
        message="%(reason)s",
        meaning=_("The Zoom app doesn't have the scope for this."),
        remedy=_("Add the named scope to the app in the Zoom App Marketplace, then reconnect."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E6(
        code=AuditCode.PERMISSION_DENIED,
        message="%(reason)s",
        meaning=_("The connected Zoom user's role doesn't allow this."),
        remedy=_("Give the role the permission in Zoom, or reconnect as another Zoom user. Then sync now."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E6(
        code=AuditCode.CREDENTIALS_REJECTED,
        message="%(reason)s",
        meaning=_("Zoom no longer accepts the app's credentials."),
        remedy=_("Reconnect Zoom. Missing data then syncs automatically."),
        actions=(Action.CONNECT,),
    ),
    _E6(
        code=AuditCode.REQUEST_REJECTED,
        message="%(reason)s",
        meaning=_("Zoom rejected the request for this data."),
        remedy=_("The entry shows Zoom's message. Once the cause is fixed, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        code=AuditCode.INTERNAL_ERROR,
        meaning=_("Something went wrong in this app."),
        remedy=_("Sync now. If it happens again, give the sync's number to the person who runs this app."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _CONNECTION(
        code=AuditCode.ACCOUNT_CREDENTIALS_REJECTED,
        message="%(reason)s",
        meaning=_("Zoom no longer accepts the app's credentials, so nothing syncs from this account."),
        remedy=_("Reconnect Zoom. Missing data then syncs automatically."),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        code=AuditCode.APP_REMOVED,
        meaning=_("The app was removed from the Zoom account, so nothing syncs from it."),
        remedy=_("Reconnect Zoom. Missing data then syncs automatically."),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        code=AuditCode.ACCOUNT_SCOPES_MISSING,
        message="%(lacking)s",
        severity=Severity.WARNING,
        meaning=_("The Zoom app lacks some scopes, so some data doesn't sync."),
        remedy=_(
            "Add the named scopes to the app in the Zoom App Marketplace. With OAuth, then reconnect. "
            "With Server-to-Server OAuth, the warning clears automatically within about an hour."
        ),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        code=AuditCode.LISTING_FAILED,
        message="%(reason)s",
        meaning=_("The list of users and webinars couldn't be read completely."),
        remedy=_("We'll retry automatically. If it persists, see the sync's details."),
        actions=(Action.SHOW_RUN, Action.CONNECT),
    ),
)
