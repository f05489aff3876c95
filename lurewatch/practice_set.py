"""Chooses posts to practise on from the bundled corpus: half of them benign, the rest varied in label and language."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from classifier.training.corpus import LabelledPost, load_corpus
from store.practice import Sample

BENIGN_SHARE = 0.5


class PracticeSet:
    """The labelled posts of a corpus, read when they are first needed."""

    def __init__(
        self, corpus: Path, *, seed: Callable[[], int] = lambda: random.SystemRandom().getrandbits(32)
    ) -> None:
        self._corpus = corpus
        self._seed = seed

    @cached_property
    def _posts(self) -> list[LabelledPost]:
        # Disguised ones repeat another post.
        return [post for post in load_corpus(self._corpus) if post.disguise is None]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be practised."""
        return tuple(sorted({post.lang for post in self._posts}))

    def choose(self, count: int, lang: str | None) -> list[Sample]:
        """Up to `count` posts, of one language where one is named, another set each time."""
        chance = random.Random(self._seed())  # noqa: S311 - no secret
        wanted = [post for post in self._posts if lang is None or post.lang == lang]
        return choose(wanted, count, chance)


def choose(posts: Iterable[LabelledPost], count: int, chance: random.Random) -> list[Sample]:
    """Half benign, half not, each taken from its kinds in turn; no two of one group, languages as varied as can be."""
    by_kind: dict[bool, dict[str, list[LabelledPost]]] = {True: defaultdict(list), False: defaultdict(list)}
    for post in posts:
        for kind in sorted(post.labels) or [post.kind]:
            by_kind[not post.labels][kind].append(post)
    chosen: list[LabelledPost] = []
    _take_in_turn(by_kind[True], round(count * BENIGN_SHARE), chosen, chance)
    _take_in_turn(by_kind[False], count, chosen, chance)
    chance.shuffle(chosen)
    return [Sample(post.id, post.lang, post.text, tuple(sorted(post.labels))) for post in chosen]


def _take_in_turn(
    kinds: dict[str, list[LabelledPost]], count: int, chosen: list[LabelledPost], chance: random.Random
) -> None:
    """Add one of each kind after the other to `chosen`, until it holds `count` or there are no more."""
    order = sorted(kinds)
    chance.shuffle(order)
    while len(chosen) < count and order:
        for kind in list(order):
            fresh = _least_seen(kinds[kind], chosen, chance)
            if fresh is None:
                order.remove(kind)
            elif len(chosen) < count:
                chosen.append(fresh)


def _least_seen(
    posts: Sequence[LabelledPost], chosen: Sequence[LabelledPost], chance: random.Random
) -> LabelledPost | None:
    """A post of a group that is not chosen yet, in one of the languages chosen least."""
    groups = {post.group for post in chosen}
    left = [post for post in posts if post.group not in groups]
    if not left:
        return None
    langs = [post.lang for post in chosen]
    fewest = min(langs.count(post.lang) for post in left)
    return chance.choice([post for post in left if langs.count(post.lang) == fewest])
