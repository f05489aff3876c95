"""How far a second reader, who did not write the posts and saw no label, agrees with the first.

`second_reading.tsv` beside the posts: one post a line, its id, the writer's labels as they were then, and the reader's
(commas between, none: benign). What they disagreed on may be settled in the corpus since; the figure stays. Cohen's
kappa; overall it counts every decision on every label, so that rare labels are not drowned.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.checks.finding import Finding, at_least, table
from classifier.labels import LABELS
from classifier.training.corpus import LabelledPost
from lurewatch.errors import DataError

SECOND_READING = "second_reading.tsv"
LEAST_POSTS = 600
LEAST_KAPPA = 0.80

Labels = frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the writer and the second reader each said of a post."""

    first: Labels
    second: Labels


Readings = Mapping[str, Reading]


def load_second_reading(folder: Path) -> dict[str, Reading]:
    """Id -> reading, empty where the folder has none. Raises DataError."""
    path = folder / SECOND_READING
    if not path.exists():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 ({error}).", hint="Save the file as UTF-8.") from error
    readings: dict[str, Reading] = {}
    for number, line in enumerate(lines, 1):
        post_id, reading = _reading(line, f"{path}:{number}")
        if post_id in readings:
            raise DataError(f"{path}:{number} reads {post_id!r} again.", hint="Keep one line for each post.")
        readings[post_id] = reading
    return readings


def _reading(line: str, place: str) -> tuple[str, Reading]:
    try:
        post_id, first, second = line.split("\t")
        return post_id, Reading(_labels(first), _labels(second))
    except ValueError as error:
        raise DataError(
            f"{place} is no second reading ({line!r}).", hint="Write an id, a tab, labels with commas, a tab, labels."
        ) from error


def _labels(written: str) -> Labels:
    labels = frozenset(filter(None, written.split(",")))
    if not labels <= set(LABELS):
        raise ValueError(written)
    return labels


def check_agreement(posts: Sequence[LabelledPost], readings: Readings) -> Iterator[Finding]:
    """Whether enough posts were read twice, and whether the readers agree; by label and language for the reader."""
    by_lang: dict[str, list[Reading]] = defaultdict(list)
    for post in posts:
        if post.id in readings:
            by_lang[post.lang].append(readings[post.id])
    read = [reading for here in by_lang.values() for reading in here]
    yield at_least("posts read by a second hand", {"posts": len(read)}, LEAST_POSTS)
    if not read:
        return
    yield at_least("agreement", {"kappa": kappa(read, LABELS)}, LEAST_KAPPA)
    settled = sum(readings[post.id].first != post.labels for post in posts if post.id in readings)
    yield table("labels settled since the second reading", {"posts": settled})
    yield table("agreement by label", {label: kappa(read, [label]) for label in LABELS})
    yield table("agreement by language", {lang: kappa(here, LABELS) for lang, here in sorted(by_lang.items())})


def kappa(readings: Sequence[Reading], labels: Sequence[str]) -> float:
    """Cohen's kappa over every decision on these labels; 1 where neither reader ever gave one."""
    pairs = [(label in reading.first, label in reading.second) for reading in readings for label in labels]
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    first, other = (sum(given) / len(pairs) for given in zip(*pairs, strict=True))
    by_chance = first * other + (1 - first) * (1 - other)
    return 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)
