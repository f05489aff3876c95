"""Posts as windows of a long text show them: amid other people's harmless words, and cut off.

The heads must know a lure that is a part of what they read, and that a part of a warning is no lure.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from classifier.release import FeatureSettings
from classifier.training.benign import BenignPost
from classifier.training.corpus import LabelledPost
from classifier.training.examples import DISGUISED, Example, example_of

# A lure of which less shows is none any more; of a benign post any part may show.
_LEAST_OF_A_LURE = 2 / 3
_PARTS_OF_A_BENIGN_POST = (0.2, 0.5, 0.8)
_TEXTS_ON_EACH_SIDE = 3
_WINDOWS_OF_A_LONG_POST = 3


def buried_examples(
    posts: Sequence[LabelledPost],
    harmless: Mapping[str, Sequence[str]],
    settings: FeatureSettings,
    *,
    seed: int,
    weight: float,
) -> list[Example]:
    """The posts once more, each as a window of a long harmless text of its language shows it: most of a lure is seen.

    Where there is no `harmless` text of a language, the hand's own ordinary posts stand in: those of another hand would
    carry what that hand is measured on.
    """
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    harmless_of_hand: dict[tuple[str, str], list[str]] = defaultdict(list)
    for post in posts:
        if post.kind == "benign":
            harmless_of_hand[post.hand, post.lang].append(post.text)
    found = []
    for post in posts:
        around = harmless.get(post.lang) or harmless_of_hand[post.hand, post.lang]
        if post.disguise_of is None and around:
            shown = _LEAST_OF_A_LURE if post.labels else chance.choice(_PARTS_OF_A_BENIGN_POST)
            text = _window_on(post.text, around, settings.window_chars, shown, chance)
            found.append(example_of(post, text, DISGUISED, weight))
    return found


def harmless_texts(ordinary: Sequence[BenignPost], drawn: Sequence[BenignPost]) -> dict[str, list[str]]:
    """Real texts by language that are no examples themselves."""
    taken = {post.group for post in drawn}
    found: dict[str, list[str]] = defaultdict(list)
    for other in ordinary:
        if other.group not in taken:
            found[other.lang].append(other.text)
    return dict(found)


def stretches(posts: Sequence[BenignPost], settings: FeatureSettings, *, seed: int) -> list[BenignPost]:
    """The posts, of those too long to be read whole a few windows that chance picks."""
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    size = settings.window_chars
    return [
        replace(post, text=_cut(post.text, size, chance)) if is_long else post
        for post in posts
        for is_long in [len(post.text) > settings.whole_chars]
        for _ in range(_WINDOWS_OF_A_LONG_POST if is_long else 1)
    ]


def _window_on(text: str, harmless: Sequence[str], size: int, shown: float, chance: random.Random) -> str:
    """`size` characters of a longer text that hold at least the share `shown` of `text`, or are filled by it so far."""
    before, after = (_several(harmless, chance)[:size] for _ in range(2))
    gap = chance.choice(("\n", " "))
    whole = gap.join((before, text, after))
    begins = len(before) + len(gap)
    least = int(shown * min(len(text), size))
    first, last = max(0, begins + least - size), max(0, min(begins + len(text) - least, len(whole) - size))
    start = chance.randint(min(first, last), max(first, last))
    return whole[start : start + size]


def _several(harmless: Sequence[str], chance: random.Random) -> str:
    return "\n".join(chance.choice(harmless) for _ in range(_TEXTS_ON_EACH_SIDE))


def _cut(text: str, size: int, chance: random.Random) -> str:
    start = chance.randint(0, max(0, len(text) - size))
    return text[start : start + size]
