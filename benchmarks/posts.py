"""The texts that are timed: the corpus, joined within a language and cut to one length, in a mixed order."""

import random
from collections import defaultdict
from collections.abc import Iterator

from classifier.training.corpus import load_corpus
from lurewatch import resources

CHARS = 300


def posts() -> list[str]:
    """Every text of CHARS characters that the corpus yields, always in the same order."""
    return [text for _, text in posts_with_languages()]


def posts_with_languages() -> list[tuple[str, str]]:
    """The same texts, each behind its language."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for post in load_corpus(resources.corpus()):
        by_language[post.lang].append(post.text)
    cut = [(lang, text) for lang, texts in by_language.items() for text in _cut("\n".join(texts))]
    random.Random(1).shuffle(cut)  # noqa: S311 - no secret
    return cut


def _cut(text: str) -> Iterator[str]:
    for start in range(0, len(text) - CHARS, CHARS):
        yield text[start : start + CHARS]
