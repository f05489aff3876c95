"""Which labels of a verdict are flagged: the one rule for verdicts and for the figures of a training run."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from classifier.labels import DISTRESS, HEADS, LABELS, RISK

# A label that few posts carry has a low threshold; it counts only where the whole post looks like recruitment at all.
# Leave-one-hand-out, 2026-11: any flag on ordinary benign posts from 13.4 to 2.7 in 1,000, on hard benign posts from
# 169 to 112, for 2 in 100 of the lures.
LEAST_RISK = 0.4
_RISK_AT = HEADS.index(RISK)
_LABELS_AT = [HEADS.index(label) for label in LABELS]
_NEEDS_RISK = np.array([label != DISTRESS for label in LABELS])


def flags(probabilities: NDArray[np.float64], thresholds: Mapping[str, float]) -> NDArray[np.bool_]:
    """Probabilities (posts, heads) to flags (posts, labels).

    A label is flagged at or above its threshold, if `risk` reaches LEAST_RISK too; a call for help needs no risk.
    """
    reached = probabilities[:, _LABELS_AT] >= np.array([thresholds[label] for label in LABELS])
    looks_risky = probabilities[:, [_RISK_AT]] >= LEAST_RISK
    flagged: NDArray[np.bool_] = reached & (looks_risky | ~_NEEDS_RISK)
    return flagged
