"""Whether a candidate release does worse than another: guarded figures on posts that neither should have been taught.

Needs nothing of the extra `train`, so that every installation can ask before it promotes. All figures are shares from 0
to 1, and more is better. One has fallen when it lost more than its tolerance and the drawn posts do not explain it: in
the same draws of groups for both releases, nineteen in twenty lost.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from classifier.labels import DISTRESS, HEADS, LABELS, RISK
from classifier.training.corpus import LabelledPost
from classifier.training.disguise import disguise
from classifier.training.figures import Mask, Ranking, Values, drawn_counts
from classifier.verdict import Verdict

Groups = NDArray[np.int64]
# Figures by name and part.
Record = dict[tuple[str, str], float]

# Share of the draws between the ends of an interval.
COVERAGE = 0.9
# What thresholds are set for: 30 of 1,000 hard benign posts.
FALSE_ALARMS = 0.03
# A figure that rests on fewer posts than this is one post's word.
_FEWEST = 5
PRECISION = "average precision"
RECALL = f"recall at {FALSE_ALARMS:.0%} false alarms"
LURES = "lures flagged"
HELP = "calls for help flagged"
ALONE = "innocent posts left alone"
ALL, DISGUISED, HARD, ORDINARY = WHOLE = ("all", "disguised", "hard", "ordinary")
# Five sets of heads, each taught on hands drawn anew, differed by 0.005 in average precision over all posts, by 0.02 in
# hard benign posts left alone, by 0.03 to 0.06 in most other figures (November 2026): less says nothing of a release.
TOLERANCE, TOLERANCE_OF_ALL, TOLERANCE_OF_HARD = 0.05, 0.01, 0.03


class Scorer(Protocol):
    """What a release is to a comparison: `classifier.verdict.Classifier` is one."""

    def score_many(self, items: Iterable[tuple[str, str]]) -> Iterator[Verdict]:
        """Verdicts on (id, text), in order."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a release says of the posts: probabilities (posts, heads) and flags (posts, labels)."""

    probabilities: Values
    flagged: Mask


@dataclass(frozen=True, slots=True)
class Measure:
    """A guarded figure: over which rows, how it comes out in the sample and its draws, what it may lose."""

    name: str
    part: str
    rows: Mask
    values: Callable[[Judged, Mask, Groups], Values]
    tolerance: float = TOLERANCE


@dataclass(frozen=True, slots=True)
class Change:
    """A guarded figure of both releases; COVERAGE of the draws change it by `low` to `high`."""

    name: str
    part: str
    posts: int
    before: float
    after: float
    low: float
    high: float
    tolerance: float

    @property
    def has_fallen(self) -> bool:
        """Whether it lost more than it may, and not by chance."""
        return self.before - self.after > self.tolerance and self.high < 0


def compare(before: Judged, after: Judged, posts: Sequence[LabelledPost]) -> list[Change]:
    """Every guarded figure of both releases on `posts` (see `with_disguises`), which both have judged."""
    groups = _codes(posts)
    return [
        _change(measure, measure.values(before, measure.rows, groups), measure.values(after, measure.rows, groups))
        for measure in measures(posts)
    ]


def compare_with_record(record: Record, after: Judged, posts: Sequence[LabelledPost]) -> list[Change]:
    """The guarded figures that `record` has too, for an earlier release that was taught on the posts.

    They were measured on other posts; the interval is the candidate's alone.
    """
    groups = _codes(posts)
    known = [measure for measure in measures(posts) if (measure.name, measure.part) in record]
    found = [(measure, measure.values(after, measure.rows, groups)) for measure in known]
    return [_change(measure, np.full_like(own, record[measure.name, measure.part]), own) for measure, own in found]


def record_of(metrics: Mapping[str, Any]) -> Record:
    """What release.json says of posts whose hand the heads had not seen; only what is there."""
    found = {
        (PRECISION, ALL): metrics.get("risk", {}).get("average_precision"),
        (HELP, ALL): metrics.get("by_label", {}).get(DISTRESS, {}).get("recall"),
    }
    for part in ("by_label", "by_language"):
        for name, figures in metrics.get(part, {}).items():
            found[PRECISION, name] = figures.get("average_precision")
    return {key: float(figure["value"]) for key, figure in found.items() if figure is not None}


def with_disguises(posts: Sequence[LabelledPost]) -> list[LabelledPost]:
    """The posts, and each that has no disguised version among them once more in one that chance picks."""
    chance = random.Random(0)  # noqa: S311 - reproducible sampling, not a secret
    done = {post.disguise_of for post in posts}
    plain = [post for post in posts if post.disguise_of is None and post.id not in done]
    return [*posts, *(_in_disguise(post, disguise(post.text, chance)) for post in plain)]


def judged(release: Scorer, posts: Sequence[LabelledPost]) -> Judged:
    """The release's verdicts as arrays."""
    verdicts = list(release.score_many((post.id, post.text) for post in posts))
    figures = [[verdict.risk, *(verdict.labels[label] for label in LABELS)] for verdict in verdicts]
    return Judged(np.array(figures), np.array([[label in verdict.flagged for label in LABELS] for verdict in verdicts]))


def measures(posts: Sequence[LabelledPost]) -> list[Measure]:
    """What is guarded, as far as these posts can tell it."""
    plain = _mask(posts, lambda post: post.disguise_of is None)
    found = [*_measures_of_all(posts, plain), *_measures_of_parts(posts, plain)]
    return [measure for measure in found if measure.rows.sum() >= _FEWEST]


def _measures_of_all(posts: Sequence[LabelledPost], plain: Mask) -> Iterator[Measure]:
    risky, innocent = _mask(posts, lambda post: post.at_risk), _mask(posts, lambda post: not post.labels)
    hard = _mask(posts, lambda post: post.kind == "hard_benign")
    called = _mask(posts, lambda post: DISTRESS in post.labels)
    if _tell_apart(plain, risky):
        yield Measure(PRECISION, ALL, plain, _precision(RISK, risky), TOLERANCE_OF_ALL)
    if _tell_apart(plain & (risky | innocent), risky):
        yield Measure(RECALL, ALL, plain & (risky | innocent), _recall(risky))
    yield Measure(LURES, ALL, plain & risky, _share(_any_flag))
    yield Measure(LURES, DISGUISED, ~plain & risky, _share(_any_flag))
    yield Measure(HELP, ALL, plain & called, _share(lambda said: said.flagged[:, LABELS.index(DISTRESS)]))
    yield Measure(ALONE, HARD, plain & innocent & hard, _share(lambda said: ~_any_flag(said)), TOLERANCE_OF_HARD)
    yield Measure(ALONE, ORDINARY, plain & innocent & ~hard, _share(lambda said: ~_any_flag(said)))


def _measures_of_parts(posts: Sequence[LabelledPost], plain: Mask) -> Iterator[Measure]:
    risky = _mask(posts, lambda post: post.at_risk)
    langs = np.array([post.lang for post in posts])
    for label in LABELS:
        own = np.array([label in post.labels for post in posts])
        if _tell_apart(plain, own):
            yield Measure(PRECISION, label, plain, _precision(label, own))
    for lang in sorted(set(langs.tolist())):
        if _tell_apart(plain & (langs == lang), risky):
            yield Measure(PRECISION, lang, plain & (langs == lang), _precision(RISK, risky))


def _tell_apart(rows: Mask, truth: Mask) -> bool:
    """Whether enough of these rows are true, and enough are not, to say how well they are ranked."""
    return min(int((rows & truth).sum()), int((rows & ~truth).sum())) >= _FEWEST


def _precision(head: str, truth: Mask) -> Callable[[Judged, Mask, Groups], Values]:
    return lambda said, rows, groups: _ranking(said, head, truth, rows, groups).average_precision()


def _recall(truth: Mask) -> Callable[[Judged, Mask, Groups], Values]:
    return lambda said, rows, groups: _ranking(said, RISK, truth, rows, groups).recall_at(FALSE_ALARMS)


def _ranking(said: Judged, head: str, truth: Mask, rows: Mask, groups: Groups) -> Ranking:
    return Ranking(truth[rows], said.probabilities[rows, HEADS.index(head)], groups[rows])


def _share(hit: Callable[[Judged], Mask]) -> Callable[[Judged, Mask, Groups], Values]:
    def values(said: Judged, rows: Mask, groups: Groups) -> Values:
        counts = drawn_counts(groups[rows])
        found: Values = counts @ hit(said)[rows].astype(np.int32) / counts.sum(axis=1)
        return found

    return values


def _any_flag(said: Judged) -> Mask:
    return np.asarray(said.flagged.any(axis=1))


def _change(measure: Measure, before: Values, after: Values) -> Change:
    drawn = (after - before)[1:]
    # Draws that hold one class only have no figure.
    drawn = drawn[~np.isnan(drawn)] if not np.isnan(drawn).all() else np.zeros(1)
    low, high = np.quantile(drawn, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Change(
        name=measure.name,
        part=measure.part,
        posts=int(measure.rows.sum()),
        before=float(before[0]),
        after=float(after[0]),
        low=float(low),
        high=float(high),
        tolerance=measure.tolerance,
    )


def _mask(posts: Iterable[LabelledPost], holds: Callable[[LabelledPost], bool]) -> Mask:
    return np.array([holds(post) for post in posts], dtype=bool)


def _codes(posts: Iterable[LabelledPost]) -> Groups:
    codes: Groups = np.unique([post.group for post in posts], return_inverse=True)[1]
    return codes


def _in_disguise(post: LabelledPost, text: str) -> LabelledPost:
    return replace(post, id=f"{post.id} disguised", text=text, disguise_of=post.id)
