from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import HEIGHT, WIDTH, Chart, ChartKind, Series, round_up

numbers = st.floats(min_value=0, max_value=1e7)


@st.composite
def charts(draw, kind=ChartKind.BARS):
    size = draw(st.integers(min_value=1, max_value=30))
    rows = draw(st.lists(st.lists(numbers, min_size=size, max_size=size), min_size=1, max_size=3))
    series = [Series(f"key{place}", "", values) for place, values in enumerate(rows)]
    return Chart("Title", "Day", [str(place) for place in range(size)], series, kind)


@given(charts())
def test_every_bar_is_inside_the_drawing_and_none_covers_another(chart):
    bars = sorted(chart.bars, key=lambda bar: bar.x)
    assert len(bars) == len(chart.labels) * len(chart.series)
    for bar in bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.01
        assert 0 <= bar.y <= HEIGHT
        assert bar.y + bar.height == pytest.approx(HEIGHT, abs=0.01)
    for left, right in pairwise(bars):
        assert left.x + left.width <= right.x + 0.01


@given(charts(ChartKind.LINE))
def test_a_line_goes_from_one_end_to_the_other(chart):
    for line in chart.lines:
        points = [tuple(map(float, point.split(","))) for point in line.points.split()]
        assert points[0][0] == 0
        assert points[-1][0] == pytest.approx(WIDTH)
        assert all(0 <= y <= HEIGHT for _x, y in points)


@given(charts())
def test_the_table_has_every_number_that_is_drawn(chart):
    assert [row.values for row in chart.rows] == list(zip(*(row.values for row in chart.series), strict=True))


@given(numbers)
def test_the_scale_ends_at_a_round_number_that_is_not_far_away(number):
    top = round_up(number)
    assert top >= number
    assert top <= max(1, 1.51 * number)


def test_a_number_without_a_label_is_a_mistake():
    with pytest.raises(ValueError, match="one number for each label"):
        Chart("Title", "Day", ["Monday"], [Series("people", "", [1, 2])])
