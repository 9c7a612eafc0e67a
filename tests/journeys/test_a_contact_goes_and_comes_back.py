"""Someone deletes a contact, and the sync leaves the person alone; someone creates them by hand, and all of
what Zoom knows of them is there again. The same with an address that a person replaces and then removes. On
the simulator, through the queue, as a worker does it.
"""

from typing import Any

import pytest
from django.apps import apps

from contacts.actions import (
    NewContact,
    add_secondary,
    create_contact,
    delete_contact,
    make_primary,
    remove_secondary,
)
from contacts.models import Brand, Contact
from integrations.models import SyncRun, Webinar, ZoomConnection
from integrations.sync.runs.queue import enqueue_webinar
from marketing_events.models import MarketingEvent, Participation
from tests.integrations.sync.helpers import apply_policy, discover, exported, keep_every, sync_all, work_off
from zoom_simulator.simulator import Simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.simulator("nasty"),
    pytest.mark.usefixtures("unpaced"),
]


def about(email: str, dataset: str) -> list[dict[str, Any]]:
    """But for what tells of a contact's own row, which is another one afterwards."""
    own = ("source", "created_at", "updated_at")
    rows = [row for row in exported(dataset) if row["email"] == email]
    return [{name: value for name, value in row.items() if name not in own} for row in rows]


def deleted_people() -> list[dict[str, Any]]:
    """As they are listed: without saying who."""
    rows = [row for row in exported("skipped") if row["reason"] == "deleted_contact"]
    assert {(row["email"], row["name"]) for row in rows} <= {("", "")}
    return sorted(rows, key=str)


def places_of(*texts: str) -> list[str]:
    """The columns of all tables in which one of these texts occurs."""
    found = set()
    for model in apps.get_models():
        for row in model._default_manager.values():
            whole = f"{row.get('first_name')} {row.get('last_name')}"
            for column, value in {**row, "first_name last_name": whole}.items():
                if any(text.lower() in str(value).lower() for text in texts):
                    found.add(f"{model.__name__}.{column}")
    return sorted(found)


def counts() -> dict[int, tuple[int, int]]:
    rows = MarketingEvent.objects.values_list("pk", "registered_count", "attended_count")
    return {pk: (registered, attended) for pk, registered, attended in rows}


def somebody_who_attended(brand: Brand, connection: ZoomConnection, simulator: Simulator) -> Contact:
    keep_every(10, simulator, first=1)
    apply_policy(brand, simulator.scenario.policy)
    discover(connection, simulator.scenario.policy)
    sync_all(connection)
    attended = Participation.objects.filter(state=Participation.State.ATTENDED, registered_at__isnull=False)
    return Contact.objects.filter(pk__in=attended.values("contact")).order_by("pk")[0]


def test_d11_r28_a_deleted_contact_stays_away_until_somebody_creates_it_by_hand(
    brand: Brand, simulated_connection: ZoomConnection, simulator: Simulator
):
    contact = somebody_who_attended(brand, simulated_connection, simulator)
    email = contact.email
    before = {name: about(email, name) for name in ("contacts", "participations", "timeline")}
    before_counts = counts()
    others = deleted_people()

    delete_contact(contact.pk)
    work_off()
    assert [about(email, name) for name in before] == [[], [], []]
    assert about(email, "skipped") == []
    assert len(deleted_people()) > len(others)
    assert counts() != before_counts

    create_contact(NewContact(email=email, first_name=contact.first_name, last_name=contact.last_name))
    work_off()
    assert {name: about(email, name) for name in before} == before
    assert about(email, "skipped") == []
    assert deleted_people() == others
    assert counts() == before_counts


def test_d22_after_a_deletion_neither_name_nor_address_is_anywhere_in_the_database(
    brand: Brand, simulated_connection: ZoomConnection, simulator: Simulator
):
    contact = somebody_who_attended(brand, simulated_connection, simulator)
    email, name = contact.email, contact.name
    assert "Registrant.email" in places_of(email)
    assert "Registrant.first_name last_name" in places_of(name)
    delete_contact(contact.pk)
    assert places_of(email, name) == []
    work_off()
    assert places_of(email, name) == []
    for webinar in Webinar.objects.filter(sync_enabled=True):
        enqueue_webinar(webinar, SyncRun.Trigger.MANUAL, depth=SyncRun.Depth.FULL)
    work_off()
    assert places_of(email, name) == []
    assert deleted_people()


def test_r29_an_address_that_was_replaced_stays_secondary_and_is_somebodys_own_once_it_is_removed(
    brand: Brand, simulated_connection: ZoomConnection, simulator: Simulator
):
    contact = somebody_who_attended(brand, simulated_connection, simulator)
    former, before = contact.email, about(contact.email, "participations")
    assert before

    add_secondary(contact.pk, "replaced@elsewhere.example")
    make_primary(contact.pk, "replaced@elsewhere.example")
    work_off()
    assert (about(former, "contacts"), about(former, "participations")) == ([], [])
    assert {row["reason"] for row in about(former, "skipped")} == {"secondary_email"}

    remove_secondary(contact.pk, former)
    work_off()
    assert about(former, "participations") == before
    assert about(former, "skipped") == []
    assert Contact.objects.get(email=former).pk != contact.pk
