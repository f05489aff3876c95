"""Words instead of numbers."""

import pytest

from review_ui.bands import LabelLine, band, label_lines


@pytest.mark.parametrize(
    ("probability", "flagged", "word"),
    [
        (1.0, True, "High"),
        (0.8, False, "High"),
        (0.799, False, "Medium"),
        (0.5, False, "Medium"),
        (0.499, False, "Low"),
        (0.3, True, "Medium"),
        (0.0, False, "Low"),
    ],
)
def test_the_word_for_a_probability(probability: float, flagged: bool, word: str) -> None:
    assert band(probability, flagged=flagged) == word


def test_flagged_labels_come_first() -> None:
    lines = label_lines({"fake_job": 0.6, "smuggling": 0.4, "organ_trade": 0.1}, ["smuggling"])
    assert lines == (
        LabelLine("smuggling", "Medium", True),
        LabelLine("fake_job", "Medium", False),
        LabelLine("organ_trade", "Low", False),
    )
