"""Who may call which operation (D1, D24): the whole API in one table."""

import pytest
from django.test import Client

from core.roles import Role
from tests.contacts.make import make_contact
from zoomsync.api.root import the_api

pytestmark = pytest.mark.django_db

ALL = frozenset(Role)
EDITORS = frozenset({Role.ADMIN, Role.MARKETER})
SYNCERS = frozenset({Role.ADMIN, Role.OPERATOR})
ADMINS = frozenset({Role.ADMIN})

TABLE: dict[str, frozenset[Role]] = {
    "list_contacts": ALL,
    "create_contact": EDITORS,
    "write_contacts": EDITORS,
    "read_contact": ALL,
    "change_contact": EDITORS,
    "delete_contact": ADMINS,
    "list_timeline": ALL,
    "list_participations_of_contact": ALL,
    "list_calls_of_contact": ALL,
    "list_marketing_events": ALL,
    "read_marketing_event": ALL,
    "list_participations": ALL,
    "list_calls": ALL,
    "read_call": ALL,
    "list_segments": ALL,
    "create_segment": EDITORS,
    "preview_segment": ALL,
    "read_segment": ALL,
    "replace_segment": EDITORS,
    "delete_segment": EDITORS,
    "list_contacts_of_segment": ALL,
    "list_registrations": ALL,
    "create_registration": ALL,
    "create_registrations": ALL,
    "read_registration": ALL,
    "retry_registration": ALL,
    "cancel_registration": ALL,
    "list_webinars": ALL,
    "read_webinar": ALL,
    "change_webinar": ADMINS,
    "sync_webinar": SYNCERS,
    "read_run": ALL,
    "list_skipped_people": ALL,
    "list_audit_entries": ALL,
    "list_workflows": ALL,
    "import_workflow": EDITORS,
    "read_workflow": ALL,
    "list_enrolments": ALL,
    "enrol_contact": EDITORS,
    "read_enrolment": ALL,
}

OPERATIONS = {
    details["operationId"]: (method.upper(), path)
    for path, methods in the_api().get_openapi_schema()["paths"].items()
    for method, details in methods.items()
}


def test_every_operation_is_in_the_table():
    assert sorted(TABLE) == sorted(OPERATIONS)


def address_of(name: str) -> tuple[str, str]:
    """Of things that there are not: who may call is decided before they are looked for."""
    method, path = OPERATIONS[name]
    return method, "/".join("999999" if "{" in part else part for part in path.split("/"))


@pytest.mark.parametrize("name", TABLE)
def test_d1_each_role_may_what_the_table_says_and_nothing_else(name, make_api):
    method, path = address_of(name)
    allowed = {role for role in Role if make_api(role).send(method, path, {"wrong": 1}).status_code != 403}
    assert allowed == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
def test_without_a_token_every_operation_is_401_and_changes_nothing(name):
    contact = make_contact()
    method, path = address_of(name)
    answer = Client().generic(method, path.replace("999999", str(contact.pk)), b"{}", "application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
