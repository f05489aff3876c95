"""Columns and lines stay within their box and in proportion."""

import pytest

from review_ui.charts import HEIGHT, WIDTH, column_chart, line_points, round_up


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1, 1), (3, 5), (6, 10), (11, 20), (999, 1000), (1001, 2000)])
def test_the_scale_ends_at_a_round_figure(value: int, top: int) -> None:
    assert round_up(value) == top


def test_columns_are_in_proportion_and_within_the_box() -> None:
    chart = column_chart([("a", 0), ("b", 5), ("c", 10)])
    assert [column.height for column in chart.columns] == [0, HEIGHT / 2, HEIGHT]
    assert all(column.y + column.height == HEIGHT for column in chart.columns)
    assert chart.columns[-1].x + chart.columns[-1].width <= WIDTH


def test_nothing_is_drawn_of_nothing() -> None:
    assert column_chart([]).columns == ()
    assert line_points([], 1.0) == ""


def test_a_line_stays_below_the_edge() -> None:
    assert line_points([0.0, 0.25, 9.0], 0.5) == "0.0,120.0 300.0,60.0 600.0,0.0"
