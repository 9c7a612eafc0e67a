"""What can be done about a skipped person, where something is right to do (X1).

Making the address the contact's primary one, or creating the contact by hand, is done here; removing a domain
from the exclusions is `exclusions.remove`. Each asks first, with whom it lets in (X6). Who was deleted is not
known here (D22): only someone who knows the address can create that contact again. The webinars that the
person was skipped in are then synced again automatically (`integrations.settings_changes.contact_changes`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contacts import actions
from contacts.actions import NewContact
from contacts.addresses import owners_of
from contacts.errors import ContactError
from core.emails import normalise
from core.roles import Right
from core.web import Request, Undo, may, require, show_error, show_success
from integrations.models import SkippedPerson
from integrations.rules.display_names import split_display_name
from integrations.settings_changes.preview import entrance_of_one
from integrations.views._shared import responses
from integrations.views._shared.preview_text import Fact, entrance_facts
from integrations.views._shared.responses import Forecast, Question

Reason = SkippedPerson.Reason


@dataclass(frozen=True)
class Remedy:
    """A form with one button."""

    label: str
    about: str  # the domain or address
    icon: str
    url: str
    fields: dict[str, str]


def remedy_of(request: Request, person: SkippedPerson) -> Remedy | None:
    """The one that is right for the rule, if there is one and this person may do it."""
    fields = {"email": person.email}
    if person.reason == Reason.EXCLUDED_DOMAIN and may(request, Right.CHANGE_SETTINGS):
        url = reverse("zoom:include", args=[person.webinar.connection.brand.slug, "contact"])
        fields = {"domain": person.rule}
        return Remedy(_("Remove the exclusion"), person.rule, "list-x", url, fields)
    if person.reason == Reason.SECONDARY_EMAIL and may(request, Right.EDIT_CONTACTS):
        url = reverse("skipped:make_primary")
        return Remedy(_("Make it the primary address"), person.email, "star", url, fields)
    if person.reason == Reason.CREATION_OFF and may(request, Right.EDIT_CONTACTS):
        first, last = split_display_name(person.name)
        names = {"first_name": first, "last_name": last}
        url = reverse("skipped:create")
        return Remedy(_("Create the contact"), person.email, "user-plus", url, fields | names)
    return None


@require_POST
@require(Right.EDIT_CONTACTS)
def make_primary(request: Request) -> HttpResponse:
    """Makes the address the primary one of the contact who has it as a secondary one."""
    email = normalise(request.POST.get("email"))
    owner = owners_of([email]).get(email)
    if owner is None:
        show_error(request, _("No contact has the address %(address)s anymore.") % {"address": email})
        return _leave(request)

    def make() -> object:
        return actions.make_primary(owner.contact_id, email)

    values = {"address": email, "former": owner.primary_email}
    question = Question(
        _("Make %(address)s the primary address?") % values,
        _("Make it the primary address"),
        (Fact("arrow-right-left", _("%(former)s becomes a secondary address.") % values),),
    )
    if response := _ask(request, question, email, make):
        return response
    undo = Undo(
        reverse("contacts:addresses", args=[owner.contact_id]),
        {"do": "make_primary", "email": owner.primary_email},
    )
    return _do(request, email, make, _("%(address)s is the primary address now.") % values, undo)


@require_POST
@require(Right.EDIT_CONTACTS)
def create(request: Request) -> HttpResponse:
    """Creates the contact by hand, with the names that the form has by then."""
    email = normalise(request.POST.get("email"))
    new = NewContact(
        email=email,
        first_name=request.POST.get("first_name", ""),
        last_name=request.POST.get("last_name", ""),
    )

    def make() -> object:
        return actions.create_contact(new)

    values = {"address": email}
    question = Question(
        _("Create a contact with the address %(address)s?") % values,
        _("Create the contact"),
        template="integrations/confirm_contact.html",
        typed=("first_name", "last_name"),
    )
    if response := _ask(request, question, email, make):
        return response
    return _do(request, email, make, _("The contact %(address)s was created.") % values)


def _skipped(email: str) -> QuerySet[SkippedPerson]:
    return SkippedPerson.objects.filter(email=email)


def _ask(request: Request, question: Question, email: str, make: Callable[[], object]) -> HttpResponse | None:
    if responses.is_confirmed(request):
        return None
    try:
        entrance = entrance_of_one(make, _skipped(email))
    except ContactError:
        return None  # the change itself says why
    return responses.ask(request, question, Forecast(list(entrance_facts(entrance))), reverse("skipped:list"))


def _do(
    request: Request, email: str, make: Callable[[], object], message: str, undo: Undo | None = None
) -> HttpResponse:
    webinars = _skipped(email).values("webinar").distinct().count()
    try:
        make()
    except ContactError as refusal:
        show_error(request, str(refusal))
        return _leave(request)
    follows = ngettext(
        "%(count)s webinar is catching up on skipped data.",
        "%(count)s webinars are catching up on skipped data.",
        webinars,
    )
    show_success(request, f"{message} {follows % {'count': webinars}}" if webinars else message, undo)
    return _leave(request)


def _leave(request: Request) -> HttpResponse:
    return responses.changed(request, reverse("skipped:list"), responses.PEOPLE_CHANGED)
