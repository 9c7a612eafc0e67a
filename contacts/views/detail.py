"""One contact: names, addresses, properties, timeline."""

from django.http import Http404, HttpResponse
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_safe

from contacts.forms import AddressForm
from contacts.models import Contact
from contacts.properties.definitions import custom_specs
from contacts.properties.kinds import PropertySpec
from contacts.properties.values import in_words
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
    specs, zone = custom_specs(contact.properties), get_current_timezone()
    values = contact.properties.items()
    known = [(specs.get(name) or PropertySpec(name, name), value) for name, value in values]
    return sorted((spec.label, in_words(value, spec, zone)) for spec, value in known)
