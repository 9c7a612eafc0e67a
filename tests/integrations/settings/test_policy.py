import pytest

from contacts.models import Brand
from integrations.models import DomainExclusion, ZoomSettings
from integrations.rules.switches import Switch
from integrations.settings.policy import load_policy
from tests.integrations.make import make_host, make_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar(connection):
    return make_webinar(connection, make_host(connection, "host@partner.test"))


def effective(webinar, policy):
    return policy.effect(webinar).webinar


def effective_recordings(webinar, policy):
    return policy.effect(webinar).recordings


def turn_on(brand, **fields):
    ZoomSettings.objects.filter(brand=brand).update(sync_webinars=True, **fields)


def exclude(brand, kind, domain):
    DomainExclusion.objects.create(brand=brand, kind=kind, domain=domain)


def test_r10_a_new_installation_syncs_nothing(brand, webinar):
    assert effective(webinar, load_policy(brand)).first.switch is Switch.GLOBAL


def test_a_brand_whose_settings_were_never_saved_has_those_of_a_new_installation(db):
    policy = load_policy(Brand.objects.create(name="New", slug="new"))
    assert not policy.switches.sync_webinars
    assert policy.creates_contacts


def test_d3_everything_on_is_a_yes(brand, webinar):
    turn_on(brand)
    assert effective(webinar, load_policy(brand))


def test_r13_an_excluded_host_says_no_and_which_entry_hit(brand, webinar):
    turn_on(brand)
    exclude(brand, DomainExclusion.Kind.HOST, "partner.test")
    no = effective(webinar, load_policy(brand)).first
    assert (no.switch, no.entry) == (Switch.HOST_EXCLUDED, "partner.test")


def test_r14_an_exclusion_of_recordings_is_not_one_of_the_webinar(brand, webinar):
    turn_on(brand, recordings="all")
    exclude(brand, DomainExclusion.Kind.RECORDING, "partner.test")
    policy = load_policy(brand)
    assert effective(webinar, policy)
    assert effective_recordings(webinar, policy).first.switch is Switch.RECORDINGS_EXCLUDED


def test_r20_with_selected_users_the_hosts_own_box_decides(brand, webinar):
    turn_on(brand, recordings="selected")
    assert not effective_recordings(webinar, load_policy(brand))
    webinar.host.sync_recordings = True
    assert effective_recordings(webinar, load_policy(brand))


def test_r13_a_webinar_without_a_known_host_is_judged_by_its_hosts_address(brand, connection):
    turn_on(brand)
    exclude(brand, DomainExclusion.Kind.HOST, "partner.test")
    webinar = make_webinar(connection, host=None, host_email="someone@partner.test")
    no = effective(webinar, load_policy(brand)).first
    assert (no.switch, no.entry) == (Switch.HOST_EXCLUDED, "partner.test")


def test_r13_a_webinar_of_whose_host_nothing_is_known_is_not_excluded(brand, connection):
    turn_on(brand)
    exclude(brand, DomainExclusion.Kind.HOST, "partner.test")
    assert effective(make_webinar(connection, host=None, host_email=""), load_policy(brand))


def test_r24_all_account_users_are_known_whatever_their_role_unless_they_are_deactivated(
    brand, alice, bob, charlie
):
    charlie.is_active = False
    charlie.save()
    assert load_policy(brand).account_users == {"alice@acme.test", "bob@acme.test"}


def test_another_brands_lists_do_not_count(brand, other_brand, webinar):
    turn_on(brand)
    exclude(other_brand, DomainExclusion.Kind.HOST, "partner.test")
    assert effective(webinar, load_policy(brand))


def test_loading_takes_three_queries_whatever_the_lists_hold(brand, django_assert_num_queries):
    for number in range(20):
        exclude(brand, DomainExclusion.Kind.CONTACT, f"company{number}.test")
    with django_assert_num_queries(3):
        policy = load_policy(brand)
    assert len(policy.excluded_contacts) == 20
