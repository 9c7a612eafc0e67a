import pytest

from contacts.models import Brand
from integrations.audit import AuditCode
from integrations.models import (
    AuditEntry,
    DomainExclusion,
    SettingChange,
    SkippedPerson,
    SyncRun,
    ZoomConnection,
)
from integrations.settings_changes import (
    BadDomainsError,
    NotAllowed,
    add_exclusions,
    remove_exclusions,
    set_global,
)
from tests.integrations.make import make_host, make_webinar
from zoomsync.models import User


def listed(kind: str) -> set[str]:
    return set(DomainExclusion.objects.filter(kind=kind).values_list("domain", flat=True))


def test_d4_domains_are_understood_as_people_type_them(brand: Brand, alice: User) -> None:
    add_exclusions(brand, "contact", "@Acme.test, *.example.com; münchen.de", alice)
    assert listed("contact") == {"acme.test", "example.com", "xn--mnchen-3ya.de"}
    assert set(DomainExclusion.objects.values_list("created_by_name", flat=True)) == {"Alice Admin"}


def test_who_excluded_a_domain_is_known_when_they_are_gone(brand: Brand, alice: User) -> None:
    add_exclusions(brand, "contact", "acme.test", alice)
    alice.delete()
    add_exclusions(brand, "contact", "example.com", None)
    by = dict(DomainExclusion.objects.values_list("domain", "created_by_name"))
    assert by == {"acme.test": "Alice Admin", "example.com": "Command line"}


def test_each_mistake_is_named_and_then_nothing_is_added(brand: Brand) -> None:
    with pytest.raises(BadDomainsError) as refused:
        add_exclusions(brand, "host", ["good.test", "no domain", "com"], None)
    assert len(refused.value.problems) == 3
    assert all(name in str(refused.value) for name in ('"no"', '"domain"', '"com"'))
    assert listed("host") == set()
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("nothing", ["", " , ;", []])
def test_nothing_typed_is_a_mistake_too(brand: Brand, nothing: str | list[str]) -> None:
    with pytest.raises(BadDomainsError, match="Type a domain"):
        add_exclusions(brand, "host", nothing, None)


def test_an_unknown_list_is_refused(brand: Brand) -> None:
    with pytest.raises(ValueError, match="nobody"):
        add_exclusions(brand, "nobody", "a.test", None)


def test_r16_only_an_admin_changes_the_lists(brand: Brand, bob: User) -> None:
    with pytest.raises(NotAllowed):
        add_exclusions(brand, "host", "a.test", bob)


def test_d12_adding_and_removing_twice_is_the_same_as_once(brand: Brand) -> None:
    for _time in range(2):
        add_exclusions(brand, "host", "a.test b.test", None)
    assert SettingChange.objects.count() == 2
    for _time in range(2):
        remove_exclusions(brand, "host", "A.test", None)
    assert SettingChange.objects.count() == 3
    assert listed("host") == {"b.test"}


def test_the_history_tells_what_came_and_what_went(brand: Brand) -> None:
    add_exclusions(brand, "recording", "a.test", None)
    remove_exclusions(brand, "recording", "a.test", None)
    rows = SettingChange.objects.order_by("pk").values_list("scope", "field", "target", "old", "new")
    assert list(rows) == [
        ("exclusion", "recording", "a.test", "", "a.test"),
        ("exclusion", "recording", "a.test", "a.test", ""),
    ]


def test_r13_a_hosts_domain_stops_their_webinars_and_only_theirs(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    theirs = make_webinar(connection, make_host(connection, "ann@eu.partner.test"))
    make_webinar(connection, make_host(connection, "ben@notpartner.test"))
    outcome = add_exclusions(syncing_brand, "host", "partner.test", None)
    assert outcome.stopped == 1
    (warning,) = AuditEntry.objects.open()
    assert (warning.webinar, warning.code) == (theirs, AuditCode.HOST_EXCLUDED)
    outcome = remove_exclusions(syncing_brand, "host", "partner.test", None)
    assert (outcome.started, outcome.queued) == (1, 1)
    assert [run.webinar for run in SyncRun.objects.all()] == [theirs]
    assert not AuditEntry.objects.open().exists()


def test_r14_a_recording_exclusion_leaves_the_webinar_in_sync(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    make_webinar(connection, make_host(connection, "ann@partner.test"), state="ended")
    set_global(syncing_brand, recordings="all", actor=None)
    SyncRun.objects.all().delete()
    outcome = add_exclusions(syncing_brand, "recording", "partner.test", None)
    assert (outcome.stopped, outcome.recordings_stopped) == (0, 1)
    assert AuditEntry.objects.open().get().code == "recording_host_excluded"
    assert remove_exclusions(syncing_brand, "recording", "partner.test", None).recordings_started == 1


def test_r15_an_exclusion_that_goes_lets_those_whom_it_kept_out_in(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    one, other = make_webinar(connection), make_webinar(connection)
    for webinar, rule in [(one, "a.test"), (other, "b.test")]:
        SkippedPerson.objects.create(
            webinar=webinar, stage="attendance", person_key="x", reason="excluded_domain", rule=rule
        )
    add_exclusions(syncing_brand, "contact", "a.test b.test", None)
    assert not SyncRun.objects.exists()
    outcome = remove_exclusions(syncing_brand, "contact", "a.test", None)
    (run,) = SyncRun.objects.all()
    assert (run.webinar, run.is_full, outcome.queued) == (one, True, 1)
