import pytest

from zoomsync.local.processes import CannotStartError
from zoomsync.local.single_instance import single_instance


def test_a_second_one_on_the_same_data_is_told_where_the_first_is(tmp_path):
    with single_instance(tmp_path) as tell:
        tell("http://127.0.0.1:8000")
        with pytest.raises(CannotStartError, match=r"running already, at http://127\.0\.0\.1:8000,"):
            single_instance(tmp_path).__enter__()


def test_other_data_and_data_that_is_free_again_can_be_started_upon(tmp_path):
    (tmp_path / "second").mkdir()
    with single_instance(tmp_path) as tell, single_instance(tmp_path / "second"):
        tell("http://127.0.0.1:8000")
    with single_instance(tmp_path) as tell:
        tell("http://127.0.0.1:8080")
        with pytest.raises(CannotStartError, match=r"at http://127\.0\.0\.1:8080,"):
            single_instance(tmp_path).__enter__()
