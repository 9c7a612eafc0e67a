"""What a switch above the webinars does to all of them: off, then the schedule and "Sync now", then on again.

At the simulator, by the real schedule and the catch-up that the switch itself starts (R33-R35, R44, D14).
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from contacts.models import Brand
from integrations import settings_changes
from integrations.audit import AuditCode, open_of_account
from integrations.models import AuditEntry, SyncRun, Webinar
from integrations.sync.runs.queue import enqueue_discovery, enqueue_webinar
from integrations.sync.runs.schedule import tick
from tests.integrations.sync.company import Company
from tests.integrations.sync.helpers import Trigger, work_off

pytestmark = [pytest.mark.django_db(transaction=True)]

ANNA, BEN, CARA = (f"{name}@customer.example" for name in ("anna", "ben", "cara"))


class Above(NamedTuple):
    """A switch above the webinars' own: its code in the audit log, and how it is turned off and on."""

    code: AuditCode
    off: Callable[[Brand], object]
    on: Callable[[Brand], object]


SWITCHES = [
    Above(
        AuditCode.SYNC_OFF,
        lambda brand: settings_changes.set_global(brand, sync_webinars=False, actor=None),
        lambda brand: settings_changes.set_global(brand, sync_webinars=True, actor=None),
    ),
    Above(
        AuditCode.HOST_EXCLUDED,
        lambda brand: settings_changes.add_exclusions(brand, "host", "own.example", None),
        lambda brand: settings_changes.remove_exclusions(brand, "host", "own.example", None),
    ),
]


@pytest.fixture
def company(simulator, simulated_connection, unpaced) -> Company:
    return Company(simulator, simulated_connection)


def open_codes(company, webinar) -> set[str]:
    row = company.row(webinar)
    entries = AuditEntry.objects.open().filter(webinar=row) | open_of_account(company.brand, row)
    return set(entries.values_list("code", flat=True))


@pytest.mark.parametrize("above", SWITCHES, ids=[switch.code for switch in SWITCHES])
def test_r35_all_that_was_missed_while_it_was_off_syncs_once_it_is_on(company, above):
    roses, tulips = company.make.upcoming("Roses"), company.make.upcoming("Tulips")
    company.make.register(roses, ANNA, "Anna Ahlers")
    company.sync(roses)
    company.sync(tulips)
    assert AuditEntry.objects.open().count() == 0

    above.off(company.brand)
    off = {above.code}
    assert (open_codes(company, roses), open_codes(company, tulips)) == (off, off)

    company.make.register(roses, BEN, "Ben Bauer")
    found_meanwhile = company.make.upcoming("Lilies")
    company.make.register(found_meanwhile, CARA, "Cara Clark")
    Webinar.objects.update(next_sync_at=company.connection.connected_at)
    company.simulator.calls.clear()
    enqueue_discovery(company.connection, Trigger.SCHEDULE)
    tick()
    enqueue_webinar(company.row(roses), Trigger.MANUAL, depth=SyncRun.Depth.FULL)
    work_off()
    assert not company.simulator.calls.where(f"/webinars/{roses.id}")
    assert (open_codes(company, roses), open_codes(company, tulips)) == (off, off)
    assert open_codes(company, found_meanwhile) == off
    assert (company.state(ANNA), company.state(BEN), company.state(CARA)) == ("registered", "", "")

    above.on(company.brand)
    assert SyncRun.objects.filter(state="queued", trigger=Trigger.CATCH_UP).count() == 3
    assert AuditEntry.objects.open().count() == 0
    work_off()
    assert AuditEntry.objects.open().count() == 0
    states = (company.state(ANNA), company.state(BEN), company.state(CARA))
    assert states == ("registered", "registered", "registered")
