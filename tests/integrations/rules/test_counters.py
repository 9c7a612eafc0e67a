from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.counters import Counters, Session, counters_of
from tests.integrations.rules.strategies import at, moments

sessions = st.lists(
    st.builds(
        Session,
        st.integers(1, 4),
        st.none() | moments,
        st.none() | st.integers(0, 10000).map(lambda hundredths: hundredths / 100),
    )
)


def test_d9_three_webinars_one_of_them_a_series() -> None:
    assert counters_of(
        [
            Session(1, at(0), 50.0),  # a series: the mean of the sessions attended is 75
            Session(1, at(0), 100.0),
            Session(1, at(0), None),
            Session(2, None, 20.0),  # attended without registering
            Session(3, at(5), None),  # registered only, or cancelled since
        ]
    ) == Counters(registrations=2, attended=2, average_percent=47.5)


def test_r64_attending_a_series_again_counts_once() -> None:
    once, again = [Session(1, at(0), 80.0)], [Session(1, at(0), 80.0), Session(1, at(0), 40.0)]
    assert counters_of(once) == Counters(1, 1, 80.0)
    assert counters_of(again) == Counters(1, 1, 60.0)


def test_r59_attending_for_no_time_is_attending() -> None:
    assert counters_of([Session(1, None, 0.0), Session(2, None, 50.0)]) == Counters(0, 2, 25.0)


def test_d9_nothing_attended_has_no_average() -> None:
    assert counters_of([]) == Counters(0, 0, None)
    assert counters_of([Session(1, at(0), None)]) == Counters(1, 0, None)


@given(sessions)
def test_d9_the_counters_are_what_their_definition_says(of: list[Session]) -> None:
    counters = counters_of(of)
    assert counters.registrations == len({s.webinar for s in of if s.registered_at})
    attended = {s.webinar for s in of if s.attended_percent is not None}
    assert counters.attended == len(attended)
    means = [
        fmean(s.attended_percent for s in of if s.webinar == webinar and s.attended_percent is not None)
        for webinar in attended
    ]
    assert (counters.average_percent is None) is (not means)
    if means:
        assert abs(counters.average_percent - fmean(means)) <= 0.005 + 1e-9
        assert 0 <= counters.average_percent <= 100


@given(sessions, st.randoms(use_true_random=False))
def test_d12_recomputing_in_another_order_changes_nothing(of: list[Session], random: object) -> None:
    shuffled = list(of)
    random.shuffle(shuffled)
    assert counters_of(shuffled) == counters_of(of)


@given(sessions, sessions)
def test_d9_more_rows_never_lower_a_count(of: list[Session], more: list[Session]) -> None:
    before, after = counters_of(of), counters_of(of + more)
    assert after.registrations >= before.registrations
    assert after.attended >= before.attended
