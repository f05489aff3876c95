"""One command from labelled posts to a release: tokenizer, encoder, language head, linear heads, calibration, card.

The same call runs on a processor and on CUDA. Seeds, digests of all data and the time each stage took go into
release.json. The encoder's stages are long: their work is kept in a folder, and a run that was cut short goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from classifier.calibration import Calibrations, calibrated_log_odds, probabilities
from classifier.encoder import Encoder
from classifier.features import FeatureRows, Heads, feature_rows, mixed_scores
from classifier.indicators import IndicatorFinder
from classifier.labels import HEADS, LABELS, RISK
from classifier.language import LANGUAGES, LanguageDetector
from classifier.release import FORMAT, FeatureSettings, LanguageSettings
from classifier.training.benign import ordinary_posts
from classifier.training.card import card_text
from classifier.training.context import ContextPlan, contextual_encoder, untaught
from classifier.training.data import Sources, TrainingData
from classifier.training.examples import BENIGN, Example, example_windows, group_names, targets
from classifier.training.export import refuse_taken, write_release
from classifier.training.fairness import word_shifts
from classifier.training.fit import Design, HeadSettings, Tensors, fit_heads, merged_folds
from classifier.training.graph import judge_graph
from classifier.training.judges import held_scores, linear_judge
from classifier.training.language_fit import fit_language, language_accuracy, language_samples, split_texts
from classifier.training.measure import HARD_ALARMS, ORDINARY_ALARMS, Measured, calibrated
from classifier.training.mixture import Amounts, mixed_examples
from classifier.training.report import Figures, parts_figures, report
from classifier.training.splits import Fold, kept_together, leave_one_out
from classifier.training.stages import Progress, ProgressFraction, Stages
from classifier.training.tokenizing import train_tokenizer
from classifier.training.tuning import Judge, Lesson, TuningPlan, from_folder, judged, tuned
from classifier.training.vectors import RankingPlan, train_vectors
from classifier.training.work import Work
from lurewatch.errors import DataError

# A post is read whole as far as the corpus's posts go. In a longer one a lure may be a small part: measured on lures in
# the middle of 300 words of harmless text with the linear heads, windows of 900, 640, 450 and 320 lost 0.47, 0.34, 0.25
# and 0.19 of the recall (2026-11).
_WHOLE_CHARS, _WINDOW_CHARS, _STRIDE_CHARS = 900, 320, 110


@dataclass(frozen=True, slots=True)
class Plan(Amounts):
    """Sizes and strengths of a training run; the default is what the released model uses."""

    pieces: int = 20_000
    tokenizer_texts_per_lang: int = 2_000
    ranking: RankingPlan = field(default_factory=RankingPlan)
    context: ContextPlan = field(default_factory=ContextPlan)
    context_texts_per_lang: int = 1_000
    tuning: TuningPlan = field(default_factory=TuningPlan)
    heads: HeadSettings = field(default_factory=HeadSettings)
    ngram_bits: int = 17
    language_bits: int = 16
    language_texts: int = 1_500
    encoder_share: float = 0.4
    labels_share: float = 0.4


def train(
    sources: Sources,
    out_dir: Path,
    *,
    name: str,
    work_dir: Path | None = None,
    seed: int = 0,
    on_progress: Progress = lambda message, fraction: None,  # noqa: ARG005
    plan: Plan | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Path:
    """Train a release named `name` into `out_dir / name`. Raises DataError and ModelError.

    Without `parallel` the encoder learns from the corpus's own text and the lexicon alone, and the card says so.
    `on_progress` hears what is being done and how much of the whole is done, 0 to 1.
    """
    refuse_taken(out_dir / name)
    run = _Run(sources, plan or Plan(), seed, Stages(on_progress), work_dir)
    language, language_tensors, accuracy = run.language()
    taught = run.taught()
    encoder, tokenizer = run.encoder()
    lesson = run.lesson(taught, tokenizer)
    logits = run.out_of_fold_logits(taught, encoder, lesson)
    graph = run.graph(encoder, lesson)
    heads = run.heads(taught)
    measured, calibrations, thresholds, parts = run.measured(taught, logits)
    scorer = _Scorer(run, Heads(heads), Encoder(graph, tokenizer.to_str().encode(), max_pieces=run.settings.max_pieces))
    metrics = report(measured, thresholds) | {
        "ablations": parts,
        "language_accuracy": accuracy,
        "fairness": run.fairness(scorer, calibrations),
    }
    description = run.description(taught.examples) | {
        "name": name,
        "created": clock().isoformat(timespec="seconds"),
        "thresholds": thresholds,
        "calibration": calibrations,
        "language": language,
        "metrics": metrics,
    }
    return write_release(
        out_dir / name,
        description,
        weights=heads | language_tensors,
        encoder=graph,
        tokenizer=tokenizer.to_str().encode(),
        card=card_text(description),
    )


@dataclass(frozen=True, slots=True)
class _Taught:
    """What everything is fitted on, side by side: examples, their reading forms and features; and the folds by hand.

    No fold's seen rows hold an idea of its held ones: some are told by several hands.
    """

    examples: list[Example]
    forms: list[str]
    rows: FeatureRows
    folds: list[Fold]

    @property
    def truth(self) -> NDArray[np.bool_]:
        return targets(self.examples)

    @property
    def weights(self) -> NDArray[np.float64]:
        return np.array([example.weight for example in self.examples])


class _Run:
    """The stages of one training run, in the order of `train`."""

    def __init__(self, sources: Sources, plan: Plan, seed: int, stages: Stages, work_dir: Path | None) -> None:
        self.plan = plan
        self._seed = seed
        self._stages = stages
        self._base = sources.base
        with stages.stage("reading", 0.0, 0.02):
            self._data = TrainingData.load(sources)
            self.finder = IndicatorFinder(self._data.lexicon)
        inputs = {
            "format": FORMAT,
            "plan": asdict(plan),
            "settings": self.settings.model_dump(),
            "seed": seed,
            "digests": self._data.digests,
            "frozen": sorted(self._data.frozen),
        }
        self._work = Work(work_dir, inputs)
        stages.timekeeper = self._work.seconds

    @property
    def settings(self) -> FeatureSettings:
        """What a scorer must know. A concept that quotes an advert's demand is no feature."""
        return FeatureSettings(
            ngram_bits=self.plan.ngram_bits,
            language_bits=self.plan.language_bits,
            concepts=self._data.lexicon.weighing,
            whole_chars=_WHOLE_CHARS,
            window_chars=_WINDOW_CHARS,
            stride_chars=_STRIDE_CHARS,
            max_pieces=self.plan.tuning.most_pieces,
        )

    def language(self) -> tuple[LanguageSettings, Tensors, dict[str, float]]:
        """The language head, and how many held-out texts of each language it knows."""
        with self._stages.stage("language", 0.02, 0.05):
            taught, kept = split_texts(self._data.language_texts())
            samples = language_samples(self._data.written(), taught, per_lang=self.plan.language_texts, seed=self._seed)
            settings, tensors = fit_language(samples, bits=self.plan.language_bits)
            detector = LanguageDetector(settings, tensors, bits=self.plan.language_bits)
            return settings, tensors, language_accuracy(detector, kept, seed=self._seed)

    def taught(self) -> _Taught:
        """The examples with their windows."""
        plan, posts = self.plan, self._data.posts
        hands = sorted({post.hand for post in posts})
        if len(hands) < 2:
            raise DataError(
                f"There are posts of {len(hands)} hand(s) to train on.",
                hint="Each hand is judged by what the others teach: give posts of two or more that are not frozen.",
            )
        with self._stages.stage("features", 0.05, 0.08):
            ordinary = ordinary_posts(self._data.benign, self._data.sentences)
            examples = mixed_examples(posts, ordinary, self._data.suspects, self.settings, plan, seed=self._seed)
            windows = example_windows(examples, self.finder, self.settings)
            together = kept_together(group_names(examples))
            folds = leave_one_out(merged_folds([example.fold for example in examples]), together)
            forms = [window.form for window in windows]
            return _Taught(examples, forms, feature_rows(windows, self.settings), folds)

    def encoder(self) -> tuple[PreTrainedModel, Tokenizer]:
        """The encoder as it is before it sees a label, and its tokenizer."""
        if self._base:
            return from_folder(self._base)
        tokenizer = self._tokenizer()
        table = self._table(tokenizer)
        with self._stages.stage("context", 0.2, 0.35):
            return self._context(tokenizer, table), tokenizer

    def lesson(self, taught: _Taught, tokenizer: Tokenizer) -> Lesson:
        """The labelled posts as the encoder reads them."""
        return Lesson.of(tokenizer, taught.forms, taught.truth, taught.weights, most_pieces=self.settings.max_pieces)

    def out_of_fold_logits(self, taught: _Taught, encoder: PreTrainedModel, lesson: Lesson) -> NDArray[np.float64]:
        """Logits of each example by an encoder that was tuned on no example of its fold."""
        logits = np.zeros(lesson.truth.shape)
        with self._stages.stage("tuning without each fold", 0.35, 0.75):
            for number, fold in enumerate(taught.folds):
                told = self._told("tuning", number, len(taught.folds))
                make = partial(self._held_logits, encoder, lesson, fold, told)
                logits[fold.held] = self._work.kept_array(f"logits-{fold.name}.npy", make)
        return logits

    def graph(self, encoder: PreTrainedModel, lesson: Lesson) -> bytes:
        """The encoder that ships, tuned on everything, as a file's content."""
        with self._stages.stage("tuning", 0.75, 0.85):
            told = self._told("tuning", 0, 1)
            return self._work.kept("encoder.onnx", lambda: judge_graph(self._tuned(encoder, lesson, None, told)))

    def heads(self, taught: _Taught) -> Tensors:
        """The linear heads that ship, fitted on everything."""
        with self._stages.stage("heads", 0.85, 0.87):
            return fit_heads(self._design(taught), taught.truth, taught.weights)

    def measured(
        self, taught: _Taught, logits: NDArray[np.float64]
    ) -> tuple[Measured, Calibrations, dict[str, float], dict[str, Figures]]:
        """Calibrated scores by models that never saw the post's hand, what follows from them, what each part brings."""
        plan = self.plan
        with self._stages.stage("calibration", 0.87, 0.93):
            told = self._told("calibration", 0, 1)
            judge = linear_judge(self._design(taught), taught.truth, taught.weights)
            _, linear = held_scores(judge, taught.folds, told)
            mixed = mixed_scores(linear, logits, encoder_share=plan.encoder_share)
            raw = Measured(taught.examples, taught.truth, taught.weights, mixed)
            run, calibrations, thresholds = calibrated(raw, labels_share=plan.labels_share)
        with self._stages.stage("ablations", 0.93, 0.98):
            return run, calibrations, thresholds, parts_figures(raw, taught.rows, plan.heads, logits, taught.folds)

    def fairness(self, scorer: "_Scorer", calibrations: Calibrations) -> dict[str, Any]:
        """How words for nationality and gender move benign posts."""

        def risk_of(texts: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
            langs = [lang for lang, _ in texts]
            share = self.plan.labels_share
            log_odds = calibrated_log_odds(scorer.scores(texts), langs, calibrations, labels_share=share)
            return probabilities(log_odds[:, HEADS.index(RISK)])

        with self._stages.stage("fairness", 0.98, 1.0):
            return word_shifts(self._data.posts, risk_of)

    def description(self, examples: Sequence[Example]) -> dict[str, Any]:
        """What release.json says of the run, but for what was measured."""
        counts = self._data.counts() | {"ordinary_posts": sum(example.origin == BENIGN for example in examples)}
        return {
            "heads": HEADS,
            "labels": LABELS,
            "languages": LANGUAGES,
            "labels_share_of_risk": self.plan.labels_share,
            "encoder_share": self.plan.encoder_share,
            "features": self.settings,
            "lexicon_sha256": self._data.lexicon.sha256,
            "training": {
                "seed": self._seed,
                "plan": asdict(self.plan),
                "base": self._base.name if self._base else None,
                "data_sha256": self._data.digests,
                "frozen_hands": sorted(self._data.frozen),
                "counts": counts,
                "alarm_budget_per_1000": {"ordinary": ORDINARY_ALARMS, "hard": HARD_ALARMS},
                "durations_s": self._stages.durations_s,
            },
        }

    def _tokenizer(self) -> Tokenizer:
        plan = self.plan

        def taught() -> bytes:
            texts = self._data.tokenizer_texts(per_lang=plan.tokenizer_texts_per_lang, seed=self._seed)
            return train_tokenizer(texts, pieces=plan.pieces).to_str().encode()

        with self._stages.stage("tokenizer", 0.08, 0.12):
            return Tokenizer.from_buffer(self._work.kept("tokenizer.json", taught))

    def _table(self, tokenizer: Tokenizer) -> NDArray[np.float32]:
        data, ranking = self._data, replace(self.plan.ranking, seed=self._seed)
        with self._stages.stage("vectors", 0.12, 0.2):
            return self._work.kept_array(
                "table.npy",
                lambda: train_vectors(tokenizer, data.groups(), data.wordings(), ranking, self._stages.tell),
            )

    def _context(self, tokenizer: Tokenizer, table: NDArray[np.float32]) -> PreTrainedModel:
        plan = replace(self.plan.context, seed=self._seed)

        def taught() -> bytes:
            reading = self._data.reading(per_lang=self.plan.context_texts_per_lang, seed=self._seed)
            model = contextual_encoder(tokenizer, table, reading, plan, self._stages.tell)
            return safetensors.torch.save(model.state_dict())

        model = untaught(table, plan)
        model.load_state_dict(safetensors.torch.load(self._work.kept("context.safetensors", taught)))
        return model.eval()

    def _held_logits(
        self, encoder: PreTrainedModel, lesson: Lesson, fold: Fold, told: ProgressFraction
    ) -> NDArray[np.float64]:
        judge = self._tuned(encoder, lesson, np.flatnonzero(fold.seen), told)
        return judged(judge, [lesson.pieces[row] for row in np.flatnonzero(fold.held).tolist()])

    def _tuned(
        self, encoder: PreTrainedModel, lesson: Lesson, rows: NDArray[np.int64] | None, told: ProgressFraction
    ) -> Judge:
        plan = replace(self.plan.tuning, seed=self._seed)
        rate = plan.base_rate if self._base else plan.learning_rate
        return tuned(encoder, lesson, plan, rate=rate, rows=rows, on_progress=told)

    def _design(self, taught: _Taught) -> Design:
        return Design.build(taught.rows, self.plan.heads)

    def _told(self, what: str, number: int, parts: int) -> ProgressFraction:
        """Hears how much of one part of the present stage is done."""
        return lambda done: self._stages.tell(f"{what} {number + 1} of {parts}, {done:.0%}", (number + done) / parts)


class _Scorer:
    """Scores texts as the release will, before calibration."""

    def __init__(self, run: _Run, heads: Heads, encoder: Encoder) -> None:
        self._run = run
        self._heads = heads
        self._encoder = encoder

    def scores(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Scores (texts, heads) of (language, text)."""
        examples = [Example(text, lang, frozenset(), False, "", "", 0.0) for lang, text in texts]
        windows = example_windows(examples, self._run.finder, self._run.settings)
        linear = self._heads.scores(feature_rows(windows, self._run.settings))
        logits = self._encoder.logits([window.form for window in windows])
        return mixed_scores(linear, logits, encoder_share=self._run.plan.encoder_share)
