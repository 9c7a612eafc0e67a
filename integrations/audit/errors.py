"""E6 and the errors of a connection: something went wrong, and somebody may have to look."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, Definition, Severity

_E6 = partial(
    Definition,
    "E6",
    severity=Severity.ERROR,
    title=_("Some webinar data was not synced due to an error"),
)
_CONNECTION = partial(
    Definition, "connection", severity=Severity.ERROR, title=_("The connection to Zoom needs attention")
)

DEFINITIONS = (
    _E6(
        cause="transcript_not_found",
        meaning=_("The recording is available, but Zoom has no transcript of it."),
        remedy=_(
            "Zoom makes a transcript only if “Audio transcription” is on before the webinar. If the "
            "transcript appears in Zoom, sync now."
        ),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="transcript_refused",
        meaning=_(
            "The transcript wasn't downloaded: its address isn't Zoom's, the file is too large or the "
            "download too slow."
        ),
        remedy=_("Check the transcript in Zoom. If it's fine there, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="transcript_unreadable",
        meaning=_("Zoom's transcript file couldn't be read."),
        remedy=_("Check the transcript in Zoom, then sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="timeline",
        meaning=_("Events couldn't be written to some contacts' timelines."),
        remedy=_("Sync now. If it happens again, see the sync's details."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="property",
        meaning=_("Some contacts' Zoom properties couldn't be updated."),
        remedy=_("Sync now. If it happens again, see the sync's details."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="not_found_in_account",
        meaning=_("The webinar was not found in the connected Zoom account."),
        remedy=_(
            "It was deleted in Zoom or belongs to another account. Existing data is kept. If it is in "
            "Zoom, check which account is connected."
        ),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="bad_answer",
        meaning=_("Zoom's response couldn't be read."),
        remedy=_("No action needed. We'll retry automatically. If it persists, see the sync's details."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="unreachable",
        meaning=_("Zoom couldn't be reached or didn't respond in time."),
        remedy=_("No action needed. We'll retry automatically."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="rate_limited",
        meaning=_("This account has reached Zoom's request limit for now."),
        remedy=_("No action needed. The sync continues automatically as soon as Zoom allows it."),
        actions=(Action.SHOW_RUN,),
    ),
    _E6(
        cause="missing_scope",
        meaning=_("The Zoom app doesn't have the scope for this."),
        remedy=_("Add the named scope to the app in the Zoom App Marketplace, then reconnect."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E6(
        cause="no_permission",
        meaning=_("The connected Zoom user's role doesn't allow this."),
        remedy=_("Give the role the permission in Zoom, or reconnect as another Zoom user. Then sync now."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E6(
        cause="signed_out",
        meaning=_("Zoom no longer accepts the app's credentials."),
        remedy=_("Reconnect Zoom. Missing data then syncs automatically."),
        actions=(Action.CONNECT,),
    ),
    _E6(
        cause="refused",
        meaning=_("Zoom rejected the request for this data."),
        remedy=_("The entry shows Zoom's message. Once the cause is fixed, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="internal",
        meaning=_("Something went wrong in this app."),
        remedy=_("Sync now. If it happens again, give the sync's number to the person who runs this app."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _CONNECTION(
        cause="signed_out",
        meaning=_("Zoom no longer accepts the app's credentials, so nothing syncs from this account."),
        remedy=_("Reconnect Zoom. Missing data then syncs automatically."),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        cause="deauthorized",
        meaning=_("The app was removed from the Zoom account, so nothing syncs from it."),
        remedy=_("Reconnect Zoom. Missing data then syncs automatically."),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        cause="missing_scope",
        severity=Severity.WARNING,
        meaning=_("The Zoom app lacks some scopes, so some data doesn't sync."),
        remedy=_(
            "Add the named scopes to the app in the Zoom App Marketplace. With OAuth, then reconnect. "
            "With Server-to-Server OAuth, the warning clears automatically within about an hour."
        ),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        cause="discovery",
        meaning=_("The list of users and webinars couldn't be read completely."),
        remedy=_("We'll retry automatically. If it persists, see the sync's details."),
        actions=(Action.SHOW_RUN, Action.CONNECT),
    ),
)
