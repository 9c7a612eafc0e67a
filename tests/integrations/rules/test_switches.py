from itertools import product

from core.domains import DomainList
from integrations.rules.switches import (
    Blocker,
    BrandSwitches,
    RecordingScope,
    Switch,
    SyncDecision,
    WebinarSwitches,
    above_recording_switch,
    above_webinar_switch,
    initial_own_switch,
    may_switch_webinar_on,
    recording_switch,
    webinar_switch,
)

HIT = DomainList(["example.com"])
MISS = DomainList(["notexample.com"])
BOTH = (True, False)
EVERY_COMBINATION = list(product(BOTH, RecordingScope, BOTH, BOTH, BOTH, BOTH, BOTH, BOTH))


def switches(
    on: bool,
    scope: RecordingScope,
    host_out: bool,
    recordings_out: bool,
    own: bool,
    own_rec: bool,
    user: bool,
    ze: bool,
) -> tuple[BrandSwitches, WebinarSwitches]:
    brand = BrandSwitches(on, scope, HIT if host_out else MISS, HIT if recordings_out else MISS)
    return brand, WebinarSwitches("host@eu.example.com", own, own_rec, user, ze)


def blockers(verdict: SyncDecision) -> set[Switch]:
    return {no.switch for no in verdict.blockers}


def test_d3_the_whole_truth_table() -> None:
    for combination in EVERY_COMBINATION:
        on, scope, host_out, recordings_out, own, own_rec, user, ze = combination
        brand, webinar = switches(*combination)
        syncs = on and not host_out and own and not ze
        assert bool(webinar_switch(brand, webinar)) is syncs
        recorded = scope == "all" or (scope == "selected" and user)
        assert bool(recording_switch(brand, webinar)) is (
            syncs and recorded and not recordings_out and own_rec
        )


def test_d3_every_switch_that_says_no_is_named_and_no_other() -> None:
    for combination in EVERY_COMBINATION:
        on, scope, host_out, recordings_out, own, own_rec, user, ze = combination
        expected = [
            (ze, Blocker(Switch.ZOOM_EVENTS)),
            (not on, Blocker(Switch.GLOBAL)),
            (host_out, Blocker(Switch.HOST_EXCLUDED, "example.com")),
            (not own, Blocker(Switch.WEBINAR)),
            (scope == "none", Blocker(Switch.RECORDINGS_NONE)),
            (scope == "selected" and not user, Blocker(Switch.RECORDINGS_USER)),
            (recordings_out, Blocker(Switch.RECORDINGS_EXCLUDED, "example.com")),
            (not own_rec, Blocker(Switch.RECORDINGS_WEBINAR)),
        ]
        brand, webinar = switches(*combination)
        verdict = recording_switch(brand, webinar)
        assert verdict.blockers == tuple(no for applies, no in expected if applies)
        assert webinar_switch(brand, webinar).blockers == tuple(no for applies, no in expected[:4] if applies)
        assert verdict.first == (verdict.blockers[0] if verdict.blockers else None)


def test_what_stands_above_a_switch_does_not_depend_on_it() -> None:
    for combination in EVERY_COMBINATION:
        brand, webinar = switches(*combination)
        assert Switch.WEBINAR not in blockers(above_webinar_switch(brand, webinar))
        assert Switch.RECORDINGS_WEBINAR not in blockers(above_recording_switch(brand, webinar))
        assert bool(webinar_switch(brand, webinar)) is (
            bool(above_webinar_switch(brand, webinar)) and webinar.own
        )


def test_r16_a_webinar_may_be_switched_on_only_after_the_global_switch() -> None:
    for combination in EVERY_COMBINATION:
        brand, webinar = switches(*combination)
        allowed = may_switch_webinar_on(brand, webinar)
        assert bool(allowed) is (brand.sync_webinars and not webinar.is_zoom_events)
        if not brand.sync_webinars:
            assert Switch.GLOBAL in blockers(allowed)


def test_d3_a_new_installation_syncs_nothing() -> None:
    verdict = recording_switch(BrandSwitches(), WebinarSwitches("host@example.com"))
    assert [no.switch for no in verdict.blockers] == [Switch.GLOBAL, Switch.RECORDINGS_NONE]


def test_r19_a_new_webinar_takes_its_hosts_default_which_starts_as_on() -> None:
    assert initial_own_switch(None) is True
    assert initial_own_switch(True) is True
    assert initial_own_switch(False) is False


def test_r13_a_host_without_an_address_is_not_excluded() -> None:
    assert webinar_switch(BrandSwitches(sync_webinars=True, excluded_hosts=HIT), WebinarSwitches(""))
