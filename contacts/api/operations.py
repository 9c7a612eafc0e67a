"""/contacts: each operation parses, calls one action, answers."""

from collections import defaultdict

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from ninja import Router

from contacts.actions import NewContact, create_contact, delete_contact
from contacts.api.batch import write_batch
from contacts.api.members import members, segment_of
from contacts.api.schemas import (
    BatchAnswered,
    ContactAnswered,
    ContactBatch,
    ContactPatch,
    NewContactGiven,
    TimelineAnswered,
)
from contacts.changes import replace_contact
from contacts.errors import AddressTakenError, ContactError, ContactGoneError
from contacts.models import Contact, EmailAddress, TimelineEntry
from contacts.properties.definitions import demand_known_properties
from contacts.timeline import kind_of
from core.api.access import ApiRequest, Bearer
from core.api.cursors import Page, WalkQuery, page_of
from core.api.etags import demand_current, versioned
from core.api.merge_patch import merge
from core.api.problems import Problem, define, invalid
from core.api.routers import register
from core.api.types import GivenTime
from core.emails import normalise
from core.roles import Right

router = Router(tags=["Contacts"])
register("/contacts", router)

EXISTS = define(
    "contact_exists",
    409,
    "There is such a contact",
    "A contact has this address already: see “url”. Change that one instead.",
)


@router.get("", response={200: Page[ContactAnswered], 404: None}, summary="List contacts")
def list_contacts(
    request: ApiRequest,
    walk: WalkQuery,
    email: str | None = None,
    q: str = "",
    segment: int | None = None,
    updated_since: GivenTime | None = None,
) -> dict[str, object]:
    """`email` finds a contact by any of its addresses, `q` by words in names and addresses.

    `segment` is the ID of one: those who are in it now; 404 if there is no such segment.
    """
    contacts = (Contact.objects.all() if segment is None else members(segment_of(segment))).search(q)
    if email is not None:
        contacts = contacts.filter(addresses__email=normalise(email))
    if updated_since is not None:
        contacts = contacts.filter(updated_at__gte=updated_since)
    return page_of(contacts, walk, answered)


@router.post(
    "",
    response={201: ContactAnswered},
    auth=Bearer(Right.EDIT_CONTACTS),
    operation_id="create_contact",
    summary="Create a contact",
)
def create(request: ApiRequest, new: NewContactGiven) -> HttpResponse:
    """An address that a contact has already is 409, with that contact's `url`."""
    try:
        demand_known_properties(set(new.properties))
        contact = create_contact(NewContact(**new.model_dump()), source=Contact.Source.API)
    except ContactError as refusal:
        raise problem_of(refusal) from None
    thing = answered([contact])[0]
    return versioned(request, thing, status=201, location=thing.url)


@router.post(
    "/batch",
    response=BatchAnswered,
    auth=Bearer(Right.EDIT_CONTACTS),
    operation_id="write_contacts",
    summary="Write many contacts",
)
def write_many(request: ApiRequest, batch: ContactBatch) -> BatchAnswered:
    """Creates or changes up to 1,000 contacts by their primary email. The results are in the same order."""
    return BatchAnswered(results=write_batch(batch.contacts))


@router.get(
    "/{int:contact_id}",
    response={200: ContactAnswered, 304: None},
    operation_id="read_contact",
    summary="One contact",
)
def read(request: ApiRequest, contact_id: int) -> HttpResponse:
    return versioned(request, answered([contact_of(Contact.objects.all(), contact_id)])[0])


@router.patch(
    "/{int:contact_id}",
    response=ContactAnswered,
    auth=Bearer(Right.EDIT_CONTACTS),
    operation_id="change_contact",
    summary="Change a contact",
)
def change(request: ApiRequest, contact_id: int, patch: ContactPatch) -> HttpResponse:
    """JSON merge patch: what is left out stays, null takes away."""
    with transaction.atomic():
        contact = contact_of(Contact.objects.select_for_update(), contact_id)
        current = answered([contact])[0]
        demand_current(request, current)
        target = current.model_dump(include=set(NewContactGiven.model_fields))
        new = merge(target, patch.model_dump(exclude_unset=True))
        if "email" not in new:
            raise invalid("email", "A contact needs a primary email.")
        try:
            changed = replace_contact(contact_id, NewContact(**new))
        except ContactError as refusal:
            raise problem_of(refusal) from None
        return versioned(request, answered([changed])[0])


@router.delete(
    "/{int:contact_id}",
    response={204: None},
    auth=Bearer(Right.DELETE_CONTACTS),
    operation_id="delete_contact",
    summary="Delete a contact",
)
def delete(request: ApiRequest, contact_id: int) -> HttpResponse:
    """For good: neither the sync nor an import brings this person back."""
    with transaction.atomic():
        contact = contact_of(Contact.objects.select_for_update(), contact_id)
        demand_current(request, answered([contact])[0])
        delete_contact(contact_id)
    return HttpResponse(status=204)


@router.get(
    "/{int:contact_id}/timeline",
    response=Page[TimelineAnswered],
    operation_id="list_timeline",
    summary="A contact's timeline",
)
def timeline(request: ApiRequest, contact_id: int, walk: WalkQuery) -> dict[str, object]:
    contact = contact_of(Contact.objects.all(), contact_id)
    return page_of(contact.timeline.all(), walk, lambda rows: [_entry(contact, row) for row in rows])


def contact_of(contacts: QuerySet[Contact], contact_id: int) -> Contact:
    contact = contacts.filter(pk=contact_id).first()
    if contact is None:
        raise Http404
    return contact


def answered(contacts: list[Contact]) -> list[ContactAnswered]:
    """One query, for the secondary addresses."""
    secondaries: dict[int, list[str]] = defaultdict(list)
    rows = EmailAddress.objects.secondary().filter(contact__in=[row.pk for row in contacts])
    for contact_id, email in rows.order_by("email").values_list("contact_id", "email"):
        secondaries[contact_id].append(email)
    return [_contact(contact, secondaries[contact.pk]) for contact in contacts]


def _contact(contact: Contact, secondary_emails: list[str]) -> ContactAnswered:
    names = ContactAnswered.model_fields.keys() - {"url", "secondary_emails"}
    fields = {name: getattr(contact, name) for name in names}
    return ContactAnswered(**fields, url=url_of(contact.pk), secondary_emails=secondary_emails)


def url_of(contact_id: int) -> str:
    return f"/api/v1/contacts/{contact_id}"


def _entry(contact: Contact, row: TimelineEntry) -> TimelineAnswered:
    return TimelineAnswered(
        id=row.pk,
        email=contact.email,
        kind=row.kind,
        title=row.title or str(kind_of(row.kind).label),
        webinar_id=str(row.zoom_webinar_id) if row.zoom_webinar_id else None,
        occurred_at=row.occurred_at,
        joined_at=row.joined_at,
        left_at=row.left_at,
    )


def problem_of(refusal: ContactError) -> Problem:
    """What the actions refuse, as the API says it."""
    if isinstance(refusal, AddressTakenError) and refusal.contact_id is not None:
        return Problem(EXISTS, str(refusal), url=url_of(refusal.contact_id))
    if isinstance(refusal, ContactGoneError):
        raise Http404
    return invalid(refusal.field or "email", str(refusal))
