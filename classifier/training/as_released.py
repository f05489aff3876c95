"""Figures of a release as it stands: its own verdicts, its own thresholds, nothing refitted.

Honest for posts that it was not taught on, which is for the caller to see to and to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.labels import LABELS
from classifier.training.calibrate import threshold_for
from classifier.training.corpus import LabelledPost
from classifier.training.examples import BENIGN, Example, corpus_examples, targets
from classifier.training.figures import Mask, Values, per_1000, share
from classifier.training.labelled import SUSPECT_LABELS, LabelledRow
from classifier.training.measure import Measured
from classifier.training.report import Figures, report
from classifier.verdict import Verdict

_LOWEST = 1e-6
_RARE = 10.0


@dataclass(frozen=True, slots=True)
class Judged:
    """Real rows and the verdicts on them, side by side."""

    rows: Sequence[LabelledRow]
    verdicts: Sequence[Verdict]

    def risk(self) -> Values:
        """The risk of each row."""
        return np.array([verdict.risk for verdict in self.verdicts], dtype=float)

    def flagged(self) -> Mask:
        """Which rows are flagged for any label."""
        return np.array([bool(verdict.flagged) for verdict in self.verdicts], dtype=bool)

    def groups(self) -> NDArray[np.int64]:
        """A number for each group."""
        return np.asarray(np.unique([row.group for row in self.rows], return_inverse=True)[1], dtype=np.int64)


def released_figures(
    posts: Sequence[LabelledPost],
    verdicts: Mapping[str, Verdict],
    thresholds: Mapping[str, float],
    ordinary: Judged | None,
) -> Figures:
    """The report on verdicts, by id; real harmless rows stand in for ordinary posts where there are any."""
    plain = [post for post in posts if post.disguise_of is None]
    told = [verdicts[post.id] for post in plain] + list(ordinary.verdicts if ordinary else ())
    examples = corpus_examples(plain) + _ordinary_examples(ordinary.rows if ordinary else ())
    figures = np.array([[verdict.risk, *(verdict.labels[label] for label in LABELS)] for verdict in told])
    clipped = np.clip(figures, _LOWEST, 1.0 - _LOWEST)
    run = Measured(examples, targets(examples), np.ones(len(told)), np.log(clipped / (1.0 - clipped)))
    right = np.array([verdicts[post.id].lang == post.lang for post in plain])
    return report(run, thresholds) | {
        "language_accuracy": round(float(right.mean()), 4),
        "by_disguise": disguise_figures(posts, verdicts),
    }


def disguise_figures(posts: Sequence[LabelledPost], verdicts: Mapping[str, Verdict]) -> dict[str, Figures]:
    """What each disguise costs: the share of disguised lures that are flagged, and of the same lures as written."""
    lures = [post for post in posts if post.disguise_of in verdicts and post.at_risk]
    groups = np.unique([post.group for post in lures], return_inverse=True)[1]
    disguised = np.array([bool(verdicts[post.id].flagged) for post in lures], dtype=bool)
    written = np.array([bool(verdicts[str(post.disguise_of)].flagged) for post in lures], dtype=bool)
    names = np.array([post.disguise for post in lures])
    kinds = {"all": np.ones(len(lures), dtype=bool)} | {name: names == name for name in sorted(set(names.tolist()))}
    return {
        name: {
            "lures": int(rows.sum()),
            "recall": share(disguised, rows, groups).as_json(),
            "recall_as_written": share(written, rows, groups).as_json(),
        }
        for name, rows in kinds.items()
        if rows.any()
    }


def labelled_figures(suspects: Judged, benign: Judged) -> Figures:
    """Real posts by source and label, item by item, and false alarms by source of harmless ones. No text is told."""
    limit = threshold_for(benign.risk(), np.ones(len(benign.rows)), false_alarms_per_1000=_RARE)
    return {
        "risk_that_1pct_of_benign_reach": limit,
        "suspects_by_label": _found(suspects, [row.label for row in suspects.rows], limit),
        "suspects_by_source": _found(suspects, [f"{row.source} {row.label}" for row in suspects.rows], limit),
        "benign_by_source": _alarms(benign, [row.source for row in benign.rows]),
        "benign_by_language": _alarms(benign, [row.lang for row in benign.rows]),
        "items": [_item(row, verdict) for row, verdict in zip(suspects.rows, suspects.verdicts, strict=True)],
    }


def _ordinary_examples(rows: Iterable[LabelledRow]) -> list[Example]:
    return [
        Example(row.text, row.lang, frozenset(), False, "", BENIGN, 1.0, group=row.group, source=row.source)
        for row in rows
    ]


def _found(judged: Judged, names: Sequence[str], limit: float) -> dict[str, Figures]:
    of, groups, flagged, rare = np.array(names), judged.groups(), judged.flagged(), judged.risk() >= limit
    order = {label: at for at, label in enumerate(SUSPECT_LABELS)}
    return {
        name: {
            "posts": int(rows.sum()),
            "flagged": share(flagged, rows, groups).as_json(),
            "recall_at_1pct_of_benign": share(rare, rows, groups).as_json(),
        }
        for name in sorted(set(names), key=lambda name: (order[name.split()[-1]], name))
        for rows in [of == name]
    }


def _alarms(judged: Judged, names: Sequence[str]) -> dict[str, Figures]:
    of, groups, flagged = np.array(names), judged.groups(), judged.flagged()
    return {
        name: {"posts": int(rows.sum()), "false_flags_per_1000": per_1000(share(flagged, rows, groups)).as_json()}
        for name in sorted(set(names))
        for rows in [of == name]
    }


def _item(row: LabelledRow, verdict: Verdict) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "label": row.label,
        "lang": row.lang,
        "risk": verdict.risk,
        "flagged": list(verdict.flagged),
    }
