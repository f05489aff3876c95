"""A label is flagged at its threshold where the post looks risky at all; a call for help needs no risk."""

import numpy as np
import pytest

from classifier.flags import LEAST_RISK, flags
from classifier.labels import HEADS, LABELS

THRESHOLDS = dict.fromkeys(HEADS, 0.2)


@pytest.mark.parametrize(
    ("figures", "flagged"),
    [
        ({"risk": 0.9, "fake_job": 0.2}, ["fake_job"]),
        ({"risk": 0.9, "fake_job": 0.1999}, []),
        ({"risk": LEAST_RISK, "fake_job": 0.3, "smuggling": 0.9}, ["fake_job", "smuggling"]),
        ({"risk": LEAST_RISK - 0.001, "fake_job": 0.3}, []),
        ({"risk": 0.0, "victim_distress": 0.3, "fake_job": 0.3}, ["victim_distress"]),
        ({"risk": 0.99}, []),
    ],
    ids=["at its threshold", "just below", "two", "not risky", "call for help", "risk alone"],
)
def test_flags(figures: dict[str, float], flagged: list[str]) -> None:
    row = np.array([[figures.get(head, 0.0) for head in HEADS]])
    assert [label for label, hit in zip(LABELS, flags(row, THRESHOLDS)[0], strict=True) if hit] == flagged
