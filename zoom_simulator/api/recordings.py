"""Cloud recordings and transcripts; webinars are found below /meetings."""

from datetime import datetime, timedelta
from typing import Any

from zoom_simulator import errors
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Instance, Recording, RecordingFile, Webinar
from zoom_simulator.api.endpoint import Answer, Call, Endpoints
from zoom_simulator.clock import iso

endpoints = Endpoints()
READ = "recording:read:admin"
WRITE = "recording:write:admin"
EXTENSIONS = {"TRANSCRIPT": "VTT", "CC": "VTT", "CHAT": "TXT", "TIMELINE": "JSON", "SUMMARY": "JSON"}
BARE = frozenset({"CC", "TIMELINE"})
"""Files that Zoom lists without id, status, size, type and play address."""


@endpoints.add(
    "GET", "/meetings/<key>/recordings", "LIGHT", "cloud_recording:read:list_recording_files:admin", READ
)
def get_recording(call: Call) -> dict[str, Any]:
    webinar, instance, recording = _visible(call)
    body = recording_body(call.account, webinar, instance, recording)
    if "download_access_token" in call.text("include_fields"):
        seconds = int(call.text("ttl") or 0) or 86_400
        body["download_access_token"] = call.tokens.new_download(instance.uuid, min(seconds, 604_800))
    return body


@endpoints.add(
    "GET",
    "/users/<user_id>/recordings",
    "MEDIUM",
    "cloud_recording:read:list_user_recordings:admin",
    READ,
)
def list_recordings(call: Call) -> dict[str, Any]:
    """By default those of today; with `trash=true` those in the trash, whatever their date."""
    account, host = call.account, call.user()
    trash = call.flag("trash")
    today = account.clock.now().strftime("%Y-%m-%d")
    start, end = call.text("from") or today, call.text("to") or today
    wanted = call.text("meeting_id")

    def rows() -> list[tuple[Webinar, Instance, Recording]]:
        return [
            (webinar, instance, instance.recording)
            for webinar in account.webinars.values()
            if webinar.host_id == host.id and (not wanted or str(webinar.id) == wanted)
            for instance in webinar.held
            if instance.recording
            and (
                _in_trash(account, instance.recording)
                if trash
                else instance.recording.state == "completed"
                and start <= instance.start.strftime("%Y-%m-%d") <= end
            )
        ]

    page = call.pages.page(
        call.request,
        call.path,
        "meetings",
        rows,
        lambda row: _listed(recording_body(account, *row)),
        numbered=False,
    )
    return page | ({} if trash else {"from": start, "to": end})


@endpoints.add(
    "GET", "/meetings/<key>/transcript", "MEDIUM", "cloud_recording:read:meeting_transcript:admin", READ
)
def get_transcript(call: Call) -> dict[str, Any]:
    webinar, instance = _recorded(call)
    recording = instance.recording
    if recording is None or (recording.transcript_state == "none" and recording.state != "processing"):
        raise errors.transcript_missing()
    body: dict[str, Any] = {
        "meeting_id": instance.uuid,
        "account_id": call.account.account_id,
        "meeting_topic": recording.topic,
        "host_id": webinar.host_id,
        "transcript_created_time": iso(instance.end),
        "auto_delete": False,
    }
    reason = _restriction(recording)
    if reason:
        return body | {"can_download": False, "download_restriction_reason": reason}
    return body | {"can_download": True, "download_url": download_url(call.account, recording.transcripts[0])}


@endpoints.add(
    "DELETE", "/meetings/<key>/recordings", "LIGHT", "cloud_recording:delete:meeting_recording:admin", WRITE
)
def delete_recording(call: Call) -> Answer:
    _, instance, _ = _visible(call)
    if call.word("action", ("trash", "delete")) == "trash":
        call.account.trash_recording(instance.uuid)
    else:
        call.account.delete_recording(instance.uuid)
    return Answer(204)


@endpoints.add(
    "DELETE",
    "/meetings/<key>/recordings/<recording_id>",
    "LIGHT",
    "cloud_recording:delete:recording_file:admin",
    WRITE,
)
def delete_recording_file(call: Call) -> Answer:
    _, instance, _ = _visible(call)
    call.account.delete_file(instance.uuid, call.arg("recording_id"))
    return Answer(204)


@endpoints.add(
    "PUT",
    "/meetings/<key>/recordings/status",
    "LIGHT",
    "cloud_recording:update:recover_meeting_recordings:admin",
    WRITE,
)
def recover_recording(call: Call) -> Answer:
    _, instance = _recorded(call)
    if call.json().get("action") != "recover":
        raise errors.invalid(("action", "Invalid field."))
    call.account.recover_recording(instance.uuid)
    return Answer(200)


@endpoints.add(
    "DELETE",
    "/meetings/<key>/transcript",
    "MEDIUM",
    "cloud_recording:delete:meeting_transcript:admin",
    WRITE,
)
def delete_transcript(call: Call) -> Answer:
    _, instance = _recorded(call)
    call.account.delete_transcript(instance.uuid)
    return Answer(204)


def recording_body(
    account: SimulatedAccount, webinar: Webinar, instance: Instance, recording: Recording
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "uuid": instance.uuid,
        "id": webinar.id,
        "account_id": account.account_id,
        "host_id": webinar.host_id,
        "topic": recording.topic,
        "type": str(webinar.type),
        "start_time": iso(instance.start),
        "duration": round(_recorded_seconds(recording) / 60),
        "total_size": sum(file.size for file in recording.files),
        "recording_count": len(recording.files),
        "password": recording.passcode,
        "recording_play_passcode": recording.play_passcode,
        "auto_delete": False,
        "recording_files": [
            file_body(account, instance, file, recording.deleted_time)
            for file in recording.files
            if file.listed
        ],
        "participant_audio_files": [],
    }
    return body | ({"share_url": share_url(account, recording)} if recording.has_share_url else {})


def _listed(body: dict[str, Any]) -> dict[str, Any]:
    """The list of a user's recordings lacks two fields that a single one has."""
    return {key: value for key, value in body.items() if key not in ("password", "participant_audio_files")}


def file_body(
    account: SimulatedAccount, instance: Instance, file: RecordingFile, deleted: datetime | None = None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "meeting_id": instance.uuid,
        "recording_start": iso(file.start),
        "recording_end": iso(file.end),
        "file_type": file.file_type,
        "file_extension": EXTENSIONS.get(file.file_type, file.file_type),
        "download_url": download_url(account, file),
    }
    if file.file_type not in BARE:
        body |= {
            "id": file.id,
            "file_size": file.size,
            "recording_type": file.recording_type,
            "status": file.status,
            "play_url": f"{account.base_url}/rec/play/{file.id}",
        }
    return body | ({"deleted_time": iso(deleted)} if deleted else {})


def share_url(account: SimulatedAccount, recording: Recording) -> str:
    return f"{account.base_url}/rec/share/{recording.share_id}"


def download_url(account: SimulatedAccount, file: RecordingFile) -> str:
    return f"{account.base_url}/rec/download/{file.id}"


def _recorded(call: Call) -> tuple[Webinar, Instance]:
    """By uuid, or the latest instance of a webinar's number."""
    key, account = call.key(), call.account
    if not key.isdigit():
        return account.instance(key)
    webinar = account.webinars.get(int(key))
    if webinar is None:
        raise errors.meeting_missing(key)
    if not webinar.held:
        raise errors.recording_missing()
    return webinar, max(webinar.held, key=lambda row: row.start)


def _visible(call: Call) -> tuple[Webinar, Instance, Recording]:
    """Recordings that are processing, trashed or deleted look as if there were none."""
    webinar, instance = _recorded(call)
    if instance.recording is None or instance.recording.state != "completed":
        raise errors.recording_missing()
    return webinar, instance, instance.recording


def _in_trash(account: SimulatedAccount, recording: Recording) -> bool:
    """Zoom empties the trash after 30 days."""
    deleted = recording.deleted_time
    return bool(
        recording.state == "trashed" and deleted and account.clock.now() - deleted < timedelta(days=30)
    )


def _restriction(recording: Recording) -> str:
    if recording.state in ("trashed", "deleted") or recording.transcript_state == "deleted":
        return "DELETED_OR_TRASHED"
    if recording.state == "processing" or recording.transcript_state == "processing":
        return "NOT_READY"
    if recording.transcript_state == "unsupported":
        return "UNSUPPORTED"
    return "" if recording.transcripts else "NO_TRANSCRIPT_DATA"


def _recorded_seconds(recording: Recording) -> float:
    """The length of all recorded pieces."""
    pieces = {(file.start, file.end) for file in recording.files}
    return sum((end - start).total_seconds() for start, end in pieces)
