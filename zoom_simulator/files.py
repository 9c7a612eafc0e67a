"""Recordings as files: pages to watch them, and downloads that need a token and end at a storage address.

The redirect carries a signature of its own, as a storage service's would.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from zoom_simulator.account.rows import Instance, Recording, RecordingFile, Webinar
from zoom_simulator.console.render import html

if TYPE_CHECKING:
    from zoom_simulator.simulator import Simulator

TYPES = {"TRANSCRIPT": "text/vtt", "CC": "text/vtt", "MP4": "video/mp4", "M4A": "audio/mp4"}
INSIDE = "http://169.254.169.254/latest/meta-data/"
HUGE = 2 * 1024**3
Found = tuple[Webinar, Instance, Recording, RecordingFile]


class Files:
    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator
        self._secret = secrets.token_bytes(16)

    def download(self, request: Request, file_id: str) -> Response:
        found = self._find(file_id)
        if found is None:
            return _refusal(404, "The file does not exist.")
        _, instance, recording, file = found
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        allowed = scheme == "Bearer" and self.simulator.tokens.opens(token, instance.uuid)
        if file.behaviour == "refuses access token" and self.simulator.tokens.access(token):
            allowed = False
        if not allowed or file.behaviour == "not ready":
            return _refusal(401, "Forbidden. Please make sure the token is valid.")
        if recording.state != "completed" or file.behaviour == "missing":
            return _refusal(404, "The file does not exist.")
        return redirect(self._target(request, file), Response=Response)

    def storage(self, request: Request, file_id: str) -> Response:
        found = self._find(file_id)
        if found is None or request.args.get("Signature") != self._signature(file_id):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, mimetype="application/xml")
        file = found[3]
        if file.behaviour == "html":
            return Response("<html><body>Please sign in</body></html>", mimetype="text/html")
        if file.behaviour == "huge":
            return Response(_zeros(HUGE), mimetype="text/vtt", headers={"Content-Length": str(HUGE)})
        mimetype = TYPES.get(file.file_type, "application/octet-stream")
        return Response(file.content or b"a recording would be here\n", mimetype=mimetype)

    def play(self, request: Request, file_id: str) -> Response:
        found = self._find(file_id)
        if found is None or found[2].state != "completed":
            return html("recording_gone.html", {}, status=404)
        return html("recording.html", {"recording": found[2], "webinar": found[0], "file": found[3]})

    def share(self, request: Request, share_id: str) -> Response:
        for webinar, instance in list(self.simulator.account.by_uuid.values()):
            recording = instance.recording
            if recording and recording.share_id == share_id and recording.state == "completed":
                return html("recording.html", {"recording": recording, "webinar": webinar})
        return html("recording_gone.html", {}, status=404)

    def _find(self, file_id: str) -> Found | None:
        for webinar, instance in list(self.simulator.account.by_uuid.values()):
            for file in instance.recording.files if instance.recording else ():
                if file.id == file_id:
                    assert instance.recording  # noqa: S101 - for the type checker
                    return webinar, instance, instance.recording, file
        return None

    def _target(self, request: Request, file: RecordingFile) -> str:
        match file.behaviour:
            case "inside":
                return INSIDE
            case "loop":
                return request.url
            case "other host":
                return "https://attacker.example/steal"
        return f"{self.simulator.url}/storage/{file.id}?Signature={self._signature(file.id)}"

    def _signature(self, file_id: str) -> str:
        return hmac.new(self._secret, file_id.encode(), hashlib.sha256).hexdigest()


def _refusal(status: int, message: str) -> Response:
    text = f'{{"status":false,"errorCode":{status},"errorMessage":"{message}","result":null}}'
    return Response(text, status=status, mimetype="application/json")


def _zeros(size: int) -> Iterator[bytes]:
    for _ in range(size // 65_536):
        yield b"\0" * 65_536
