"""How a release does on a labelled corpus: as it stands, and with each hand left out of its heads.

The first figures are honest only for posts that the release was not trained on; the second, refitted heads over the
release's own encoder, are honest for its own corpus.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier.calibration import UNCHANGED
from classifier.encoder import Encoder
from classifier.indicators import IndicatorFinder
from classifier.labels import HEADS, LABELS
from classifier.lexicon import Lexicon
from classifier.release import Release
from classifier.training.corpus import LabelledPost, folder_sha256, load_corpus
from classifier.training.examples import corpus_examples, disguised_examples, example_rows, targets
from classifier.training.fit import HeadSettings
from classifier.training.measure import Measured, ablations, calibrated, measured, report
from classifier.training.stages import Progress
from classifier.verdict import Classifier, Verdict

_LOWEST = 1e-6


def evaluate(
    release_dir: Path,
    corpus_dir: Path,
    lexicon_dir: Path,
    *,
    on_progress: Progress = lambda message, fraction: None,  # noqa: ARG005
) -> dict[str, Any]:
    """Figures of the release in `release_dir` over `corpus_dir`. Raises ModelError and DataError.

    `as_released`: by language, label and hand at the release's own thresholds. `leave_one_hand_out`: the same from
    refitted heads, with what each part brings. `corpus_is_training_data` says whether the first may be believed.
    """
    posts = [post for post in load_corpus(corpus_dir) if post.disguise_of is None]
    release = Release.load(release_dir)
    on_progress("scoring", 0.0)
    classifier = Classifier.load(release_dir, lexicon_dir)
    verdicts = list(classifier.score_many((post.id, post.text) for post in posts))
    on_progress("leave one hand out", 0.2)
    trained_on = release.manifest.training.get("data_sha256", {}).get("corpus")
    return {
        "release": release.manifest.name,
        "posts": len(posts),
        "corpus_is_training_data": trained_on == folder_sha256(corpus_dir, "*.jsonl"),
        "as_released": _as_released(posts, verdicts, classifier),
        "leave_one_hand_out": _leave_one_hand_out(posts, release, lexicon_dir, lambda done: on_progress("heads", done)),
    }


def _as_released(posts: Sequence[LabelledPost], verdicts: Sequence[Verdict], classifier: Classifier) -> dict[str, Any]:
    """The report on probabilities as they came out, which are log-odds of a calibration that changes nothing."""
    examples = corpus_examples(posts)
    figures = np.array([[verdict.risk, *(verdict.labels[label] for label in LABELS)] for verdict in verdicts])
    clipped = np.clip(figures, _LOWEST, 1.0 - _LOWEST)
    run = Measured(examples, targets(examples), np.ones(len(posts)), np.log(clipped / (1.0 - clipped)))
    found = report(run, dict.fromkeys(HEADS, UNCHANGED), classifier.manifest.thresholds)
    right = [verdict.lang == post.lang for verdict, post in zip(verdicts, posts, strict=True)]
    return found | {"language_accuracy": float(np.mean(right))}


def _leave_one_hand_out(
    posts: Sequence[LabelledPost], release: Release, lexicon_dir: Path, on_progress: Callable[[float], None]
) -> dict[str, Any] | None:
    """None where one hand wrote everything."""
    if len({post.hand for post in posts}) < 2:
        return None
    settings = release.manifest.features
    strengths = HeadSettings(**release.manifest.training.get("plan", {}).get("heads", {}))
    encoder = Encoder(release.encoder, release.tokenizer, max_pieces=settings.max_pieces)
    finder = IndicatorFinder(Lexicon.load(lexicon_dir))
    examples = corpus_examples(posts) + disguised_examples(posts, seed=0, weight=0.5)
    rows = example_rows(examples, finder, encoder, settings)
    run = measured(examples, rows, strengths, on_progress)
    joint, calibration, thresholds = calibrated(run, labels_share=release.manifest.labels_share_of_risk)
    return report(joint, calibration, thresholds) | {"parts": ablations(examples, rows, strengths)}
