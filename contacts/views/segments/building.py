"""The builder: a new segment, or the conditions of one. Each click sends the whole draft."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.models import Contact, Segment
from contacts.segments.actions import SegmentError, create_segment, edit_segment
from contacts.segments.builder.page import Builder
from contacts.segments.errors import DefinitionError
from contacts.segments.properties import load_properties, occurring_values
from contacts.segments.registry import filters
from contacts.segments.templates import segment_templates
from contacts.views.segments.listing import segment_of
from core.roles import Right
from core.web import Request, leave_for, render_page, require, show_success

EMPTY = {"version": 1, "where": {"all": []}}


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_SEGMENTS)
def new(request: Request) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, Builder.of_form(request.POST), None)
    template = segment_templates().get(request.GET.get("template", ""))
    builder = Builder.of_definition(template.definition if template else EMPTY)
    typed = {"name": str(template.label) if template else "", "description": ""}
    return _page(request, builder, None, typed)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.EDIT_SEGMENTS)
def edit(request: Request, pk: int) -> HttpResponse:
    segment = segment_of(pk)
    if request.method == "POST":
        return _answer(request, Builder.of_form(request.POST, pk), segment)
    builder = Builder.of_definition(segment.definition or EMPTY, pk)
    return _page(request, builder, segment, {"name": segment.name, "description": segment.description})


def _answer(request: Request, builder: Builder, segment: Segment | None) -> HttpResponse:
    typed = {key: request.POST.get(key, "") for key in ("name", "description")}
    if request.POST.get("do") != "save":
        return _page(request, builder, segment, typed)
    if builder.problems:
        return _page(request, builder, segment, typed, is_refused=True)
    try:
        saved = _save(request, builder, segment, typed)
    except SegmentError as error:
        return _page(request, builder, segment, typed, is_refused=True, name_error=str(error))
    except DefinitionError as error:
        return _page(request, builder, segment, typed, is_refused=True, name_error=str(error))
    show_success(request, _("“%s” was saved.") % saved)
    return leave_for(request, reverse("contacts:segment", args=[saved.pk]))


def _save(request: Request, builder: Builder, segment: Segment | None, typed: dict[str, str]) -> Segment:
    if segment is None:
        return create_segment(definition=builder.definition, user_id=request.user.pk, **typed)
    definition = None if segment.is_static else builder.definition
    return edit_segment(segment.pk, definition=definition, **typed)


def _page(
    request: Request,
    builder: Builder,
    segment: Segment | None,
    typed: dict[str, str],
    *,
    is_refused: bool = False,
    name_error: str = "",
) -> HttpResponse:
    context = {
        "builder": builder,
        "segment": segment,
        "typed": typed,
        "is_refused": is_refused,
        "name_error": name_error,
        "templates": segment_templates().values(),
    }
    return render_page(
        request, "segments/builder.html", context, "builder", status=422 if is_refused else 200
    )


@require_safe
@require(Right.EDIT_SEGMENTS)
def suggestions(request: Request) -> HttpResponse:
    """The options of a picker, or the values that occur, for what has been typed: `for` says of what."""
    what, _colon, name = request.GET.get("for", "").partition(":")
    text = next((str(value) for key, value in request.GET.items() if key != "for"), "").strip()
    if what == "property":
        row = load_properties().get(name)
        options = occurring_values(Contact.objects.all(), row, text) if row else []
    else:
        options = _rows(what, name, text)
    return render_page(request, "segments/suggestions.html", {"options": options})


def _rows(filter_name: str, picker_name: str, text: str) -> list[Any]:
    segment_filter = filters().get(filter_name)
    pickers = segment_filter.pickers if segment_filter else ()
    matches = [picker.search(text) for picker in pickers if picker.name == picker_name]
    return [f"{name} #{key}" for rows in matches for key, name in rows]
