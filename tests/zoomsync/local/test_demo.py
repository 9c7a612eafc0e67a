import pytest

from contacts.models import Contact, EmailAddress
from integrations.models import Brand, DomainExclusion, SyncRun, ZoomConnection
from integrations.simulator.simulator import Simulator
from zoomsync.local import demo
from zoomsync.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario():
    return Simulator("demo").scenario


def test_the_demo_has_a_person_of_each_role_and_a_brand_connected_to_the_simulated_account(scenario):
    assert demo.make(scenario)
    assert {"admin", "operator", "marketer"} <= set(User.objects.values_list("role", flat=True))
    assert ZoomConnection.objects.get().account_id == scenario.world.account_id
    assert SyncRun.objects.filter(kind="discovery", state="queued").count() == 1


def test_the_demos_company_has_decided_what_the_scenario_says(scenario):
    demo.make(scenario)
    excluded = DomainExclusion.objects.filter(kind="contact").values_list("domain", flat=True)
    assert set(excluded) == set(scenario.policy.exclude_contacts)
    assert Brand.objects.get().zoom_settings.sync_webinars
    known = {contact.email.lower() for contact in scenario.policy.existing_contacts}
    assert set(Contact.objects.values_list("email", flat=True)) == known
    for contact in scenario.policy.existing_contacts:
        held = EmailAddress.objects.filter(contact__email=contact.email.lower(), is_primary=False)
        assert held.count() == len(contact.secondary_emails)


def test_a_second_start_leaves_the_demo_as_it_is(scenario):
    demo.make(scenario)
    User.objects.filter(email="admin@brightline.example").update(name="Renamed")
    assert not demo.make(scenario)
    assert User.objects.get(email="admin@brightline.example").name == "Renamed"
    assert Brand.objects.count() == 1
