"""A made-up report of an evaluation."""

FIGURE = {"value": 0.5, "low": 0.4, "high": 0.6}
RISK = {"posts": 8, "positives": 4, "average_precision": FIGURE, "auc": FIGURE}


def make_report() -> dict[str, object]:
    label = {"threshold": 0.3, "positives": 4, "precision": FIGURE, "recall": FIGURE, "f1": FIGURE}
    return {
        "release": "made-up",
        "corpus": {"posts": 8, "frozen_hands": ["north"], "seen_in_training": True},
        "as_released": {
            "risk": RISK,
            "flagged": {"recall": FIGURE},
            "macro_f1": 0.5,
            "language_accuracy": 1.0,
            "expected_calibration_error": FIGURE,
            "calibration_by_language_group": {"South Asia": {"posts": 8, "expected_calibration_error": FIGURE}},
            "by_language": {"en": RISK},
            "by_hand": {"north": RISK},
            "by_label": {"smuggling": label},
            "by_disguise": {},
        },
        "attacks": {"dots": 0.012, "buried": 0.03},
        "fairness": {},
        "splits": {"time": {"left_out": "no post carries the time of a decision"}},
    }
