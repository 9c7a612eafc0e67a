"""What is done to all contacts that are ticked in a list, or to all that match it: each in the panel.

A few are changed while the person waits; more are a job with a page of its own.
"""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from contacts.bulk_changes.operations import operation_of, property_values
from contacts.bulk_changes.queue import Targets, enqueue, run_now
from contacts.errors import ContactError
from contacts.listing.address import list_url
from contacts.listing.criteria import criteria_of
from contacts.listing.table import csv_of
from contacts.models import BulkChange, Contact, Segment
from contacts.models.contact import ContactQuerySet
from contacts.properties.definitions import custom_specs
from contacts.properties.fields import PropertyField
from contacts.segments.actions import SegmentError, create_static
from contacts.views.listing import layout_of
from core.roles import Right
from core.row_keys import row_key, row_keys
from core.web import Request, leave_for, render_panel, require, show_error, show_success

MOST_PICKED = 1_000  # in one form; a page of the list has 200


@dataclass(frozen=True)
class Selection:
    """The contacts that are meant, as the list's form sends them."""

    fields: QueryDict

    @cached_property
    def picked(self) -> list[int]:
        return sorted(set(row_keys(self.fields.getlist("contact"))))

    @property
    def matching(self) -> str:
        return self.fields.get("matching", "")

    @property
    def is_everyone(self) -> bool:
        return self.fields.get("everyone") == "on"

    @cached_property
    def contacts(self) -> ContactQuerySet:
        if self.is_everyone:
            return self._matching()
        return Contact.objects.filter(pk__in=self.picked)

    @cached_property
    def count(self) -> int:
        return self.contacts.count()

    @cached_property
    def matching_count(self) -> int:
        return criteria_of(QueryDict(self.matching)).count()

    def _matching(self) -> ContactQuerySet:
        return criteria_of(QueryDict(self.matching)).shown()

    @property
    def targets(self) -> Targets:
        return Targets(matching=self.matching) if self.is_everyone else Targets(self.picked)

    @property
    def problem(self) -> str:
        """Why nothing can be done with this selection."""
        if not self.count:
            return _("Select contacts in the list first, or all that match.")
        if not self.is_everyone and len(self.picked) > MOST_PICKED:
            return _("Select at most %s contacts, or all that match.") % intcomma(MOST_PICKED)
        return ""


class PropertyForm(forms.Form):
    def __init__(self, data: QueryDict) -> None:
        """First the property is chosen, then its value; `value_for` says whose field the form had."""
        chosen = data.get("property", "")
        has_value = data.get("value_for") == chosen and bool(chosen)
        super().__init__(data if has_value else None, initial={"property": chosen})
        self.specs = {name: spec for name, spec in custom_specs().items() if not spec.is_archived}
        options = [("", _("Choose…")), *((name, spec.label) for name, spec in self.specs.items())]
        self.fields["property"] = forms.ChoiceField(label=_("Property"), choices=options)
        if spec := self.specs.get(chosen):
            self.fields["value"] = PropertyField(spec)
            self.fields["value"].label = _("Value")
            self.fields["value"].help_text = _("Blank takes the value away.")
        self.chosen = chosen if chosen in self.specs else ""


class SegmentForm(forms.Form):
    segment = forms.ModelChoiceField(
        queryset=Segment.objects.none(), label=gettext_lazy("Static list"), required=False
    )
    name = forms.CharField(label=gettext_lazy("Or a new list"), required=False, max_length=200)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        lists = Segment.objects.active().filter(kind=Segment.Kind.STATIC).order_by("name", "pk")
        self.fields["segment"].queryset = lists  # type: ignore[attr-defined]  # it is a ModelChoiceField

    def clean(self) -> dict[str, object]:
        if bool(self.cleaned_data.get("segment")) == bool(self.cleaned_data.get("name")):
            raise forms.ValidationError(_("Choose a list, or name a new one."))
        return self.cleaned_data


class DeletionForm(forms.Form):
    count = forms.CharField(label=gettext_lazy("Number of contacts"), max_length=20)

    def __init__(self, expected: int, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.expected = expected

    def clean_count(self) -> str:
        typed = "".join(char for char in self.cleaned_data["count"] if char.isdecimal())
        if typed != str(self.expected):
            raise forms.ValidationError(_("Type %s to confirm.") % self.expected)
        return typed


both = require_http_methods(["GET", "HEAD", "POST"])


@both
@require(Right.EDIT_CONTACTS)
def set_property(request: Request) -> HttpResponse:
    selection = Selection(_fields(request))
    form = PropertyForm(_fields(request))
    if request.method == "POST" and not selection.problem and form.is_valid() and form.chosen:
        try:
            values = property_values(form.chosen, form.cleaned_data["value"])
        except ContactError as refusal:
            form.add_error("value", str(refusal))
        else:
            return _start(request, selection, "property", values)
    return _panel(request, selection, form, {"title": _("Set a property"), "may_send": form.chosen})


@both
@require(Right.EDIT_SEGMENTS)
def add_to_segment(request: Request) -> HttpResponse:
    selection = Selection(_fields(request))
    form = SegmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not selection.problem and form.is_valid():
        try:
            segment = form.cleaned_data["segment"] or create_static(
                form.cleaned_data["name"], user_id=request.user.pk
            )
        except SegmentError as error:
            form.add_error("name", str(error))
        else:
            return _start(request, selection, "add_to_list", {"segment": segment.pk})
    return _panel(request, selection, form, {"title": _("Add to a list"), "may_send": True})


@both
@require(Right.EDIT_SEGMENTS)
def remove_from_segment(request: Request) -> HttpResponse:
    """From the static list whose members the list shows."""
    selection = Selection(_fields(request))
    segment = row_key(QueryDict(selection.matching).get("segment", ""))
    static = Segment.objects.active().filter(pk=segment, kind=Segment.Kind.STATIC).first()
    if static is None:
        raise Http404
    if request.method == "POST" and not selection.problem:
        return _start(request, selection, "remove_from_list", {"segment": static.pk})
    return _panel(
        request, selection, forms.Form(), {"title": _("Remove from “%s”") % static, "may_send": True}
    )


@both
@require(Right.DELETE_CONTACTS)
def delete(request: Request) -> HttpResponse:
    """The count is typed in, for it cannot be undone."""
    selection = Selection(_fields(request))
    form = DeletionForm(selection.count, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not selection.problem and form.is_valid():
        return _start(request, selection, "delete", {}, expected=selection.count)
    context = {"title": _("Delete contacts"), "may_send": True, "is_deletion": True}
    return _panel(request, selection, form, context)


@require_safe
def export(request: Request) -> HttpResponseBase:
    """The ticked contacts as CSV, or all that match, with the list's columns and order."""
    selection = Selection(request.GET)
    if selection.problem:
        show_error(request, selection.problem)
        return redirect(list_url(selection.matching))
    layout = layout_of(selection.matching)
    return csv_of(layout.ordered(selection.contacts), layout.columns)


def _fields(request: Request) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _panel(
    request: Request, selection: Selection, form: forms.Form, context: dict[str, object]
) -> HttpResponse:
    is_refused = request.method == "POST" and bool(selection.problem or form.errors)
    back = list_url(selection.matching)
    context |= {"selection": selection, "form": form, "problem": selection.problem, "back": back}
    return render_panel(request, "contacts/bulk.html", context, status=422 if is_refused else 200)


def _start(
    request: Request,
    selection: Selection,
    operation: str,
    values: dict[str, object],
    expected: int | None = None,
) -> HttpResponse:
    """Back to the list as it was if the contacts are few and all went well; else to the page of the job."""
    change = enqueue(operation, values, selection.targets, requested_by_id=request.user.pk, expected=expected)
    if selection.count <= operation_of(operation).while_waiting:
        run_now(change)
    if change.state == BulkChange.State.COMPLETE and not change.refused:
        show_success(request, _done_words(change))
        return leave_for(request, list_url(selection.matching))
    return leave_for(request, reverse("contacts:bulk_change", args=[change.pk]))


def _done_words(change: BulkChange) -> str:
    words = ngettext("%s contact was changed.", "%s contacts were changed.", change.changed)
    if change.operation == "delete":
        words = ngettext("%s contact was deleted.", "%s contacts were deleted.", change.changed)
    return words % intcomma(change.changed)
