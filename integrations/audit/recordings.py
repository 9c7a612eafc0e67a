"""E2: why a recording or transcript did not become a call. Five kinds of causes, told apart (R37-R40)."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, Definition, Severity

_E2 = partial(
    Definition,
    "E2",
    severity=Severity.WARNING,
    title=_("The webinar recording or transcript was not synced"),
)

DEFINITIONS = (
    _E2(
        cause="switch_recordings_global",
        meaning=_(
            "“Sync webinar recordings and transcripts” is set to no Zoom users in the global settings."
        ),
        remedy=_("Choose all or selected Zoom users in the global settings, then sync now."),
        actions=(Action.SWITCH_ON_RECORDINGS, Action.SYNC_NOW),
    ),
    _E2(
        cause="switch_recordings_user",
        meaning=_(
            "Recordings sync for selected Zoom users only, and the host of this webinar is not selected."
        ),
        remedy=_("Turn on recordings and transcripts in the settings of this Zoom user, then sync now."),
        actions=(Action.SWITCH_ON_USER_RECORDINGS, Action.SYNC_NOW),
    ),
    _E2(
        cause="switch_recordings_webinar",
        meaning=_("Recordings and transcripts are turned off for this webinar."),
        remedy=_("Turn on recordings for this webinar, then sync now."),
        actions=(Action.SWITCH_ON_WEBINAR_RECORDINGS, Action.SYNC_NOW),
    ),
    _E2(
        cause="host_excluded",
        meaning=_("The domain of the host is on the list of domains whose recordings do not sync."),
        remedy=_("Remove the domain from the recording exclusions if its recordings should sync."),
        actions=(Action.EDIT_EXCLUSIONS,),
    ),
    _E2(
        cause="nobody_attended",
        meaning=_("Nobody who attended is a contact here, so there is nobody to tie the recording to."),
        remedy=_("See among the skipped people who attended and why they were left out. Then sync now."),
        actions=(Action.SHOW_SKIPPED, Action.SYNC_NOW),
    ),
    _E2(
        cause="unavailable",
        meaning=_("Zoom does not give out the recording or the transcript: downloading it is not allowed."),
        remedy=_("Check the sharing settings of the recording and the role of the connected user in Zoom."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E2(
        cause="deleted",
        meaning=_("The recording was deleted in Zoom."),
        remedy=_("Zoom keeps deleted recordings in its trash for 30 days. Recover it there, then sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E2(
        cause="not_found",
        meaning=_("Zoom has no recording of this session."),
        remedy=_("If the session was recorded to the cloud, look for it in Zoom. Otherwise nothing to do."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E2(
        cause="processing",
        meaning=_("Zoom is still processing the recording or the transcript."),
        remedy=_("Nothing to do: we look again by ourselves, with growing pauses, until it is ready."),
        actions=(Action.SYNC_NOW,),
    ),
    _E2(
        cause="gave_up",
        meaning=_("Zoom did not finish processing the recording in time, so we stopped looking for it."),
        remedy=_("Look at the recording in Zoom. When it is ready there, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
)
