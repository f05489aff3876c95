"""Honest figures of a training run: every post is scored by heads that never saw the hand that wrote it.

Real benign posts are scored by heads that never saw their group. Nothing here fits anything that ships, except that
calibration and thresholds are chosen on these scores.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.calibration import DECIMALS, Calibration, expected_calibration_error, joint_scores
from classifier.features import FeatureRows
from classifier.flags import flags
from classifier.labels import HEADS, LABELS, RISK
from classifier.training.calibrate import fit_platt, recall_at_false_alarms, threshold_for
from classifier.training.examples import BENIGN, CORPUS, DISGUISED, Example, targets
from classifier.training.fit import Design, HeadSettings, out_of_fold_scores

# A label is flagged for at most so many of 1,000 ordinary posts, and of 1,000 posts written to be hard.
ORDINARY_ALARMS = 2.0
HARD_ALARMS = 30.0
_RISK_AT = HEADS.index(RISK)


@dataclass(frozen=True, slots=True)
class Measured:
    """Examples, truth and out-of-fold scores side by side, all (examples, heads)."""

    examples: Sequence[Example]
    truth: NDArray[np.bool_]
    weights: NDArray[np.float64]
    scores: NDArray[np.float64]

    def of(self, origin: str) -> NDArray[np.bool_]:
        """Which rows come from the corpus, from disguised copies, or from real benign posts."""
        return np.array([example.origin == origin for example in self.examples])

    def innocent(self, origin: str) -> NDArray[np.bool_]:
        """Rows of that origin without any label."""
        return self.of(origin) & ~self.truth.any(axis=1)


def measured(
    examples: Sequence[Example], rows: FeatureRows, settings: HeadSettings, on_progress: Callable[[float], None]
) -> Measured:
    """Out-of-fold scores of all heads."""
    truth = targets(examples)
    weights = np.array([example.weight for example in examples])
    folds = [example.fold for example in examples]
    scores = out_of_fold_scores(Design.build(rows, settings), truth, weights, folds, on_progress)
    return Measured(examples, truth, weights, scores)


def ablations(examples: Sequence[Example], rows: FeatureRows, settings: HeadSettings) -> dict[str, dict[str, float]]:
    """What each block brings: the risk head alone, leave-one-hand-out, with blocks left out."""
    variants = {
        "indicators alone": replace(settings, ngrams=0.0, vectors=0.0),
        "n-grams alone": replace(settings, concepts=0.0, vectors=0.0),
        "encoder alone": replace(settings, concepts=0.0, ngrams=0.0),
        "n-grams and indicators": replace(settings, vectors=0.0),
        "n-grams and encoder": replace(settings, concepts=0.0),
        "all": settings,
    }
    truth = targets(examples)[:, [_RISK_AT]]
    weights = np.array([example.weight for example in examples])
    folds = [example.fold for example in examples]
    found = {}
    for name, variant in variants.items():
        scores = out_of_fold_scores(Design.build(rows, variant), truth, weights, folds)
        found[name] = risk_figures(Measured(examples, truth, weights, scores))
    return found


def calibrated(run: Measured, *, labels_share: float) -> tuple[Measured, dict[str, Calibration], dict[str, float]]:
    """Calibration and threshold of every head, from posts as they stand (disguised copies left out).

    The labels come first, for the risk that is returned listens to them (`joint_scores`).
    """
    calibration = {label: _platt(run, at) for at, label in _labels()}
    joint = replace(run, scores=joint_scores(run.scores, calibration, labels_share=labels_share))
    calibration[RISK] = _platt(joint, _RISK_AT)
    thresholds = {head: _threshold(joint, at, calibration[head]) for at, head in enumerate(HEADS)}
    return joint, calibration, thresholds


def risk_figures(run: Measured) -> dict[str, float]:
    """Average precision and ranking quality over the corpus; recall where real benign posts rarely reach."""
    corpus = run.of(CORPUS)
    truth, scores = run.truth[corpus, _RISK_AT], run.scores[corpus, _RISK_AT]
    figures = _ranking(truth, scores) | {
        "recall_at_1pct_of_hard_benign": recall_at_false_alarms(scores, truth, scores[~truth], rate=0.01)
    }
    ordinary = run.scores[run.of(BENIGN), _RISK_AT]
    if len(ordinary):
        figures["recall_at_1pct_of_ordinary"] = recall_at_false_alarms(scores, truth, ordinary, rate=0.01)
        figures["recall_at_0.1pct_of_ordinary"] = recall_at_false_alarms(scores, truth, ordinary, rate=0.001)
    disguised = run.of(DISGUISED)
    if disguised.any():
        figures["average_precision_disguised"] = float(
            average_precision_score(run.truth[disguised, _RISK_AT], run.scores[disguised, _RISK_AT])
        )
    return figures


def report(run: Measured, calibration: Mapping[str, Calibration], thresholds: Mapping[str, float]) -> dict[str, Any]:
    """Everything that release.json and the card say of the run."""
    corpus = run.of(CORPUS)
    risk = calibration[RISK].probabilities(run.scores[corpus, _RISK_AT])
    flagged = flags(_probabilities(run, calibration), thresholds)
    by_label = {
        label: {"threshold": thresholds[label]} | _label_figures(run, at, flagged[:, number])
        for number, (at, label) in enumerate(_labels())
    }
    return {
        "risk": risk_figures(run),
        "expected_calibration_error": expected_calibration_error(risk, run.truth[corpus, _RISK_AT]),
        "by_language": _by_group(run, [example.lang for example in run.examples]),
        "by_hand": _by_group(run, [example.fold for example in run.examples]),
        "by_label": by_label,
        "macro_f1": float(np.mean([figures["f1"] for figures in by_label.values()])),
        "any_flag_per_1000": _any_flag(run, flagged),
    }


def _labels() -> list[tuple[int, str]]:
    return [(HEADS.index(label), label) for label in LABELS]


def _platt(run: Measured, at: int) -> Calibration:
    shown = ~run.of(DISGUISED)
    return fit_platt(run.scores[shown, at], run.truth[shown, at], run.weights[shown])


def _threshold(run: Measured, at: int, calibration: Calibration) -> float:
    """The stricter of what ordinary and what hard benign posts ask for, in figures as verdicts round them."""
    limits = [0.01]
    for origin, alarms in ((BENIGN, ORDINARY_ALARMS), (CORPUS, HARD_ALARMS)):
        innocent = run.innocent(origin)
        if innocent.any():
            probabilities = np.round(calibration.probabilities(run.scores[innocent, at]), DECIMALS)
            limits.append(threshold_for(probabilities, run.weights[innocent], false_alarms_per_1000=alarms))
    return round(max(limits) + 10.0**-DECIMALS, DECIMALS)


def _ranking(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> dict[str, float]:
    if truth.all() or not truth.any():
        return {"posts": len(truth), "positives": int(truth.sum())}
    return {
        "posts": len(truth),
        "positives": int(truth.sum()),
        "average_precision": float(average_precision_score(truth, scores)),
        "auc": float(roc_auc_score(truth, scores)),
    }


def _by_group(run: Measured, groups: Sequence[str]) -> dict[str, dict[str, float]]:
    corpus, of_group = run.of(CORPUS), np.array(groups)
    return {
        group: _ranking(run.truth[rows, _RISK_AT], run.scores[rows, _RISK_AT])
        for group in sorted(set(of_group[corpus]))
        for rows in [corpus & (of_group == group)]
    }


def _probabilities(run: Measured, calibration: Mapping[str, Calibration]) -> NDArray[np.float64]:
    return np.stack([calibration[head].probabilities(run.scores[:, at]) for at, head in enumerate(HEADS)], axis=1)


def _label_figures(run: Measured, at: int, flagged: NDArray[np.bool_]) -> dict[str, float]:
    corpus = run.of(CORPUS)
    truth, hit = run.truth[corpus, at], flagged[corpus]
    hits = int((hit & truth).sum())
    return _ranking(truth, run.scores[corpus, at]) | {
        "precision": hits / max(int(hit.sum()), 1),
        "recall": hits / max(int(truth.sum()), 1),
        "f1": 2 * hits / max(int(hit.sum() + truth.sum()), 1),
    }


def _any_flag(run: Measured, flagged: NDArray[np.bool_]) -> dict[str, float]:
    """How many of 1,000 innocent posts get any flag at all."""
    kinds = {"ordinary": run.innocent(BENIGN), "hard": run.innocent(CORPUS)}
    return {kind: float(1000 * flagged[rows].any(axis=1).mean()) for kind, rows in kinds.items() if rows.any()}
