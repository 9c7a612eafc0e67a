"""How a fault is carried out: an answer instead of the right one, or the right one broken on its way."""

import socket
import struct
from collections.abc import Iterable
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import msgspec
from werkzeug.wrappers import Request, Response

from zoom_simulator import errors
from zoom_simulator.clock import Clock, iso
from zoom_simulator.faults import Kind, Rule
from zoom_simulator.limits import PER_SECOND

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CHANNEL = "simulator.channel"
"""Where the server leaves waitress's connection in the environment of a request."""
GATEWAY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center>"
    "<hr><center>nginx</center></body></html>"
)


# Zoom's "no" for good, in its own words.
REFUSALS: dict[Kind, errors.ZoomError] = {
    "not found": errors.meeting_missing("faulty"),
    "too old": errors.year_ago(),
    "paid plan": errors.paid_only("simulator-account-1"),
    "refused": errors.bad_webinar_id(),
}


def instead(fault: Rule | None, clock: Clock) -> Response | None:
    """The answer of a call that is not carried out at all."""
    if fault is None:
        return None
    if refusal := REFUSALS.get(fault.kind):
        return _json(refusal.body(), refusal.status)
    match fault.kind:
        case "429 seconds" | "429 date" | "429 iso" | "429 bare":
            return _too_many(fault, clock)
        case "500" | "503":
            body = {"code": int(fault.kind), "message": "Internal error. Try again later."}
            return _json(body, int(fault.kind))
        case "error":
            return _json({"code": fault.code, "message": fault.message}, fault.status)
        case "html":
            return Response(GATEWAY_PAGE, status=502, mimetype="text/html")
        case "error with 200":
            return _json({"code": 429, "message": PER_SECOND}, 200)
        case "empty":
            return Response(b"", status=200, mimetype="application/json")
        case "reset":
            return Response(b"", status=200)
    return None


def with_repeated_token(fault: Rule | None, body: Any, request: Request) -> Any:
    """The page says that the next one is the one that was just asked for."""
    if fault and fault.kind == "repeated token" and "next_page_token" in body:
        return body | {"next_page_token": request.args.get("next_page_token") or "repeated"}
    return body


def deliver(
    fault: Rule | None, response: Response, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """Sends the answer, or breaks it on the way."""
    match fault.kind if fault else "":
        case "reset" | "lost answer":
            return _reset(environ, start_response)
        case "truncated":
            return _truncated(response, start_response)
        case "invalid json" if response.mimetype == "application/json":  # a file is no JSON to be broken
            whole = response.get_data()
            response.set_data(whole.replace(b":", b': "unescaped "quotes" ', 1) or b'{"')
    return response(environ, start_response)


def _too_many(fault: Rule, clock: Clock) -> Response:
    later = clock.now() + timedelta(seconds=fault.seconds)
    said = {
        "429 seconds": str(max(1, round(fault.seconds))),
        "429 date": format_datetime(later, usegmt=True),
        "429 iso": iso(later),
    }
    response = _json({"code": 429, "message": PER_SECOND}, 429)
    if fault.kind in said:
        response.headers["Retry-After"] = said[fault.kind]
    return response


def _truncated(response: Response, start_response: "StartResponse") -> Iterable[bytes]:
    """Announces the whole body and sends half: the server then closes the connection."""
    whole = response.get_data()
    headers = [pair for pair in response.headers if pair[0].lower() != "content-length"]
    start_response(response.status, [*headers, ("Content-Length", str(len(whole) or 100))])
    return [whole[: len(whole) // 2]]


def _reset(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Closes the connection so that the kernel sends RST; waitress then notices that the client is gone."""
    channel = environ[CHANNEL]
    channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    channel.handle_close()
    start_response("200 OK", [("Content-Length", "1")])
    return [b"x"]


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(msgspec.json.encode(body), status=status, mimetype="application/json")
