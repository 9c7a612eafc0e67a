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
        meaning=_("The recording is there, but Zoom has no transcript of it."),
        remedy=_(
            "Transcripts exist only if “Audio transcription” is turned on in Zoom before the webinar. "
            "If the transcript shows up there, sync now."
        ),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="transcript_refused",
        meaning=_(
            "The transcript was not downloaded: its address is not Zoom's, or it is too large or too slow."
        ),
        remedy=_("Look at the transcript in Zoom. If it is right there, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="transcript_unreadable",
        meaning=_("What Zoom sent as the transcript is not one."),
        remedy=_("Look at the transcript in Zoom, then sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="timeline",
        meaning=_("Events could not be written to the timeline of some contacts."),
        remedy=_("Sync now. If it comes back, the run tells what went wrong."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="property",
        meaning=_("The Zoom properties of some contacts could not be updated."),
        remedy=_("Sync now. If it comes back, the run tells what went wrong."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="not_found_in_account",
        meaning=_("The webinar was not found in the connected Zoom account."),
        remedy=_(
            "It was deleted in Zoom, or belongs to another account. "
            "What was synced before stays. If it is there, check which account is connected."
        ),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E6(
        cause="bad_answer",
        meaning=_("Zoom answered with something that cannot be understood."),
        remedy=_("Nothing to do: it is tried again by itself. If it stays, the run has the details."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="unreachable",
        meaning=_("Zoom could not be reached, or did not answer in time."),
        remedy=_("Nothing to do: it is tried again by itself."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="rate_limited",
        meaning=_("Zoom's limit for this account is used up for now."),
        remedy=_("Nothing to do: it goes on by itself as soon as Zoom allows."),
        actions=(Action.SHOW_RUN,),
    ),
    _E6(
        cause="missing_scope",
        meaning=_("The app at Zoom lacks a permission (scope) for this."),
        remedy=_("Add the scope that is named to the app in the Zoom App Marketplace, then connect again."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E6(
        cause="no_permission",
        meaning=_("The role of the connected Zoom user does not allow this."),
        remedy=_("Give the role the permission in Zoom, or connect with another Zoom user, then sync now."),
        actions=(Action.CONNECT, Action.SYNC_NOW),
    ),
    _E6(
        cause="signed_out",
        meaning=_("Zoom no longer accepts our sign-in."),
        remedy=_("Connect Zoom again. What is missing then syncs by itself."),
        actions=(Action.CONNECT,),
    ),
    _E6(
        cause="refused",
        meaning=_("Zoom refused to give out this data."),
        remedy=_("The entry has Zoom's own words. When the reason is gone, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _E6(
        cause="internal",
        meaning=_("Something went wrong in this app."),
        remedy=_("Sync now. If it comes back, give the number of the run to whoever looks after the app."),
        actions=(Action.SYNC_NOW, Action.SHOW_RUN),
    ),
    _CONNECTION(
        cause="signed_out",
        meaning=_("Zoom no longer accepts our sign-in, so nothing of this account syncs."),
        remedy=_("Connect Zoom again. What is missing then syncs by itself."),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        cause="deauthorized",
        meaning=_("The app was removed from the Zoom account, so nothing of this account syncs."),
        remedy=_("Connect Zoom again. What is missing then syncs by itself."),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        cause="missing_scope",
        severity=Severity.WARNING,
        meaning=_("The app at Zoom lacks permissions (scopes), so a part of the data does not sync."),
        remedy=_(
            "Add the scopes that are named to the app in the Zoom App Marketplace. Connected by OAuth, then "
            "connect again. With Server-to-Server OAuth the warning clears itself within about an hour."
        ),
        actions=(Action.CONNECT,),
    ),
    _CONNECTION(
        cause="discovery",
        meaning=_("The list of users and webinars could not be read to its end."),
        remedy=_("It is tried again by itself. If it stays, the run has the details."),
        actions=(Action.SHOW_RUN, Action.CONNECT),
    ),
)
