"""Real posts that nobody suspects, as negatives of low weight: a corpus of hard cases alone has no ordinary ones.

Read from a folder of `*.jsonl.gz` files, one object a line: {"text", "lang", "kind", "label", "group"}; rows that are
not labelled "benign" and sources under non-commercial terms stay out. Split by `group`, never at random.
"""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.training.parallel import Sentences
from lurewatch.errors import DataError

NON_COMMERCIAL = frozenset({"bn_blp_sentiment", "ms_news_mesolitica", "ms_twitter_mesolitica"})
_SHORTEST = 20


@dataclass(frozen=True, slots=True)
class BenignPost:
    """A real post of which no reader said anything bad."""

    lang: str
    text: str
    kind: str
    group: str


def load_benign(folder: Path) -> list[BenignPost]:
    """Every usable row of the folder's files. Raises DataError."""
    files = sorted(path for path in folder.glob("*.jsonl.gz") if path.name.split(".")[0] not in NON_COMMERCIAL)
    posts = [post for path in files for post in _read(path)]
    if not posts:
        raise DataError(f"{folder} holds no benign post.", hint="Give a folder of labelled *.jsonl.gz files.")
    return posts


def sentences_as_posts(groups: Iterable[Sentences]) -> list[BenignPost]:
    """Translated sentences as ordinary text, for languages in which no post is at hand."""
    return [
        BenignPost(lang, text, "sentence", f"{group.source}:{number}")
        for number, group in enumerate(groups)
        for lang, text in group.texts.items()
        if len(text) >= 2 * _SHORTEST
    ]


def ordinary_posts(benign: Sequence[BenignPost], sentences: Iterable[Sentences]) -> list[BenignPost]:
    """Real posts, and translated sentences in the languages that have none."""
    covered = {post.lang for post in benign}
    return [*benign, *(post for post in sentences_as_posts(sentences) if post.lang not in covered)]


def balanced_posts(posts: Iterable[BenignPost], *, per_cell: int, seed: int) -> list[BenignPost]:
    """At most `per_cell` posts of each language and kind, one of each group while there are groups."""
    cells: dict[tuple[str, str], dict[str, BenignPost]] = defaultdict(dict)
    for post in posts:
        cells[post.lang, post.kind].setdefault(post.group, post)
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    return [
        post
        for cell in sorted(cells)
        for post in chance.sample(sorted(cells[cell].values(), key=_order), min(per_cell, len(cells[cell])))
    ]


def source_of(post: BenignPost) -> str:
    """The file (or set of translations) that a post comes from."""
    return post.group.split(":", 1)[0]


def _order(post: BenignPost) -> tuple[str, str]:
    return post.group, post.text


def _read(path: Path) -> Iterator[BenignPost]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                if row["label"] == "benign" and len(row["text"]) >= _SHORTEST:
                    yield BenignPost(row["lang"], row["text"], row["kind"], f"{path.name}:{row['group']}")
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(
                    f"{path}:{number} is no labelled row ({error!r}).",
                    hint="Each line holds text, lang, kind, label and group.",
                ) from error
