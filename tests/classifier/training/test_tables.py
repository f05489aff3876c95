"""Tables: only columns that are filled, figures with their intervals, and what could not be measured is said."""

from classifier.training.evaluation_text import evaluation_text
from classifier.training.tables import figures_table, flag_sentence, split_sections, told
from tests.classifier.training.reports import FIGURE, RISK, make_report


def test_a_figure_is_told_with_its_interval() -> None:
    assert told(FIGURE) == "0.500 (0.400 to 0.600)"
    assert told({"value": 47.61, "low": 0.0, "high": 90.0}) == "47.6 (0.000 to 90.0)"
    assert told(None) == ""
    assert told(12) == "12"


def test_a_column_that_no_row_fills_is_not_there() -> None:
    table = figures_table("part", {"a": {"x": 1}, "b": {}}, {"x": "ex", "y": "why"})
    assert table.splitlines() == ["| part | ex |", "| --- | --- |", "| a | 1 |", "| b |  |"]


def test_flags_are_told_for_the_posts_that_there_were() -> None:
    flagged = {"recall": FIGURE, "per_1000_hard_benign": FIGURE, "precision_at_1pct_of_hard_benign": FIGURE}
    assert "hard benign posts" in flag_sentence(flagged)
    assert "ordinary" not in flag_sentence(flagged)


def test_a_split_that_was_not_measured_says_why() -> None:
    assert split_sections({"time": {"left_out": "no post carries a time"}}) == (
        "**By time**: not measured, no post carries a time."
    )


def test_a_split_names_what_was_left_out() -> None:
    text = split_sections({"hand": {"folds": 2, "risk": RISK, "by_hand": {"north": RISK, "south": RISK}}})
    assert "2 left out in turn" in text
    assert "| south | 8 | 4 |" in text


def test_a_report_says_loudly_that_the_release_was_taught_on_its_posts() -> None:
    text = evaluation_text(make_report())
    assert "believe none of this" in text
    assert "## Disguises" not in text
    assert "no post carries the time of a decision" in text
