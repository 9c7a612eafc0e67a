"""Every address, by every method, for every kind of person: allowed, refused, or not there (D1)."""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from contacts.actions import NewContact, create_contact
from contacts.models import BulkChange, ContactImport, PropertyDefinition, Segment
from core.roles import Role
from integrations.audit import AuditCode, warn
from integrations.models import SkippedPerson, SyncRun, WebinarOccurrence
from integrations.settings_changes import add_exclusions
from tests.house_rules.permissions import TABLE, Access
from tests.house_rules.test_addresses import ADDRESSES
from tests.integrations.make import make_host, make_webinar
from tests.marketing_events.make import make_attended, make_call, make_event
from tests.zoomsync.callbacks.make import make_delivery
from workflows.actions import create_workflow, publish_workflow
from workflows.models import RegistrationBatch
from workflows.people import enrol_contact
from workflows.registrations.jobs import Source, enqueue
from zoomsync.api.tokens import create_token
from zoomsync.models import User

METHODS = ("get", "head", "post", "put", "patch", "delete")
REFUSED, NOT_THERE = {403}, {403, 405}
FORM_REFUSED = {400, 422}  # the person may, but sent nonsense
# What a refusal writes all the same: that somebody is signed in.
APART = {"sessions"}

type Clients = dict[Role | None, Client]

CASES = [
    pytest.param(name, access, id=f"{name}-{number}" if number else name)
    for name, lines in TABLE.items()
    for number, access in enumerate(lines)
]


def test_every_address_is_in_the_table():
    assert sorted(TABLE) == sorted(ADDRESSES)


@pytest.fixture
def account(brand, connection, syncing_brand, alice, bob, charlie) -> dict[str, Any]:
    """One of everything that an address can name."""
    host = make_host(connection)
    webinar = make_webinar(connection, host)
    contact = create_contact(NewContact(email="ann@first.test", secondary_emails=["ann@second.test"]))
    event = make_event(zoom_webinar_id=webinar.zoom_webinar_id)
    WebinarOccurrence.objects.create(webinar=webinar, event=event)
    make_attended(event, contact)
    add_exclusions(brand, "contact", ["rival.test"], None)
    end = {"id": "end", "action": "end", "arguments": {}}
    workflow = create_workflow("Welcome", {"version": 1, "triggers": [], "steps": [end]})
    publish_workflow(workflow.pk)
    workflow.refresh_from_db()
    skipped = {"stage": "registration", "reason": "secondary_email"}
    SkippedPerson.objects.create(webinar=webinar, email="ann@second.test", person_key="a", **skipped)
    run = SyncRun.objects.create(
        connection=connection, webinar=webinar, kind="webinar", trigger="manual", state="complete"
    )
    return {
        "$brand": brand.slug,
        "$webinar": webinar.zoom_webinar_id,
        "$host": host.pk,
        "$contact": contact.pk,
        "$event": event.pk,
        "$call": make_call(event, ("Ann", 0, "Hello")).pk,
        "$run": run.pk,
        "$import": ContactImport.objects.create(file_name="x.csv", state="complete").pk,
        "$bulk_change": BulkChange.objects.create(operation="add_to_list", values={"segment": 1}).pk,
        "$segment": Segment.objects.create(name="List", kind="static").pk,
        "$property": PropertyDefinition.objects.create(name="city", label="City").name,
        "$colleague": charlie.pk,
        "$workflow": workflow.pk,
        "$enrolment": enrol_contact(workflow, contact.pk).pk,
        "$registration": enqueue(contact, webinar.zoom_webinar_id, Source.PAGE).pk,
        "$batch": RegistrationBatch.objects.create(zoom_webinar_id=webinar.zoom_webinar_id).pk,
        "$token": create_token("n8n", Role.ADMIN).token.pk,
        "$delivery": make_delivery().pk,
        "$entry": warn(brand, AuditCode.DATA_UNAVAILABLE, webinar=webinar).pk,
    }


@pytest.fixture
def clients(alice, bob, charlie, log_in) -> Clients:
    """By role; None is a visitor."""
    return {
        Role.ADMIN: log_in(alice),
        Role.OPERATOR: log_in(bob),
        Role.MARKETER: log_in(charlie),
        None: Client(),
    }


@pytest.mark.parametrize(("name", "access"), CASES)
def test_d1_each_role_may_what_the_table_says_and_nothing_else(name, access, clients, account, alice):
    address = reverse(name, kwargs={part: account.get(value, value) for part, value in access.path.items()})
    nothing_changes_for_the_refused(address, access, clients)
    for role, client in clients.items():
        for method in METHODS:
            status = answer_to(client, method, address, access).status_code
            assert is_expected(status, access, method, role), (role, method, status)
    an_inactive_user_is_a_stranger(address, access, clients[Role.ADMIN], alice)


def nothing_changes_for_the_refused(address: str, access: Access, clients: Clients) -> None:
    before = list(everything())
    for role, client in clients.items():
        if not access.allows("post", role):
            client.post(address, access.form)
    assert list(everything()) == before


def answer_to(client: Client, method: str, address: str, access: Access) -> HttpResponse:
    """Whatever the request does is undone, and the client stays signed in."""
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(address, access.form if method == "post" else {})
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return answer


def is_expected(status: int, access: Access, method: str, role: Role | None) -> bool:
    if status in access.answers:
        return True
    if method == "head" and access.get:
        return status == 405 or is_expected(status, access, "get", role)
    if access.allows(method, role):
        return status < 400 or status in FORM_REFUSED
    if role is None and not access.is_public:
        return status == 302
    return status in (REFUSED if access.whom(method) else NOT_THERE)


def an_inactive_user_is_a_stranger(address: str, access: Access, client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    answer = client.get(address)
    assert access.is_public or (answer.status_code == 302 and answer["Location"].startswith("/login/"))


def everything() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for model in apps.get_models():
        if model._meta.app_label not in APART:
            yield model.__name__, list(model._default_manager.order_by("pk").values())
