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

# One post in so many is buried: long texts are rare.
_EVERY = 3
# Less harmless text around a post than this changes nothing.
_LEAST_ROOM = 60
_LEAST_PART = 1 / 3


def buried_examples(
    posts: Sequence[LabelledPost],
    harmless: Mapping[str, Sequence[str]],
    settings: FeatureSettings,
    *,
    seed: int,
    weight: float,
) -> list[Example]:
    """Some of the posts once more, amid harmless text of their language in a window; half the benign ones cut off.

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
        text = post.text if post.labels or chance.random() < 1 / 2 else _part(post.text, chance)
        room = settings.window_chars - len(text)
        if post.disguise_of is None and around and room >= _LEAST_ROOM and chance.random() < 1 / _EVERY:
            found.append(example_of(post, _amid(text, around, room, chance), DISGUISED, weight))
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
    """The posts, of those too long to be read whole a window that chance picks."""
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    size = settings.window_chars
    return [
        replace(post, text=_cut(post.text, size, chance)) if len(post.text) > settings.whole_chars else post
        for post in posts
    ]


def _amid(text: str, harmless: Sequence[str], room: int, chance: random.Random) -> str:
    before = chance.randint(0, room)
    head, tail = (chance.choice(harmless) for _ in range(2))
    gap = chance.choice(("\n", " "))
    return gap.join((_ending(head, before), text, tail[: room - before])).strip()


def _ending(text: str, size: int) -> str:
    return text[-size:] if size else ""


def _part(text: str, chance: random.Random) -> str:
    return _cut(text, int(len(text) * chance.uniform(_LEAST_PART, 1.0)), chance)


def _cut(text: str, size: int, chance: random.Random) -> str:
    start = chance.randint(0, max(0, len(text) - size))
    return text[start : start + size]
