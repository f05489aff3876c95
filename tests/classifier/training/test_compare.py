"""Releases are compared on the same posts: what falls is named, and what chance explains is not."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from classifier.labels import LABELS
from classifier.training import compare
from classifier.training.compare import ALL, ALONE, DISGUISED, HARD, HELP, LURES, PRECISION, RECALL, Change
from classifier.training.corpus import LabelledPost
from classifier.verdict import Verdict
from tests.factories import judged_as

LANGS = ("vi", "km")


def post(number: int, *labels: str, kind: str = "hard_benign", lang: str = "vi") -> LabelledPost:
    text = f"invented post number {number}"
    return LabelledPost(f"p{number}", lang, text, frozenset(labels), kind, "forum", "a", f"g{number}")


def posts() -> list[LabelledPost]:
    """240: a lure, a hard and an ordinary benign one and a call for help in turn, two languages."""
    made = []
    for number in range(240):
        lang = LANGS[number // 4 % 2]
        given = [("smuggling",), (), (), ("victim_distress",)][number % 4]
        kind = ("lure", "hard_benign", "benign", "distress")[number % 4]
        made.append(post(number, *given, kind=kind, lang=lang))
    return made


class Knowing:
    """A release that knows the labels, but for the posts it is told to get wrong."""

    name = "knowing"

    def __init__(self, known: Iterable[LabelledPost], wrong: Iterable[str] = ()) -> None:
        self._known = {one.id: one for one in known}
        self._wrong = set(wrong)

    def score_many(self, items: Iterable[tuple[str, str]]) -> Iterator[Verdict]:
        for id_, _text in items:
            said = self._known[id_].labels
            if id_ in self._wrong:
                said = frozenset() if said else frozenset({"fake_job"})
            labels = {label: 0.9 if label in said else 0.1 for label in LABELS}
            risk = max((0.9 for label in said if label != "victim_distress"), default=0.1)
            yield judged_as(labels, id_=id_, risk=risk, flagged=sorted(said), release=self.name)


def figures(wrong: Iterable[str] = (), wrong_before: Iterable[str] = ()) -> dict[tuple[str, str], Change]:
    shown = compare.with_disguises(posts())
    before, after = (compare.judged(Knowing(shown, ids), shown) for ids in (wrong_before, wrong))
    return {(one.name, one.part): one for one in compare.compare(before, after, shown)}


def fallen(found: dict[tuple[str, str], Change]) -> set[tuple[str, str]]:
    return {key for key, figure in found.items() if figure.has_fallen}


def test_every_guarded_figure_is_there() -> None:
    found = figures()
    assert set(found) == {
        *((PRECISION, part) for part in (ALL, "vi", "km", "smuggling", "victim_distress")),
        (RECALL, ALL),
        (LURES, ALL),
        (LURES, DISGUISED),
        (HELP, ALL),
        (ALONE, HARD),
        (ALONE, "ordinary"),
    }
    assert all((one.before, one.after, one.low, one.high) == (1, 1, 0, 0) for one in found.values())


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ([], set()),
        (["p0"], set()),
        ([f"p{number}" for number in range(3, 60, 4)], {(PRECISION, "victim_distress"), (HELP, ALL)}),
        ([f"p{number}" for number in range(1, 60, 4)], {(ALONE, HARD), (RECALL, ALL), (PRECISION, ALL)}),
        ([f"p{number}" for number in range(2, 60, 4)], {(ALONE, "ordinary"), (RECALL, ALL), (PRECISION, ALL)}),
        ([f"p{number} disguised" for number in range(0, 60, 4)], {(LURES, DISGUISED)}),
        ([f"p{number}" for number in range(4, 120, 8)], {(LURES, ALL), (PRECISION, "km"), (PRECISION, "smuggling")}),
    ],
    ids=["nothing", "one post", "calls for help", "hard benign", "ordinary benign", "disguised lures", "one language"],
)
def test_a_fall_shows_in_its_own_figures(wrong: list[str], expected: set[tuple[str, str]]) -> None:
    found = fallen(figures(wrong))
    assert expected <= found
    if not expected:
        assert found == set()
    assert (PRECISION, "vi") not in found or (PRECISION, "km") in found
    assert ((LURES, DISGUISED) in found) is ((LURES, DISGUISED) in expected)


def test_what_rises_is_no_fall() -> None:
    found = figures(wrong_before=[f"p{number}" for number in range(60)])
    assert fallen(found) == set()
    assert found[PRECISION, ALL].after > found[PRECISION, ALL].before


def test_a_fall_that_one_group_explains_is_chance() -> None:
    shown = [replace(one, group="one campaign" if number < 40 else one.group) for number, one in enumerate(posts())]
    before = compare.judged(Knowing(shown), shown)
    after = compare.judged(Knowing(shown, [f"p{number}" for number in range(0, 40, 4)]), shown)
    found = {(one.name, one.part): one for one in compare.compare(before, after, shown)}
    assert found[LURES, ALL].after < found[LURES, ALL].before - 0.1
    assert fallen(found) == set()


def test_what_rests_on_a_handful_of_posts_is_not_measured() -> None:
    few = [one for one in posts() if one.labels or int(one.id[1:]) < 8]
    found = {(one.name, one.part) for one in compare.measures(few)}
    assert found == {
        (PRECISION, ALL),
        (PRECISION, "smuggling"),
        (PRECISION, "victim_distress"),
        *((PRECISION, lang) for lang in LANGS),
        (LURES, ALL),
        (HELP, ALL),
    }
    assert compare.measures(few[:4]) == []


def test_a_disguised_copy_stays_in_its_group_and_is_made_once() -> None:
    (one, other) = post(1), replace(post(2), disguise_of="p1", id="p1-x")
    shown = compare.with_disguises([one, other])
    assert [made.id for made in shown] == ["p1", "p1-x"]
    shown = compare.with_disguises([one])
    assert [made.group for made in shown] == ["g1", "g1"]
    assert shown[1].disguise_of == "p1"


def test_a_record_stands_for_a_release_that_knew_the_posts() -> None:
    shown = posts()
    after = compare.judged(Knowing(shown, [f"p{number}" for number in range(0, 60, 4)]), shown)
    record = {(PRECISION, ALL): 0.98, (PRECISION, "km"): 0.2, (PRECISION, "und"): 1.0}
    found = {(one.name, one.part): one for one in compare.compare_with_record(record, after, shown)}
    assert set(found) == {(PRECISION, ALL), (PRECISION, "km")}
    assert found[PRECISION, ALL].before == 0.98
    assert fallen(found) == {(PRECISION, ALL)}


def figure(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


def test_what_a_release_measured_is_read_from_its_manifest() -> None:
    metrics = {
        "risk": {"average_precision": figure(0.98)},
        "by_label": {
            "victim_distress": {"average_precision": figure(0.9), "recall": figure(0.8)},
            "smuggling": {"posts": 3},
        },
        "by_language": {"km": {"average_precision": figure(0.7)}},
    }
    assert compare.record_of(metrics) == {
        (PRECISION, ALL): 0.98,
        (HELP, ALL): 0.8,
        (PRECISION, "victim_distress"): 0.9,
        (PRECISION, "km"): 0.7,
    }
    assert compare.record_of({}) == {}


def test_comparing_needs_nothing_of_the_extra() -> None:
    blocked = "import sys; sys.modules.update(dict.fromkeys(('torch', 'onnx', 'sklearn', 'scipy')))"
    program = f"{blocked}; import lurewatch.promotion, lurewatch.labels, classifier.training.compare"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
