"""Every address, by every method, for every kind of person: allowed, refused, or not there (D1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import groupby
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import connection, transaction
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
# What a refusal writes all the same: that someone is signed in.
APART = {"sessions"}

type Clients = dict[Role | None, Client]


class Request(NamedTuple):
    role: Role | None
    client: Client
    method: str


def part_of(case: tuple[str, Access]) -> str:
    return case[0].rpartition(":")[0] or "app"


CASES = sorted(((name, access) for name, lines in TABLE.items() for access in lines), key=part_of)
PARTS = {part: list(cases) for part, cases in groupby(CASES, key=part_of)}


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


@pytest.mark.parametrize("part", PARTS)
def test_d1_each_role_may_what_the_table_says_and_nothing_else(part, clients, account, alice, subtests):
    """The world is made once for each part of the app: whatever is done at an address is undone."""
    world = list(everything())
    for name, access in PARTS[part]:
        path = {key: account.get(value, value) for key, value in access.path.items()}
        with subtests.test(name, path=path), undone():
            address = reverse(name, kwargs=path)
            requests = [
                Request(role, client, method) for role, client in clients.items() for method in METHODS
            ]
            refused = [one for one in requests if not access.allows(one.method, one.role)]
            for one in refused:
                demand_expected(one, address, access)
            assert list(everything()) == world  # not even a trace of what was refused
            for one in requests:
                if one not in refused:
                    with undone():
                        demand_expected(one, address, access)
            an_inactive_user_is_a_stranger(address, access, clients[Role.ADMIN], alice)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def demand_expected(one: Request, address: str, access: Access) -> None:
    """The client stays signed in, whatever the request does."""
    cookies = one.client.cookies.output(header="", sep=";")
    send = getattr(one.client, one.method)
    status = send(address, access.form if one.method == "post" else {}).status_code
    one.client.cookies = SimpleCookie(cookies)
    assert is_expected(status, access, one.method, one.role), (one.role, one.method, status)


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


def everything() -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """All rows as the database has them: it is read before and after each address."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label not in APART:
                key = model._meta.pk.column
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{key}"')
                yield model.__name__, cursor.fetchall()
