import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.retry import retrying


class Act:
    """Fails so often, then returns."""

    def __init__(self, failures, error=OSError):
        self.failures, self.error, self.calls = failures, error, 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error(self.calls)
        return "done"


@given(failures=st.integers(0, 6), tries=st.integers(1, 6))
def test_it_is_tried_so_often_and_then_the_last_error_is_raised(failures, tries):
    act = Act(failures)
    if failures < tries:
        assert retrying(OSError, tries=tries)(act) == "done"
        assert act.calls == failures + 1
    else:
        with pytest.raises(OSError, match=str(tries)):
            retrying(OSError, tries=tries)(act)
        assert act.calls == tries


def test_other_errors_are_raised_at_once():
    act = Act(1, error=KeyError)
    with pytest.raises(KeyError):
        retrying(OSError, ValueError, tries=5)(act)
    assert act.calls == 1


def test_it_waits_between_tries_and_not_after_the_last():
    waits, told = [], []

    def note(state):
        told.append(state.attempt_number)

    with pytest.raises(OSError, match="3"):
        retrying(OSError, tries=3, pause=float, sleep=waits.append, before_sleep=note)(Act(9))
    assert waits == [1.0, 2.0]
    assert told == [1, 2]
