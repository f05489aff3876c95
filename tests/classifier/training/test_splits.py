"""Splits: whatever they go by, nothing that is measured on shares a group or its wording with what is taught."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.training.examples import BENIGN, CORPUS, Example  # noqa: E402
from classifier.training.splits import SPLITS, folds_by, kept_together, latest_held, leave_one_out, random_folds  # noqa: E402


def make_example(**fields: str) -> Example:
    values = {"lang": "en", "fold": "north", "origin": CORPUS, "group": "", "source": "forum", "decided_at": None}
    values |= fields
    return Example("", labels=frozenset(), at_risk=False, weight=1.0, **values)  # type: ignore[arg-type]


def make_examples() -> list[Example]:
    """Ideas told in two languages by one of two hands on one of two platforms; each group is one idea."""
    return [
        make_example(
            lang=lang,
            fold="north" if idea % 2 else "south",
            source="forum" if idea % 3 else "chat",
            group=f"idea{idea}",
            decided_at=f"2026-01-{idea + 1:02d}T08:00:00Z",
        )
        for idea in range(12)
        for lang in ("en", "vi")
    ]


@pytest.mark.parametrize("split", SPLITS)
def test_no_idea_is_on_both_sides(split: str) -> None:
    examples = make_examples()
    together = kept_together([example.group for example in examples])
    folds = folds_by(split, examples, together)
    assert folds
    for fold in folds:
        assert fold.held.any()
        assert not set(together[fold.held]) & set(together[fold.seen])
        assert not (fold.held & fold.seen).any()


@pytest.mark.parametrize(("split", "names"), [("hand", {"north", "south"}), ("source", {"forum", "chat"})])
def test_each_is_left_out_once(split: str, names: set[str]) -> None:
    examples = make_examples()
    folds = folds_by(split, examples, kept_together([example.group for example in examples]))
    assert {fold.name for fold in folds} == names
    assert (np.sum([fold.held for fold in folds], axis=0) == 1).all()


def test_a_language_goes_with_its_translations() -> None:
    examples = [make_example(lang="vi", group="a"), make_example(lang="en", group="a"), make_example(group="b")]
    english, vietnamese = folds_by("language", examples, kept_together([each.group for each in examples]))
    assert vietnamese.seen.tolist() == [False, False, True]
    assert english.seen.tolist() == [False, False, False]


def test_texts_that_are_alike_stay_together_through_others() -> None:
    together = kept_together(["a", "b", "c", "d"], alike=[(0, 1), (1, 2)])
    assert together[0] == together[1] == together[2] != together[3]


def test_a_near_repeat_of_another_group_is_not_taught() -> None:
    folds = leave_one_out(["north", "south", "south"], kept_together(["a", "b", "c"], alike=[(0, 1)]))
    assert folds[0].seen.tolist() == [False, False, True]


def test_whole_names_can_be_left_out_together() -> None:
    names = ["a", "b", "c", "d"]
    folds = leave_one_out(names, kept_together(names), most=2)
    assert sorted(int(fold.held.sum()) for fold in folds) == [2, 2]


def test_files_of_ordinary_posts_stay_whole_beside_the_platforms() -> None:
    files = [f"file{number}" for number in range(9) for _ in range(3)]
    examples = [
        *(make_example(source="forum"), make_example(source="chat", group="x")),
        *(make_example(origin=BENIGN, source=file, group=f"{file}{at}") for at, file in enumerate(files)),
    ]
    folds = folds_by("source", examples, np.arange(len(examples)))
    assert {fold.name for fold in folds} == {"forum", "chat"}
    for file in set(files):
        rows = np.array([example.source == file for example in examples])
        assert [int(fold.held[rows].sum()) for fold in folds] in ([3, 0], [0, 3])


def test_the_latest_are_held_and_all_older_ones_seen() -> None:
    times = [None, *(f"2026-0{month}-01T00:00:00Z" for month in (3, 1, 4, 2))]
    (fold,) = latest_held(times, np.arange(5))
    assert fold.held.tolist() == [False, False, False, True, False]
    assert fold.seen.tolist() == [True, True, True, False, True]


def test_an_old_post_of_a_new_campaign_is_neither_held_nor_seen() -> None:
    times = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01"]
    (fold,) = latest_held(times, np.array([7, 1, 2, 7]))
    assert fold.seen.tolist() == [False, True, True, False]


def test_without_times_there_is_no_split_by_time() -> None:
    assert latest_held([None, None], np.arange(2)) == []


def test_random_folds_keep_groups_whole_and_follow_the_seed() -> None:
    together = np.arange(40) // 2
    first, again, other = (random_folds(together, count=4, seed=seed) for seed in (1, 1, 2))
    assert [fold.held.tolist() for fold in first] == [fold.held.tolist() for fold in again]
    assert [fold.held.tolist() for fold in first] != [fold.held.tolist() for fold in other]
    assert all(int(fold.held.sum()) == 10 for fold in first)
