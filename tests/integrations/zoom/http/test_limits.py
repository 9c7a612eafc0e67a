import pytest

from integrations.zoom.http.limits import PLANS, SHARE_OF_DAY, SHARE_OF_SECOND, Label, charged


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("label", Label)
def test_d15_we_use_a_part_of_each_limit_only(plan: str, label: Label):
    limit = PLANS[plan][label]
    assert 1 / limit.interval == pytest.approx(limit.per_second * SHARE_OF_SECOND)
    assert limit.per_day is None or limit.daily_budget == int(limit.per_day * SHARE_OF_DAY)
    assert SHARE_OF_SECOND < 1
    assert SHARE_OF_DAY < 1


def test_d15_a_resource_intensive_call_counts_as_a_heavy_one_too():
    assert charged(Label.RESOURCE_INTENSIVE) == (Label.RESOURCE_INTENSIVE, Label.HEAVY)
    assert [charged(label) for label in (Label.LIGHT, Label.MEDIUM, Label.HEAVY)] == [
        (Label.LIGHT,),
        (Label.MEDIUM,),
        (Label.HEAVY,),
    ]


def test_d15_a_larger_plan_never_allows_less():
    for smaller, larger in [("free", "pro"), ("pro", "business")]:
        for label in Label:
            assert PLANS[smaller][label].per_second <= PLANS[larger][label].per_second
