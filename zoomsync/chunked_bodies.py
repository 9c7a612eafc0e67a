"""WSGI: gives a chunked body its length, for Django takes a body without Content-Length for an empty one."""

from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Before sign-in: the longest are webhooks and batches of the API.
BYTES_BEFORE_SIGN_IN = 1_000_000


class BufferedChunks:
    """413 for a chunked body of more than `BYTES_BEFORE_SIGN_IN`: browsers send larger ones with a length."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return self.application(environ, start_response)
        body = environ["wsgi.input"].read(BYTES_BEFORE_SIGN_IN + 1)
        if len(body) > BYTES_BEFORE_SIGN_IN:
            start_response("413 Content Too Large", [("Content-Length", "0")])
            return [b""]
        whole = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
        return self.application({**environ, **whole}, start_response)
