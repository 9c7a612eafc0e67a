"""Django's admin: for admins alone, every table, nothing to change, and no secret on any page."""

import pytest
from django.apps import apps
from django.urls import get_resolver, reverse

from contacts.actions import NewContact, create_contact
from integrations.models import WorkerHeartbeat, ZoomConnection
from tests.house_rules.test_addresses import addresses
from tests.house_rules.test_code import OWN_MODELS
from zoomsync.admin_site import HIDDEN_MODELS, is_secret
from zoomsync.models import FailedSignIn, User

PAGES = {"admin:index", "admin:app_list", "admin:jsi18n"}
ADDRESSES = {
    **{name: path for name, path in addresses(get_resolver().url_patterns) if name.startswith("admin:")},
    "admin:app_list": "/settings/all-data/contacts/",
}
SHOWN = [model for model in OWN_MODELS if model.__name__ not in HIDDEN_MODELS]
DELETING = {
    "admin:zoomsync_failedsignin_delete",
    "admin:integrations_workerheartbeat_delete",
}


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_nothing_can_be_added_or_changed_and_little_deleted():
    kinds = {name.rsplit("_", 1)[-1] for name in ADDRESSES.keys() - PAGES}
    assert kinds == {"changelist", "change", "history", "delete"}
    assert {name for name in ADDRESSES if name.endswith("_delete")} == DELETING


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_admins_come_in(client, bob_client, charlie_client, method):
    for name, address in ADDRESSES.items():
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/login/"), name
        for member in (bob_client, charlie_client):
            assert getattr(member, method)(address).status_code == 403, name


def test_every_table_has_a_list_that_can_be_searched(alice_client):
    for model in SHOWN:
        assert alice_client.get(url(model, "changelist")).status_code == 200, model
        assert alice_client.get(url(model, "changelist"), {"q": "ann"}).status_code == 200, model


def test_models_that_hold_secrets_alone_are_not_there(alice_client):
    names = {model.__name__ for model in apps.get_models()}
    assert names >= HIDDEN_MODELS
    index = alice_client.get(reverse("admin:index")).content.decode()
    assert not [name for name in HIDDEN_MODELS if name.lower() in index]


def test_a_row_is_shown_without_its_secrets_and_without_a_button(alice_client, connection):
    secrets = {
        field.name: f"sentinel-{field.name}" for field in connection._meta.concrete_fields if is_secret(field)
    }
    assert {"client_secret", "access_token", "refresh_token"} <= secrets.keys()
    texts = {
        name: value
        for name, value in secrets.items()
        if name not in ("token_lease_until", "token_expires_at")
    }
    ZoomConnection.objects.filter(pk=connection.pk).update(**texts)
    page = alice_client.get(url(ZoomConnection, "change", connection.pk)).content.decode()
    assert "acme-account" in page
    assert "sentinel" not in page
    assert 'name="_save"' not in page


def test_a_password_is_not_shown(alice_client, alice):
    page = alice_client.get(url(User, "change", alice.pk)).content.decode()
    assert alice.email in page
    assert "md5" not in page


def test_what_is_sent_to_a_row_changes_nothing(alice_client, db):
    contact = create_contact(NewContact(email="ann@customer.example", first_name="Ann"))
    answer = alice_client.post(url(type(contact), "change", contact.pk), {"first_name": "Eve"})
    assert answer.status_code == 403
    contact.refresh_from_db()
    assert contact.first_name == "Ann"


def test_rows_cannot_be_deleted_from_a_list_but_for_those_that_may(alice_client, alice):
    failed = FailedSignIn.objects.create(email=alice.email)
    form = {"action": "delete_selected", "_selected_action": [failed.pk], "post": "yes"}
    alice_client.post(url(FailedSignIn, "changelist"), form)
    assert not FailedSignIn.objects.exists()
    alice_client.post(url(User, "changelist"), form | {"_selected_action": [alice.pk]})
    assert User.objects.filter(pk=alice.pk).exists()


def test_a_worker_that_is_gone_for_good_can_be_forgotten(alice_client):
    row = WorkerHeartbeat.objects.create(name="celery@gone")
    assert alice_client.post(url(WorkerHeartbeat, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not WorkerHeartbeat.objects.exists()


def test_the_way_in_is_drawn_for_admins_alone(alice_client, bob_client):
    assert reverse("admin:index") in alice_client.get("/").content.decode()
    assert reverse("admin:index") not in bob_client.get("/").content.decode()


def test_an_admin_who_was_deactivated_or_demoted_is_no_staff(alice):
    assert alice.is_staff
    assert not User(role="admin", is_active=False).is_staff
    assert not User(role="marketer").is_staff
