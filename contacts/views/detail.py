"""One contact: names, addresses, properties, timeline."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from contacts.forms import AddressForm
from contacts.models import Contact, PropertyDefinition
from contacts.properties import ZOOM_GROUP
from contacts.timeline import lines
from core.roles import Right
from core.web import Request, may, paginate, render_page

ENTRIES_PER_PAGE = 30


@require_safe
def contact(request: Request, pk: int) -> HttpResponse:
    return contact_page(request, contact_of(pk))


def contact_of(pk: int) -> Contact:
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    return contact


def contact_page(
    request: Request, contact: Contact, address_form: AddressForm | None = None, status: int = 200
) -> HttpResponse:
    """`address_form` is what was typed when it was refused."""
    page = paginate(request, contact.timeline.order_by("-occurred_at", "-pk"), ENTRIES_PER_PAGE)
    context = {
        "contact": contact,
        "addresses": contact.addresses.primary_first(),
        "address_form": address_form or AddressForm(),
        "custom": _custom_properties(contact),
        "page": page,
        "lines": lines(page.object_list),
        "may_edit": may(request, Right.EDIT_CONTACTS),
        "may_register": may(request, Right.REGISTER_CONTACTS),
        "may_delete": may(request, Right.DELETE_CONTACTS),
    }
    return render_page(request, "contacts/detail.html", context, "timeline", status=status)


def _custom_properties(contact: Contact) -> list[tuple[str, str]]:
    """Label and value of those that this contact has, by label. One query."""
    labels = dict(_custom_definitions().values_list("name", "label"))
    return sorted((labels.get(name, name), str(value)) for name, value in contact.properties.items())


def _custom_definitions() -> QuerySet[PropertyDefinition]:
    return PropertyDefinition.objects.exclude(group=ZOOM_GROUP)
