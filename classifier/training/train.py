"""One command from labelled posts to a release: tokenizer, vectors, language head, heads, calibration, card.

The same call runs on a processor and on CUDA (the vectors alone use it). Seeds, digests of all data and the time each
stage took go into release.json.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import Calibration, joint_scores
from classifier.encoder import Encoder
from classifier.features import FeatureRows, Heads
from classifier.indicators import IndicatorFinder
from classifier.labels import HEADS, LABELS, RISK
from classifier.language import LANGUAGES, LanguageDetector
from classifier.release import FeatureSettings, LanguageSettings
from classifier.training.benign import balanced_posts
from classifier.training.card import card_text
from classifier.training.data import TrainingData
from classifier.training.examples import (
    BENIGN,
    Example,
    benign_examples,
    corpus_examples,
    disguised_examples,
    example_rows,
    targets,
)
from classifier.training.export import refuse_taken, write_release
from classifier.training.fairness import word_shifts
from classifier.training.fit import Design, HeadSettings, Tensors, fit_heads
from classifier.training.language_fit import fit_language, language_accuracy, language_samples, split_texts
from classifier.training.measure import HARD_ALARMS, ORDINARY_ALARMS, Measured, calibrated, measured
from classifier.training.report import ablations, report
from classifier.training.soft_concepts import concept_places, encoder_graph
from classifier.training.stages import Progress, Stages
from classifier.training.tokenizing import train_tokenizer
from classifier.training.vectors import RankingPlan, train_vectors

_WINDOW_CHARS, _STRIDE_CHARS = 900, 600
_MAX_PIECES = 512


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and strengths of a training run; the default is what the released model uses."""

    pieces: int = 20_000
    tokenizer_texts_per_lang: int = 2_000
    ranking: RankingPlan = field(default_factory=RankingPlan)
    heads: HeadSettings = field(default_factory=HeadSettings)
    ngram_bits: int = 17
    language_bits: int = 16
    language_texts: int = 1_500
    benign_per_cell: int = 150
    benign_share: float = 0.27
    disguised_weight: float = 0.5
    labels_share: float = 0.4


def train(
    corpus_dir: Path,
    lexicon_dir: Path,
    out_dir: Path,
    *,
    name: str,
    parallel: Path | None = None,
    benign: Path | None = None,
    seed: int = 0,
    on_progress: Progress = lambda message, fraction: None,  # noqa: ARG005
    plan: Plan | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Path:
    """Train a release named `name` into `out_dir / name`. Raises DataError and ModelError.

    Without `parallel` the vectors learn from the corpus's own text and the lexicon alone, and the card says so.
    `on_progress` hears what is being done and how much of the whole is done, 0 to 1.
    """
    refuse_taken(out_dir / name)
    run = _Run(plan or Plan(), seed, Stages(on_progress))
    data = run.load(corpus_dir, lexicon_dir, parallel, benign)
    graph, tokenizer = run.encoder(data)
    encoder = Encoder(graph, tokenizer, max_pieces=run.settings(data).max_pieces)
    language, language_tensors, accuracy = run.language(data)
    examples, rows = run.examples(data, encoder)
    heads = run.heads(examples, rows)
    out_of_fold, calibration, thresholds = run.calibration(examples, rows)
    metrics = report(out_of_fold, calibration, thresholds) | {
        "ablations": run.ablations(examples, rows),
        "language_accuracy": accuracy,
        "fairness": run.fairness(data, encoder, heads, calibration),
    }
    description = run.description(data, examples) | {
        "name": name,
        "created": clock().isoformat(timespec="seconds"),
        "thresholds": thresholds,
        "calibration": calibration,
        "language": language,
        "metrics": metrics,
    }
    weights = heads | language_tensors
    card = card_text(description)
    return write_release(out_dir / name, description, weights=weights, encoder=graph, tokenizer=tokenizer, card=card)


class _Run:
    """The stages of one training run, in the order of `train`."""

    def __init__(self, plan: Plan, seed: int, stages: Stages) -> None:
        self._plan = plan
        self._seed = seed
        self._stages = stages
        self._finder: IndicatorFinder | None = None

    def load(self, corpus_dir: Path, lexicon_dir: Path, parallel: Path | None, benign: Path | None) -> TrainingData:
        """Read everything."""
        with self._stages.stage("reading", 0.0, 0.05):
            return TrainingData.load(corpus_dir, lexicon_dir, parallel, benign)

    def encoder(self, data: TrainingData) -> tuple[bytes, bytes]:
        """The graph and the tokenizer as files' contents."""
        with self._stages.stage("tokenizer", 0.05, 0.2):
            texts = data.tokenizer_texts(per_lang=self._plan.tokenizer_texts_per_lang, seed=self._seed)
            tokenizer = train_tokenizer(texts, pieces=self._plan.pieces)
        with self._stages.stage("vectors", 0.2, 0.6):
            wordings = data.wordings()
            ranking = replace(self._plan.ranking, seed=self._seed)
            table = train_vectors(tokenizer, data.groups(), wordings, ranking, self._stages.tell)
        return encoder_graph(table, concept_places(tokenizer, table, wordings)), tokenizer.to_str().encode()

    def language(self, data: TrainingData) -> tuple[LanguageSettings, Tensors, dict[str, float]]:
        """The language head, and how many held-out texts of each language it knows."""
        with self._stages.stage("language", 0.6, 0.65):
            taught, kept = split_texts(data.language_texts())
            samples = language_samples(data.written(), taught, per_lang=self._plan.language_texts, seed=self._seed)
            settings, tensors = fit_language(samples, bits=self._plan.language_bits)
            detector = LanguageDetector(settings, tensors, bits=self._plan.language_bits)
            return settings, tensors, language_accuracy(detector, kept, seed=self._seed)

    def settings(self, data: TrainingData) -> FeatureSettings:
        """What a scorer must know. A concept that quotes an advert's demand is no feature."""
        return FeatureSettings(
            ngram_bits=self._plan.ngram_bits,
            language_bits=self._plan.language_bits,
            concepts=data.lexicon.weighing,
            window_chars=_WINDOW_CHARS,
            stride_chars=_STRIDE_CHARS,
            max_pieces=_MAX_PIECES,
        )

    def examples(self, data: TrainingData, encoder: Encoder) -> tuple[list[Example], FeatureRows]:
        """What the heads are fitted on, and its features."""
        plan, hands = self._plan, sorted({post.hand for post in data.posts})
        with self._stages.stage("features", 0.65, 0.7):
            examples = corpus_examples(data.posts)
            examples += disguised_examples(data.posts, seed=self._seed, weight=plan.disguised_weight)
            ordinary = balanced_posts(data.ordinary(), per_cell=plan.benign_per_cell, seed=self._seed)
            examples += benign_examples(ordinary, hands, total_weight=plan.benign_share * len(data.posts))
            return examples, self._rows(examples, data, encoder)

    def heads(self, examples: Sequence[Example], rows: FeatureRows) -> Tensors:
        """The heads that ship, fitted on everything."""
        weights = np.array([example.weight for example in examples])
        with self._stages.stage("heads", 0.7, 0.75):
            return fit_heads(Design.build(rows, self._plan.heads), targets(examples), weights)

    def calibration(
        self, examples: Sequence[Example], rows: FeatureRows
    ) -> tuple[Measured, dict[str, Calibration], dict[str, float]]:
        """Scores of posts by heads that never saw their hand, and what follows from them."""
        with self._stages.stage("calibration", 0.75, 0.9):
            run = measured(examples, rows, self._plan.heads, lambda done: self._stages.tell("calibration", done))
            return calibrated(run, labels_share=self._plan.labels_share)

    def ablations(self, examples: Sequence[Example], rows: FeatureRows) -> dict[str, dict[str, float]]:
        """What each part brings."""
        with self._stages.stage("ablations", 0.9, 0.98):
            return ablations(examples, rows, self._plan.heads)

    def fairness(
        self, data: TrainingData, encoder: Encoder, heads: Tensors, calibration: dict[str, Calibration]
    ) -> dict[str, dict[str, dict[str, Any]]]:
        """How words for nationality and gender move benign posts."""
        fitted = Heads(heads)

        def risk_of(texts: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
            examples = [Example(text, lang, frozenset(), False, "", "", 0.0) for lang, text in texts]
            scores = fitted.scores(self._rows(examples, data, encoder))
            joint = joint_scores(scores, calibration, labels_share=self._plan.labels_share)
            return calibration[RISK].probabilities(joint[:, HEADS.index(RISK)])

        with self._stages.stage("fairness", 0.98, 1.0):
            return word_shifts(data.posts, risk_of)

    def description(self, data: TrainingData, examples: Sequence[Example]) -> dict[str, Any]:
        """What release.json says of the run, but for what was measured."""
        return {
            "heads": HEADS,
            "labels": LABELS,
            "languages": LANGUAGES,
            "labels_share_of_risk": self._plan.labels_share,
            "features": self.settings(data),
            "lexicon_sha256": data.lexicon.sha256,
            "training": {
                "seed": self._seed,
                "plan": asdict(self._plan),
                "data_sha256": data.digests,
                "counts": data.counts() | {"ordinary_posts": sum(example.origin == BENIGN for example in examples)},
                "alarm_budget_per_1000": {"ordinary": ORDINARY_ALARMS, "hard": HARD_ALARMS},
                "durations_s": self._stages.durations_s,
            },
        }

    def _rows(self, examples: Sequence[Example], data: TrainingData, encoder: Encoder) -> FeatureRows:
        self._finder = self._finder or IndicatorFinder(data.lexicon)
        return example_rows(examples, self._finder, encoder, self.settings(data))
