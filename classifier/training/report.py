"""What scores amount to: the figures that release.json, the card and `lurewatch evaluate` give, each with its interval.

Hard benign posts are those of the corpus; ordinary ones are real. A figure is left out where nothing could be measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import probabilities
from classifier.features import FeatureRows
from classifier.flags import flags
from classifier.labels import HEADS, LABELS
from classifier.language_groups import LANGUAGE_GROUPS
from classifier.training.examples import BENIGN, CORPUS, DISGUISED
from classifier.training.figures import (
    NOTHING_SEEN,
    Figure,
    Ranking,
    calibration_error,
    per_1000,
    precision_at_base_rate,
    ratio,
    share,
)
from classifier.training.fit import Design, HeadSettings
from classifier.training.judges import held_scores, linear_judge
from classifier.training.measure import RISK_AT, Measured
from classifier.training.splits import Fold

Figures = dict[str, Any]

_STATED_RECALLS = (0.5, 0.8)


def report(run: Measured, thresholds: Mapping[str, float]) -> Figures:
    """Everything that release.json and the card say of the run; its scores are calibrated log-odds of all heads."""
    figures = probabilities(run.scores)
    flagged = flags(figures, thresholds)
    by_label: dict[str, Figures] = {
        label: {"threshold": thresholds[label]} | label_figures(run, label, flagged) for label in LABELS
    }
    return {
        "risk": risk_figures(run),
        "flagged": flag_figures(run, flagged),
        **calibration_figures(run, figures[:, RISK_AT]),
        "by_language": _by(run, run.langs(), flagged),
        "by_hand": _by(run, [example.fold for example in run.examples], flagged),
        "by_label": by_label,
        "macro_f1": round(float(np.mean([figures["f1"]["value"] for figures in by_label.values()])), 4),
    }


def parts_figures(
    run: Measured, rows: FeatureRows, settings: HeadSettings, logits: NDArray[np.float64], folds: Sequence[Fold]
) -> dict[str, Figures]:
    """What each part brings: the risk head alone, leave-one-hand-out; `logits` are the encoder's."""
    variants = {
        "indicators alone": replace(settings, ngrams=0.0),
        "n-grams alone": replace(settings, concepts=0.0),
        "n-grams and indicators": settings,
    }
    truth = run.truth[:, [RISK_AT]]
    scores = {
        name: held_scores(linear_judge(Design.build(rows, variant), truth, run.weights), folds)[1]
        for name, variant in variants.items()
    }
    scores |= {"encoder alone": logits[:, [RISK_AT]], "all": run.scores[:, [RISK_AT]]}
    return {name: risk_figures(Measured(run.examples, truth, run.weights, found)) for name, found in scores.items()}


def risk_figures(run: Measured) -> Figures:
    """How `risk` ranks the corpus, and its recall and precision where benign posts rarely reach."""
    corpus = run.of(CORPUS)
    found = ranking_figures(run, corpus) | _at_rare_alarms(run, ~run.truth[:, RISK_AT] & corpus, "hard_benign")
    found |= _at_rare_alarms(run, run.of(BENIGN), "ordinary")
    disguised = ranking_figures(run, run.of(DISGUISED))
    if "average_precision" in disguised:
        found["average_precision_disguised"] = disguised["average_precision"]
    return found


def ranking_figures(run: Measured, rows: NDArray[np.bool_], at: int = RISK_AT) -> Figures:
    """Average precision and AUC of one head over these rows; counts alone where they hold one class."""
    truth = run.truth[rows, at]
    counts = {"posts": len(truth), "positives": int(truth.sum())}
    if truth.all() or not truth.any():
        return counts
    ranking = Ranking(truth, run.scores[rows, at], run.groups()[rows])
    return counts | {"average_precision": _shown(ranking.average_precision()), "auc": _shown(ranking.auc())}


def _at_rare_alarms(run: Measured, innocent: NDArray[np.bool_], name: str) -> Figures:
    """Recall at 1 and 0.1 % of these innocent posts, precision at the base rate where a stated share is found."""
    rows = innocent | (run.truth[:, RISK_AT] & run.of(CORPUS))
    if not innocent.any() or not run.truth[rows, RISK_AT].any():
        return {}
    ranking = Ranking(run.truth[rows, RISK_AT], run.scores[rows, RISK_AT], run.groups()[rows])
    found = {
        f"recall_at_1pct_of_{name}": _shown(ranking.recall_at(0.01)),
        f"recall_at_0.1pct_of_{name}": _shown(ranking.recall_at(0.001)),
    }
    for recall in _STATED_RECALLS:
        alarms = _with_slack(Figure.of(ranking.alarms_at(recall)), int(innocent.sum()))
        precision = precision_at_base_rate(Figure(recall, recall, recall), alarms)
        found[f"precision_at_{recall:.0%}_recall_of_{name}".replace("%", "pct")] = precision.as_json()
    return found


def flag_figures(run: Measured, flagged: NDArray[np.bool_]) -> Figures:
    """Any flag at all, as released: how many of 1,000 innocent posts get one, and what that means at the base rate."""
    hit, groups = np.any(flagged, axis=1), run.groups()
    recall = share(hit, run.truth[:, RISK_AT] & run.of(CORPUS), groups)
    found: Figures = {"recall": recall.as_json()}
    for name, origin in (("ordinary", BENIGN), ("hard_benign", CORPUS)):
        innocent = run.innocent(origin)
        if innocent.any():
            alarms = share(hit, innocent, groups)
            found[f"per_1000_{name}"] = per_1000(alarms).as_json()
            found[f"precision_at_1pct_of_{name}"] = precision_at_base_rate(recall, alarms).as_json()
    return found


def calibration_figures(run: Measured, risk: NDArray[np.float64]) -> Figures:
    """Expected calibration error of `risk` over the corpus and by group of languages."""
    corpus, groups = run.of(CORPUS), run.groups()
    langs = np.array(run.langs())
    parts = {name: corpus & np.isin(langs, spoken) for name, spoken in LANGUAGE_GROUPS.items()}

    def error(rows: NDArray[np.bool_]) -> dict[str, float]:
        return calibration_error(risk[rows], run.truth[rows, RISK_AT], groups[rows]).as_json()

    return {
        "expected_calibration_error": error(corpus),
        "calibration_by_language_group": {
            name: {"posts": int(rows.sum()), "expected_calibration_error": error(rows)}
            for name, rows in parts.items()
            if rows.any()
        },
    }


def label_figures(run: Measured, label: str, flagged: NDArray[np.bool_]) -> Figures:
    """How one label ranks the corpus, and how it is flagged."""
    corpus, groups = run.of(CORPUS), run.groups()
    truth, hit = run.truth[corpus, HEADS.index(label)], flagged[corpus, LABELS.index(label)]
    return ranking_figures(run, corpus, HEADS.index(label)) | {
        "precision": share(truth, hit, groups[corpus]).as_json(),
        "recall": share(hit, truth, groups[corpus]).as_json(),
        "f1": ratio(2 * (hit & truth), 1 * hit + truth, groups[corpus]).as_json(),
    }


def figures_by(run: Measured, names: Sequence[str]) -> dict[str, Figures]:
    """How `risk` ranks the corpus posts of each name."""
    corpus, of = run.of(CORPUS), np.array(names)
    return {name: ranking_figures(run, corpus & (of == name)) for name in sorted(set(of[corpus].tolist()))}


def _by(run: Measured, names: Sequence[str], flagged: NDArray[np.bool_]) -> dict[str, Figures]:
    """The same, and any flag at all on the lures and on the benign posts of each."""
    of, hit, groups = np.array(names), np.asarray(flagged.any(axis=1)), run.groups()
    innocent, lures = run.innocent(CORPUS), run.of(CORPUS) & run.truth[:, RISK_AT]
    found = figures_by(run, names)
    for name, figures in found.items():
        if (lures & (of == name)).any():
            figures["recall"] = share(hit, lures & (of == name), groups).as_json()
        if (innocent & (of == name)).any():
            figures["false_flags_per_1000"] = per_1000(share(hit, innocent & (of == name), groups)).as_json()
    return found


def _with_slack(alarms: Figure, innocent: int) -> Figure:
    """No alarm among so many says only that there are fewer than three."""
    return Figure(
        alarms.value, alarms.low, max(alarms.high, NOTHING_SEEN / innocent) if not alarms.value else alarms.high
    )


def _shown(values: NDArray[np.float64]) -> dict[str, float]:
    return Figure.of(values).as_json()
