"""The transcript of a call as a file, sent while it is read."""

from collections.abc import Callable, Iterable, Iterator

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from core.web import Request
from marketing_events import subtitles as files
from marketing_events.models import Call
from marketing_events.transcript import Line

_AT_ONCE = 1_000

type Writer = Callable[[str, Iterable[Line]], Iterator[str]]


@require_safe
def text(request: Request, pk: int) -> HttpResponseBase:
    return _file(pk, files.as_text, "txt", "text/plain; charset=utf-8")


@require_safe
def subtitles(request: Request, pk: int) -> HttpResponseBase:
    return _file(pk, files.as_vtt, "vtt", "text/vtt; charset=utf-8")


def _file(pk: int, write: Writer, extension: str, content_type: str) -> StreamingHttpResponse:
    call = get_object_or_404(Call, pk=pk)
    response = StreamingHttpResponse(write(call.title, lines_of(call)), content_type=content_type)
    name = slugify(call.title)[:80] or f"call-{call.pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def lines_of(call: Call) -> Iterator[Line]:
    """In the order in which they were spoken. One query."""
    names = ("position", "speaker", "start_seconds", "end_seconds", "text")
    rows = call.utterances.order_by("position").values_list(*names)
    return (Line(*row) for row in rows.iterator(chunk_size=_AT_ONCE))
