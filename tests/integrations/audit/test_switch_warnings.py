from hypothesis import given
from hypothesis import strategies as st

from integrations.audit import (
    ACCOUNT_WARNINGS,
    SWITCH_WARNINGS,
    AuditCode,
    account_warnings,
    codes_of,
    concerning,
    definition,
    switch_warnings,
    warning_of,
)
from integrations.rules.switches import Blocker, BrandSwitches, RecordingScope, Switch, SyncDecision

OF_WEBINARS = [Switch.ZOOM_EVENTS, Switch.GLOBAL, Switch.HOST_EXCLUDED, Switch.WEBINAR]
OF_RECORDINGS = [switch for switch in Switch if switch not in OF_WEBINARS]
YES = SyncDecision()


def no(*switches: Switch) -> SyncDecision:
    return SyncDecision(tuple(map(Blocker, switches)))


def decisions(switches: list[Switch]) -> st.SearchStrategy[SyncDecision]:
    return st.lists(st.sampled_from(switches), unique=True).map(lambda found: no(*found))


def both(webinar: SyncDecision, recordings: SyncDecision) -> SyncDecision:
    return SyncDecision((*webinar.blockers, *recordings.blockers))


def test_each_setting_that_can_say_no_has_its_warning_in_words() -> None:
    assert {warning_of(switch) for switch in Switch} == SWITCH_WARNINGS
    assert ACCOUNT_WARNINGS <= SWITCH_WARNINGS
    assert all(definition(code) for code in SWITCH_WARNINGS)


@given(decisions(OF_WEBINARS), decisions(OF_RECORDINGS), st.booleans())
def test_d20_one_setting_is_one_entry(
    webinar: SyncDecision, recordings: SyncDecision, has_ended: bool
) -> None:
    codes = list(switch_warnings(webinar, both(webinar, recordings), has_ended=has_ended))
    assert len(codes) == len(set(codes)) <= len(webinar.blockers) or len(recordings.blockers)
    assert set(codes) <= SWITCH_WARNINGS & set(codes_of("E1", "E2"))


@given(st.booleans())
def test_with_all_settings_on_nothing_is_open(has_ended: bool) -> None:
    assert list(switch_warnings(YES, YES, has_ended=has_ended)) == []


def test_r34_each_setting_that_is_off_is_named_not_only_the_first() -> None:
    off = no(Switch.HOST_EXCLUDED, Switch.WEBINAR)
    found = list(switch_warnings(off, off, has_ended=True))
    assert found == [AuditCode.HOST_EXCLUDED, AuditCode.WEBINAR_SYNC_OFF]


def test_r37_the_recording_settings_are_named_once_the_webinar_was_held() -> None:
    off = no(Switch.RECORDINGS_USER, Switch.RECORDINGS_WEBINAR)
    assert list(switch_warnings(YES, off, has_ended=False)) == []
    found = list(switch_warnings(YES, off, has_ended=True))
    assert found == [AuditCode.HOST_RECORDINGS_OFF, AuditCode.WEBINAR_RECORDINGS_OFF]


def test_a_webinar_that_does_not_sync_is_not_warned_about_its_recordings_too() -> None:
    off = no(Switch.WEBINAR)
    recordings = no(Switch.WEBINAR, Switch.RECORDINGS_USER)
    assert list(switch_warnings(off, recordings, has_ended=True)) == [AuditCode.WEBINAR_SYNC_OFF]


def test_e1_never_says_that_sync_is_on_for_an_account_where_it_is_off() -> None:
    assert "on for the account" not in str(definition(AuditCode.WEBINAR_SYNC_OFF).meaning)


@given(decisions(OF_WEBINARS), decisions(OF_RECORDINGS), st.booleans())
def test_d20_what_the_account_says_is_not_said_by_each_webinar(
    webinar: SyncDecision, recordings: SyncDecision, has_ended: bool
) -> None:
    together = both(webinar, recordings)
    own = set(switch_warnings(webinar, together, has_ended=has_ended))
    accounts = concerning(webinar, together, has_ended=has_ended)
    assert not own & ACCOUNT_WARNINGS
    assert accounts <= ACCOUNT_WARNINGS
    assert bool(own | accounts) is (not webinar or (has_ended and not together))


@given(st.booleans(), st.sampled_from(RecordingScope))
def test_d20_a_setting_of_the_account_is_one_entry(sync_webinars: bool, recordings: RecordingScope) -> None:
    codes = list(account_warnings(BrandSwitches(sync_webinars, recordings)))
    missing = [AuditCode.RECORDINGS_OFF] if recordings is RecordingScope.NONE else []
    assert codes == (missing if sync_webinars else [AuditCode.SYNC_OFF])
