from hypothesis import given
from hypothesis import strategies as st

from integrations.audit import SWITCH_WARNINGS, History, definition, switch_warnings, warning_of
from integrations.audit.switch_warnings import E1_CAUSES, E2_CAUSES
from integrations.rules.switches import Blocker, Switch, SyncDecision

HISTORIES = st.builds(History, was_synced=st.booleans(), has_ended=st.booleans(), has_calls=st.booleans())
WEBINAR_NOES = st.lists(st.sampled_from(sorted(E1_CAUSES)), unique=True).map(
    lambda blockers: SyncDecision(tuple(map(Blocker, blockers)))
)
RECORDING_NOES = st.lists(st.sampled_from(sorted(E2_CAUSES)), unique=True).map(
    lambda blockers: SyncDecision(tuple(map(Blocker, blockers)))
)
YES = SyncDecision()


def no(*switches: Switch) -> SyncDecision:
    return SyncDecision(tuple(map(Blocker, switches)))


def recordings_of(webinar: SyncDecision, recordings: SyncDecision) -> SyncDecision:
    return SyncDecision((*webinar.blockers, *recordings.blockers))


def test_each_switch_that_can_say_no_has_its_warning_in_words() -> None:
    assert {*E1_CAUSES, *E2_CAUSES} == set(Switch)
    assert all(definition(*key) for key in SWITCH_WARNINGS)
    assert {warning_of(switch) for switch in Switch} <= SWITCH_WARNINGS


@given(WEBINAR_NOES, RECORDING_NOES, HISTORIES)
def test_whatever_a_switch_opens_is_judged_when_the_switches_are(
    webinar: SyncDecision, recordings: SyncDecision, history: History
) -> None:
    assert set(switch_warnings(webinar, recordings_of(webinar, recordings), history)) <= SWITCH_WARNINGS


@given(HISTORIES)
def test_with_all_switches_on_nothing_is_open(history: History) -> None:
    assert list(switch_warnings(YES, YES, history)) == []


def test_r34_each_switch_that_is_off_is_named_not_only_the_first() -> None:
    blockers = no(Switch.GLOBAL, Switch.WEBINAR)
    assert list(switch_warnings(blockers, blockers, History())) == [
        ("E1", "switch_global"),
        ("E1", "switch_webinar"),
    ]


def test_r44_r45_what_was_synced_before_the_switch_went_off_is_called_partial() -> None:
    blockers = no(Switch.WEBINAR)
    found = list(switch_warnings(blockers, blockers, History(was_synced=True)))
    assert found == [("E1", "switch_webinar"), ("E4", "switch_webinar")]


def test_r37_the_recording_switches_are_named_once_the_webinar_was_held() -> None:
    blockers = no(Switch.RECORDINGS_NONE, Switch.RECORDINGS_WEBINAR)
    assert list(switch_warnings(YES, blockers, History(has_ended=False))) == []
    assert list(switch_warnings(YES, blockers, History(has_ended=True))) == [
        ("E2", "switch_recordings_global"),
        ("E2", "switch_recordings_webinar"),
    ]


def test_a_webinar_that_does_not_sync_is_not_warned_about_its_recordings_too() -> None:
    webinar = no(Switch.GLOBAL)
    blockers = no(Switch.GLOBAL, Switch.RECORDINGS_NONE)
    assert list(switch_warnings(webinar, blockers, History(has_ended=True))) == [("E1", "switch_global")]


def test_r45_calls_that_came_before_the_recordings_went_off_make_the_rest_missing() -> None:
    history = History(was_synced=True, has_ended=True, has_calls=True)
    found = set(switch_warnings(YES, no(Switch.RECORDINGS_USER), history))
    assert found == {("E2", "switch_recordings_user"), ("E4", "switch_recordings")}


def test_r5_nobody_is_told_to_expect_the_rest_of_a_zoom_event() -> None:
    blockers = no(Switch.ZOOM_EVENTS)
    assert list(switch_warnings(blockers, blockers, History(was_synced=True))) == [("E1", "zoom_events")]
