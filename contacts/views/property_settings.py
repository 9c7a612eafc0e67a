"""Settings > Properties: what is known about contacts. All may look; admins define."""

from itertools import groupby
from operator import attrgetter

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.models import PropertyDefinition
from contacts.properties import defining
from contacts.properties.defining import GivenChoice, GivenProperty, PropertyError
from contacts.properties.kinds import PropertyKind
from contacts.properties.names import CUSTOM_GROUP, ZOOM_GROUP
from contacts.properties.usage import COUNTED, count_contacts_with, property_usages
from core.filters import chips, chosen_filter
from core.roles import Right
from core.web import Request, leave_for, may, render_page, render_panel, require, show_error, show_success


class PropertyForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Name"), max_length=defining.MAX_LABEL)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PropertyKind.choices)
    group = forms.CharField(
        label=gettext_lazy("Group"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Properties of one group are shown together."),
        widget=forms.TextInput(attrs={"list": "groups"}),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    new_choices = forms.CharField(
        label=gettext_lazy("Add choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For the kinds “Choice” and “Several choices”: one per line."),
    )


@require_safe
def properties(request: Request) -> HttpResponse:
    shown = chosen_filter(request, "state", _("State"), [("", _("In use")), ("archived", _("Archived"))])
    search = request.GET.get("q", "").strip()
    rows = PropertyDefinition.objects.select_related("created_by").in_order()
    rows = rows.filter(archived_at__isnull=not shown.chosen, label__icontains=search)
    context = {
        "groups": [(group, list(of_group)) for group, of_group in groupby(rows, attrgetter("group"))],
        "zoom_group": ZOOM_GROUP,
        "search": search,
        "filters": [shown],
        "chips": chips(request, [shown]),
        "is_filtered": bool(search or shown.chosen),
        "may_change": may(request, Right.CHANGE_SETTINGS),
    }
    return render_page(request, "properties/list.html", context, "properties")


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CHANGE_SETTINGS)
def new(request: Request) -> HttpResponse:
    form = PropertyForm(request.POST or None, initial={"group": CUSTOM_GROUP})
    if form.is_valid():
        try:
            row = defining.create_property(_given(form, request.POST), request.user.pk)
        except PropertyError as error:
            _refuse(form, error)
        else:
            return _saved(request, row)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Right.CHANGE_SETTINGS)
def edit(request: Request, name: str) -> HttpResponse:
    row = _property_of(name)
    initial = {
        "label": row.label,
        "kind": row.kind,
        "group": row.group,
        "description": row.description,
    }
    form = PropertyForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            row = defining.edit_property(name, _given(form, request.POST))
        except PropertyError as error:
            _refuse(form, error)
        else:
            return _saved(request, row)
    return _form_page(request, form, row)


@require_safe
def count(request: Request, name: str) -> HttpResponse:
    """How many contacts have a value, for a list that is not to wait for all of them."""
    return HttpResponse(_count_words(name))


@require_POST
@require(Right.CHANGE_SETTINGS)
def change(request: Request, name: str) -> HttpResponse:
    """What to do is in the field `do`: up, down, archive, restore or delete."""
    row = _property_of(name)
    try:
        match request.POST.get("do"):
            case "up":
                defining.move_property(name, -1)
            case "down":
                defining.move_property(name, 1)
            case "archive":
                defining.archive_property(name)
                show_success(request, _("“%s” was archived. Its values are kept.") % row)
            case "restore":
                defining.restore_property(name)
                show_success(request, _("“%s” is in use again.") % row)
            case "delete":
                defining.delete_property(name)
                show_success(request, _("“%s” was deleted.") % row)
    except PropertyError as error:
        show_error(request, str(error))
    return HttpResponseRedirect(reverse("properties:list"))


def _property_of(name: str) -> PropertyDefinition:
    row = PropertyDefinition.objects.custom().select_related("created_by").filter(name=name).first()
    if row is None:
        raise Http404
    return row


def _given(form: PropertyForm, data: QueryDict) -> GivenProperty:
    """The choices that there are come as lists: value, label, place; and the new ones one per line."""
    kept = zip(data.getlist("choice_value"), data.getlist("choice_label"), strict=False)
    places = [int(text) if text.isdecimal() else 0 for text in data.getlist("choice_place")]
    archived = set(data.getlist("choice_archived"))
    choices = [GivenChoice(value=value, label=label, is_archived=value in archived) for value, label in kept]
    order = sorted(range(len(choices)), key=lambda at: places[at] if at < len(places) else at)
    added = [GivenChoice(label=line) for line in form.cleaned_data["new_choices"].splitlines()]
    return GivenProperty(
        label=form.cleaned_data["label"],
        kind=form.cleaned_data["kind"],
        group=form.cleaned_data["group"],
        description=form.cleaned_data["description"],
        choices=[*(choices[at] for at in order), *added],
    )


def _refuse(form: PropertyForm, error: PropertyError) -> None:
    field = "new_choices" if error.field == "choices" else error.field
    form.add_error(field or None, str(error))


def _saved(request: Request, row: PropertyDefinition) -> HttpResponse:
    show_success(request, _("“%s” was saved.") % row)
    return leave_for(request, reverse("properties:list"))


def _form_page(request: Request, form: PropertyForm, row: PropertyDefinition | None) -> HttpResponse:
    groups = PropertyDefinition.objects.custom().order_by("group").values_list("group", flat=True).distinct()
    context = {
        "form": form,
        "property": row,
        "groups": groups,
        "usages": property_usages(row.name) if row else [],
        "contacts": _count_words(row.name) if row else "",
    }
    return render_panel(request, "properties/form.html", context, status=422 if form.errors else 200)


def _count_words(name: str) -> str:
    count = count_contacts_with(name)
    return f"{intcomma(COUNTED)}+" if count > COUNTED else intcomma(count)
