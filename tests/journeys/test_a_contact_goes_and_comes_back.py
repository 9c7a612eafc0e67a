"""Somebody deletes a contact, and the sync leaves the person alone; somebody creates them by hand, and all of
what Zoom knows of them is there again. The same with an address that a person replaces and then removes. On
the simulator, through the queue, as a worker does it.
"""

from typing import Any

import pytest

from contacts.actions import (
    NewContact,
    add_secondary,
    create_contact,
    delete_contact,
    make_primary,
    remove_secondary,
)
from contacts.models import Brand, Contact
from integrations.models import ZoomConnection
from marketing_events.models import MarketingEvent, Participation
from tests.integrations.sync.helpers import apply_policy, discover, exported, sync_all, work_off
from zoom_simulator.simulator import Simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.simulator("nasty"),
    pytest.mark.usefixtures("unpaced"),
]


def about(email: str, dataset: str) -> list[dict[str, Any]]:
    return [row for row in exported(dataset) if row["email"] == email]


def counts() -> dict[int, tuple[int, int]]:
    rows = MarketingEvent.objects.values_list("pk", "registered_count", "attended_count")
    return {pk: (registered, attended) for pk, registered, attended in rows}


def somebody_who_attended(brand: Brand, connection: ZoomConnection, simulator: Simulator) -> Contact:
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

    delete_contact(contact.pk)
    work_off()
    assert [about(email, name) for name in before] == [[], [], []]
    skipped = about(email, "skipped")
    assert skipped
    assert {row["reason"] for row in skipped} == {"deleted_contact"}
    assert counts() != before_counts

    create_contact(NewContact(email=email, first_name=contact.first_name, last_name=contact.last_name))
    work_off()
    assert {name: about(email, name) for name in before} == before
    assert about(email, "skipped") == []
    assert counts() == before_counts


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
