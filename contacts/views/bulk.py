"""What is done to all contacts that are ticked in a list, or to all that match it: each in the panel."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from contacts.errors import ContactError
from contacts.listing.changing import delete_contacts, set_property_of
from contacts.listing.criteria import criteria_of
from contacts.models import Contact, Segment
from contacts.properties.definitions import custom_specs
from contacts.properties.fields import PropertyField
from contacts.segments.actions import SegmentError, add_people, create_static
from contacts.views.listing import Listing, csv_of, matching_contacts
from core.roles import Right
from core.row_keys import row_keys
from core.web import Request, leave_for, render_panel, require, show_success

MOST = 10_000  # contacts at once: what one request can do while somebody waits
MOST_DELETED = 500


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
    def contacts(self) -> QuerySet[Contact]:
        if self.is_everyone:
            return matching_contacts(QueryDict(self.matching))
        return Contact.objects.filter(pk__in=self.picked)

    @cached_property
    def count(self) -> int:
        return self.contacts.count()

    @cached_property
    def matching_count(self) -> int:
        return matching_contacts(QueryDict(self.matching)).count()

    def ids(self) -> list[int]:
        return list(self.contacts.order_by("pk").values_list("pk", flat=True))

    def problem(self, most: int) -> str:
        """Why nothing can be done with this selection."""
        if not self.count:
            return _("Select contacts in the list first, or all that match.")
        if self.count > most:
            words = _("At most %(most)s contacts at once; these are %(count)s. Narrow the list down.")
            return words % {"most": intcomma(most), "count": intcomma(self.count)}
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
    problem = selection.problem(MOST)
    if request.method == "POST" and not problem and form.is_valid() and form.chosen:
        value = form.cleaned_data["value"]
        try:
            count = set_property_of(selection.ids(), form.chosen, value, zone=get_current_timezone())
        except ContactError as refusal:
            form.add_error("value", str(refusal))
        else:
            words = ngettext("%s contact was changed.", "%s contacts were changed.", count)
            return _done(request, selection, words % intcomma(count))
    return _panel(request, selection, form, problem, {"title": _("Set a property"), "may_send": form.chosen})


@both
@require(Right.EDIT_SEGMENTS)
def add_to_segment(request: Request) -> HttpResponse:
    selection = Selection(_fields(request))
    form = SegmentForm(request.POST if request.method == "POST" else None)
    problem = selection.problem(MOST)
    if request.method == "POST" and not problem and form.is_valid():
        try:
            segment = form.cleaned_data["segment"] or create_static(
                form.cleaned_data["name"], user_id=request.user.pk
            )
            count = add_people(segment.pk, selection.ids(), who=str(request.user))
        except SegmentError as error:
            form.add_error("name" if form.cleaned_data["name"] else "segment", str(error))
        else:
            one, many = (
                "%(count)s contact was added to “%(list)s”.",
                "%(count)s contacts were added to “%(list)s”.",
            )
            words = ngettext(one, many, count)
            return _done(request, selection, words % {"count": intcomma(count), "list": segment})
    return _panel(request, selection, form, problem, {"title": _("Add to a list"), "may_send": True})


@both
@require(Right.DELETE_CONTACTS)
def delete(request: Request) -> HttpResponse:
    """The count is typed in, for it cannot be undone."""
    selection = Selection(_fields(request))
    problem = selection.problem(MOST_DELETED)
    form = DeletionForm(selection.count, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not problem and form.is_valid():
        count = delete_contacts(selection.ids())
        words = ngettext("%s contact was deleted.", "%s contacts were deleted.", count)
        return _done(request, selection, words % intcomma(count))
    context = {"title": _("Delete contacts"), "may_send": True, "is_deletion": True}
    return _panel(request, selection, form, problem, context)


@require_safe
def export(request: Request) -> HttpResponseBase:
    """The ticked contacts as CSV, with the list's columns and order; without a tick all that match."""
    selection = Selection(request.GET)
    listing = Listing.of(criteria_of(QueryDict(selection.matching)).request)
    if selection.is_everyone or not selection.picked:
        return csv_of(listing.ordered(matching_contacts(QueryDict(selection.matching))), listing.columns)
    return csv_of(listing.ordered(Contact.objects.filter(pk__in=selection.picked)), listing.columns)


def _fields(request: Request) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _panel(
    request: Request, selection: Selection, form: forms.Form, problem: str, context: dict[str, object]
) -> HttpResponse:
    is_refused = request.method == "POST" and bool(problem or form.errors)
    context |= {"selection": selection, "form": form, "problem": problem}
    return render_panel(request, "contacts/bulk.html", context, status=422 if is_refused else 200)


def _done(request: Request, selection: Selection, words: str) -> HttpResponse:
    """Back to the list as it was."""
    show_success(request, words)
    return leave_for(request, f"{reverse('contacts:list')}?{selection.matching}")
