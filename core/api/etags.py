"""Versions of single things: `ETag` in answers, `If-Match` and `If-None-Match` in requests (RFC 9110)."""

import json
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags, quote_etag
from pydantic import BaseModel

from core.api.problems import PRECONDITION_FAILED, Problem


def etag_of(thing: BaseModel) -> str:
    """Two answers with the same content have the same tag, whichever process made them."""
    content = json.dumps(thing.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return quote_etag(blake2b(content.encode(), digest_size=16).hexdigest())


def demand_current(request: HttpRequest, current: BaseModel) -> None:
    """Raises 412 when `If-Match` names another version. Call it with the row locked."""
    tags = parse_etags(request.headers.get("If-Match", ""))
    if tags and "*" not in tags and etag_of(current) not in tags:
        raise Problem(PRECONDITION_FAILED)


def versioned(
    request: HttpRequest, thing: BaseModel, *, status: int = 200, location: str = ""
) -> HttpResponse:
    """The answer that a single thing is, with its tag; 304 without a body where the caller has it already."""
    etag = etag_of(thing)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method in ("GET", "HEAD") and ("*" in known or etag in known):
        return HttpResponse(status=304, headers={"ETag": etag})
    headers = {"ETag": etag, **({"Location": location} if location else {})}
    return HttpResponse(
        thing.model_dump_json(), status=status, content_type="application/json", headers=headers
    )
