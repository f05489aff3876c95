"""How far a second reader, who did not write the posts and saw no label, agrees with the first.

`second_reading.tsv` beside the posts: one post a line, its id and the second reader's labels with commas between (none:
benign). Cohen's kappa; overall it counts every decision on every label, so that rare labels are not drowned.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from classifier.checks.finding import Finding, at_least, table
from classifier.labels import LABELS
from classifier.training.corpus import LabelledPost
from lurewatch.errors import DataError

SECOND_READING = "second_reading.tsv"
LEAST_POSTS = 600
LEAST_KAPPA = 0.80

Readings = Mapping[str, frozenset[str]]


def load_second_reading(folder: Path) -> dict[str, frozenset[str]]:
    """Id -> labels of the second reader, empty where the folder has none. Raises DataError."""
    path = folder / SECOND_READING
    if not path.exists():
        return {}
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return dict(_reading(line, f"{path}:{number}") for number, line in lines)


def _reading(line: str, place: str) -> tuple[str, frozenset[str]]:
    post_id, tab, written = line.partition("\t")
    labels = frozenset(filter(None, written.split(",")))
    if not tab or not labels <= set(LABELS):
        raise DataError(f"{place} is no second reading ({line!r}).", hint="Write an id, a tab and labels with commas.")
    return post_id, labels


def check_agreement(posts: Sequence[LabelledPost], second: Readings) -> Iterator[Finding]:
    """Whether enough posts were read twice, and whether the readers agree; by label and language for the reader."""
    read = [post for post in posts if post.id in second]
    yield at_least("posts read by a second hand", {"posts": len(read)}, LEAST_POSTS)
    if not read:
        return
    yield at_least("agreement", {"kappa": kappa(read, second, LABELS)}, LEAST_KAPPA)
    yield table("agreement by label", {label: kappa(read, second, [label]) for label in LABELS})
    by_lang: dict[str, list[LabelledPost]] = defaultdict(list)
    for post in read:
        by_lang[post.lang].append(post)
    yield table("agreement by language", {lang: kappa(here, second, LABELS) for lang, here in sorted(by_lang.items())})


def kappa(posts: Sequence[LabelledPost], second: Readings, labels: Sequence[str]) -> float:
    """Cohen's kappa over every decision on these labels; 1 where neither reader ever gave one."""
    pairs = [(label in post.labels, label in second[post.id]) for post in posts for label in labels]
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    first, other = (sum(given) / len(pairs) for given in zip(*pairs, strict=True))
    by_chance = first * other + (1 - first) * (1 - other)
    return 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)
