import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Brand
from integrations.models import (
    DomainExclusion,
    SettingChange,
    SkippedPerson,
    SyncRun,
    Webinar,
    ZoomConnection,
    ZoomSettings,
    ZoomUser,
)
from tests.integrations.make import make_host, make_webinar

LISTS = ["host", "recordings", "contacts"]


def run(*arguments: str, brand: str = "Acme") -> str:
    out = io.StringIO()
    call_command("zoom_settings", "--brand", brand, *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str, brand: str = "Acme") -> str:
    """The sentence; the exit code is the one for bad arguments."""
    with pytest.raises(CommandError) as caught:
        run(*arguments, brand=brand)
    assert caught.value.returncode == 2
    return str(caught.value)


def settings_of(brand: Brand) -> ZoomSettings:
    return ZoomSettings.objects.get(brand=brand)


# Changing


def test_the_global_switches_are_those_of_the_page(brand: Brand, webinar: Webinar) -> None:
    output = run("--sync-webinars", "on", "--recordings", "all", "--create-contacts", "off")
    settings = settings_of(brand)
    assert (settings.sync_webinars, settings.recordings, settings.create_contacts) == (True, "all", False)
    assert "Sync webinar data: from off to on." in output
    assert "Webinars that catch up with what was missed: 1." in output
    assert {change.actor_name for change in SettingChange.objects.all()} == {"Command line"}


def test_d12_the_same_call_again_changes_nothing(brand: Brand, webinar: Webinar) -> None:
    for _time in range(2):
        output = run("--sync-webinars", "on", "--exclude-host", "a.test")
    assert output == ""
    assert SettingChange.objects.count() == 2


def test_r19_new_webinars_is_for_all_users_and_for_those_found_later(
    brand: Brand, connection: ZoomConnection
) -> None:
    for name in ("ann", "ben"):
        make_host(connection, f"{name}@acme.test")
    output = run("--new-webinars", "off")
    assert not ZoomUser.objects.filter(sync_new_webinars=True).exists()
    assert not settings_of(brand).sync_new_webinars
    assert "ann@acme.test: Sync data from newly scheduled webinars by default: from on to off." in output


@pytest.mark.parametrize("name", LISTS)
def test_domains_go_onto_each_list_and_off_it(brand: Brand, name: str) -> None:
    kind = {"host": "host", "recordings": "recording", "contacts": "contact"}[name]
    run(f"--exclude-{name}", "A.test", "@b.test", f"--exclude-{name}", "c.test")
    assert set(DomainExclusion.objects.values_list("kind", "domain")) == {
        (kind, "a.test"),
        (kind, "b.test"),
        (kind, "c.test"),
    }
    run(f"--include-{name}", "a.test", "c.test")
    assert DomainExclusion.objects.get().domain == "b.test"


def test_r16_one_call_switches_on_from_above_to_below(brand: Brand, connection: ZoomConnection) -> None:
    webinar = make_webinar(connection, sync_enabled=False, sync_recordings=False)
    run(
        "--sync-webinars",
        "on",
        "--webinar",
        str(webinar.zoom_webinar_id),
        "--sync",
        "on",
        "--recordings-sync",
        "on",
    )
    webinar.refresh_from_db()
    assert (webinar.sync_enabled, webinar.sync_recordings) == (True, True)
    assert SyncRun.objects.get().webinar == webinar


@pytest.mark.parametrize("separator", [" ", "-"])
def test_r79_a_webinar_id_is_understood_as_people_paste_it(
    syncing_brand: Brand, webinar: Webinar, separator: str
) -> None:
    text = str(webinar.zoom_webinar_id)
    run("--webinar", separator.join([text[:3], text[3:7], text[7:]]), "--sync", "off")
    webinar.refresh_from_db()
    assert not webinar.sync_enabled


# Refusing


def test_r16_a_webinar_is_not_switched_on_while_the_global_switch_is_off(
    brand: Brand, webinar: Webinar
) -> None:
    output = refused("--webinar", str(webinar.zoom_webinar_id), "--sync", "on")
    assert "“Sync webinar data” is off in the global settings" in output


def test_an_unknown_brand_is_told_which_there_are(brand: Brand, other_brand: Brand) -> None:
    output = refused("--sync-webinars", "on", brand="Acmee")
    assert output == "There is no brand “Acmee”. Known brands: Acme, Globex."


def test_a_domain_that_is_none_is_named_and_nothing_is_half_written(brand: Brand, webinar: Webinar) -> None:
    output = refused(
        "--sync-webinars", "on", "--exclude-host", "good.test", "--exclude-contacts", "no domain"
    )
    assert '"no" is only the end of a domain' in output
    assert not settings_of(brand).sync_webinars
    assert not DomainExclusion.objects.exists()
    assert not SettingChange.objects.exists()
    assert not SyncRun.objects.exists()


def test_an_address_with_two_at_signs_is_not_taken_for_its_end(brand: Brand) -> None:
    output = refused("--exclude-contacts", "a@b@c.com")
    assert output == '"a@b@c.com" has more than one "@". Type a domain, such as example.com.'
    assert not DomainExclusion.objects.exists()


@pytest.mark.parametrize(
    ("webinar_id", "words"),
    [
        ("123", "Acme has no webinar with the ID 123."),
        ("abc", "“abc” is not a webinar ID."),
        ("9" * 30, "not a"),
    ],
)
def test_an_unknown_webinar_is_refused(brand: Brand, webinar_id: str, words: str) -> None:
    assert words in refused("--sync-webinars", "on", "--webinar", webinar_id, "--sync", "on")
    assert not settings_of(brand).sync_webinars


def test_another_brands_webinar_is_unknown(webinar: Webinar, other_brand: Brand) -> None:
    assert "has no webinar" in refused(
        "--webinar", str(webinar.zoom_webinar_id), "--sync", "off", brand="Globex"
    )


def test_a_switch_of_a_webinar_needs_the_webinar(brand: Brand) -> None:
    assert "--webinar" in refused("--sync", "on")


@pytest.mark.parametrize(
    "arguments", [["--sync-webinars", "maybe"], ["--recordings", "some"], ["--exclude-host"], ["--nonsense"]]
)
def test_what_cannot_be_parsed_is_refused(brand: Brand, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


# Showing


def test_the_settings_are_shown_with_what_each_comes_to(
    syncing_brand: Brand, connection: ZoomConnection
) -> None:
    partner = make_host(connection, "ann@eu.partner.test", sync_recordings=True)
    own = make_host(connection, "ben@acme.test", sync_new_webinars=False)
    for host, on in [(partner, True), (own, True), (own, False)]:
        make_webinar(connection, host, sync_enabled=on)
    for number in range(3):
        SkippedPerson.objects.create(
            webinar=Webinar.objects.latest("pk"),
            stage="registration",
            person_key=str(number),
            email=f"{number}@own.test",
            reason="excluded_domain",
            rule="own.test",
        )
    run("--exclude-host", "partner.test", "--exclude-contacts", "own.test", "--recordings", "selected")
    assert run("--show").splitlines() == [
        "Acme (primary brand): Zoom account acme-account, connected",
        "  Sync webinar data: on - 1 of 3 webinars sync",
        "  Webinars turned off: 1",
        "  Recordings: Selected Zoom users - 0 webinars, 1 of 2 users selected",
        "  New webinars sync: on - for 1 of 2 users",
        "  Create contacts: on",
        "  Exclude hosts and panelists: off",
        "  Webinar exclusions: partner.test (1 webinars)",
        "  Recording exclusions: none",
        "  Contact exclusions: own.test (3 people skipped)",
    ]


def test_without_anything_to_change_the_settings_are_shown(brand: Brand) -> None:
    assert run() == run("--show")
    assert "not connected to Zoom" in run()


def test_one_webinar_is_shown_with_the_switch_that_says_no(brand: Brand, webinar: Webinar) -> None:
    output = run("--webinar", str(webinar.zoom_webinar_id))
    assert output.startswith(f"Growing roses ({webinar.zoom_webinar_id})")
    assert "Sync: on - does not sync: “Sync webinar data” is off in the global settings" in output


def test_showing_many_webinars_costs_the_queries_of_a_few(
    brand: Brand, connection: ZoomConnection, django_assert_max_num_queries: Any
) -> None:
    host = make_host(connection)
    Webinar.objects.bulk_create(
        Webinar(connection=connection, host=host, zoom_webinar_id=number) for number in range(500)
    )
    with django_assert_max_num_queries(11):
        run("--show")
