"""Posts to practise on: half of them benign, every label among them, many languages, never two of one group."""

import random

from classifier.training.corpus import LabelledPost
from lurewatch import resources
from lurewatch.practice_set import PracticeSet, choose


def _post(number: int, lang: str, *labels: str, kind: str = "news", group: str | None = None) -> LabelledPost:
    id_ = f"p{number}"
    return LabelledPost(id_, lang, f"text {number}", frozenset(labels), kind, "x", "hand", group or id_)


def test_half_is_benign_and_languages_are_varied() -> None:
    posts = [_post(number, f"l{number % 9}", *(["smuggling"] if number % 2 else [])) for number in range(90)]
    chosen = choose(posts, 10, random.Random(1))
    assert sum(not sample.labels for sample in chosen) == 5
    assert len({sample.lang for sample in chosen}) == 9


def test_two_of_one_group_never_stand_together() -> None:
    posts = [_post(number, "vi", "smuggling", group="g") for number in range(9)]
    assert len(choose(posts, 10, random.Random(1))) == 1


def test_a_small_language_gives_what_it_has() -> None:
    assert {sample.id for sample in choose([_post(1, "km"), _post(2, "km", "fake_job")], 10, random.Random(1))} == {
        "p1",
        "p2",
    }


def test_the_bundled_corpus_gives_every_label_and_another_set_each_time() -> None:
    sets = PracticeSet(resources.corpus(), seed=iter(range(9)).__next__)
    first, second = sets.choose(40, None), sets.choose(40, None)
    assert len(first) == 40
    assert len({label for sample in first for label in sample.labels}) == 9
    assert len({sample.lang for sample in first}) > 15
    assert {sample.id for sample in first} != {sample.id for sample in second}
    assert {sample.lang for sample in sets.choose(10, "km")} == {"km"}
