"""E2: why a recording or transcript did not become a call. Five kinds of causes (R37-R40)."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from integrations.audit.codes import Action, AuditCode, Definition, Severity

_E2 = partial(
    Definition,
    label="E2",
    severity=Severity.WARNING,
    title=_("The webinar recording or transcript was not synced"),
)

DEFINITIONS = (
    _E2(
        code=AuditCode.RECORDINGS_OFF,
        severity=Severity.INFO,
        meaning=_(
            "“Sync webinar recordings and transcripts” is set to no Zoom users in the global settings."
        ),
        remedy=_("Choose all or selected Zoom users in the global settings, then sync now."),
        actions=(Action.SWITCH_ON_RECORDINGS, Action.SYNC_NOW),
    ),
    _E2(
        code=AuditCode.HOST_RECORDINGS_OFF,
        severity=Severity.INFO,
        meaning=_("Recordings sync only for selected Zoom users, and this webinar's host isn't selected."),
        remedy=_("Turn on recordings and transcripts in this Zoom user's settings, then sync now."),
        actions=(Action.SWITCH_ON_USER_RECORDINGS, Action.SYNC_NOW),
    ),
    _E2(
        code=AuditCode.WEBINAR_RECORDINGS_OFF,
        severity=Severity.INFO,
        meaning=_("Recordings and transcripts are turned off for this webinar."),
        remedy=_("Turn on recordings for this webinar, then sync now."),
        actions=(Action.SWITCH_ON_WEBINAR_RECORDINGS, Action.SYNC_NOW),
    ),
    _E2(
        code=AuditCode.RECORDING_HOST_EXCLUDED,
        severity=Severity.INFO,
        meaning=_("The host's domain is in the recording exclusions."),
        remedy=_("To sync its recordings, remove the domain from the recording exclusions."),
        actions=(Action.EDIT_EXCLUSIONS,),
    ),
    _E2(
        code=AuditCode.RECORDING_WITHOUT_ATTENDEES,
        severity=Severity.INFO,
        meaning=_("No one who attended is a contact, so there is no one to link the recording to."),
        remedy=_("See in the skipped people who attended and why they were excluded. Then sync now."),
        actions=(Action.SHOW_SKIPPED, Action.SYNC_NOW),
    ),
    _E2(
        code=AuditCode.RECORDING_UNAVAILABLE,
        message="%(reason)s",
        meaning=_("Zoom doesn't provide the recording or transcript: downloads aren't allowed."),
        remedy=_("Check the sharing settings of the recording and the role of the connected user in Zoom."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E2(
        code=AuditCode.RECORDING_DELETED,
        severity=Severity.INFO,
        meaning=_("The recording was deleted in Zoom."),
        remedy=_("No action needed. Zoom no longer has the recording."),
    ),
    _E2(
        code=AuditCode.RECORDING_TRASHED,
        meaning=_("The recording is in Zoom's trash."),
        remedy=_("Zoom keeps deleted recordings in its trash for 30 days. Recover it there, then sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E2(
        code=AuditCode.RECORDING_PENDING,
        severity=Severity.INFO,
        meaning=_(
            "Zoom shows no recording of this session. If it was recorded, Zoom may still be processing it."
        ),
        remedy=_("No action needed. We'll keep checking automatically."),
        actions=(Action.SYNC_NOW,),
    ),
    _E2(
        code=AuditCode.RECORDING_MISSING,
        severity=Severity.INFO,
        meaning=_("Zoom has no recording of this session."),
        remedy=_("If the session was recorded to the cloud, check it in Zoom. Otherwise, no action needed."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
    _E2(
        code=AuditCode.RECORDING_PROCESSING,
        severity=Severity.INFO,
        message="%(reason)s",
        meaning=_("Zoom is still processing the recording or the transcript."),
        remedy=_("No action needed. We'll keep checking automatically until it's ready."),
        actions=(Action.SYNC_NOW,),
    ),
    _E2(
        code=AuditCode.RECORDING_OVERDUE,
        message="%(reason)s",
        meaning=_("Zoom didn't finish processing the recording in time, so we stopped checking."),
        remedy=_("Check the recording in Zoom. When it's ready there, sync now."),
        actions=(Action.OPEN_IN_ZOOM, Action.SYNC_NOW),
    ),
)
