import pytest

from zoomsync.sync_status import Answer, Facts, overall_status

GOOD = {"connection": "connected", "is_on": True}


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"connection": ""}, Answer.NOT_CONNECTED),
        ({"connection": "disconnected", "errors": 3}, Answer.DISCONNECTED),
        ({"connection": "needs_attention", "errors": 3}, Answer.NEEDS_ATTENTION),
        ({"is_on": False, "active": 1}, Answer.SWITCHED_OFF),
        ({"has_worker": False, "errors": 1, "active": 5}, Answer.NO_WORKER),
        ({"errors": 1, "late": 4, "active": 5}, Answer.ERRORS),
        ({"late": 4, "active": 5}, Answer.BEHIND),
        ({"active": 5}, Answer.SYNCING),
        ({}, Answer.IN_STEP),
    ],
)
def test_what_has_to_be_put_right_first_is_the_answer(facts, answer):
    assert overall_status(Facts(**{**GOOD, **facts})) is answer
