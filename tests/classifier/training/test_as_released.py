"""Figures as released: verdicts in, shares out; disguises beside what they disguise, real posts without their text."""

import json

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.labels import HEADS  # noqa: E402
from classifier.training.as_released import Judged, disguise_figures, labelled_figures, released_figures  # noqa: E402
from classifier.training.corpus import LabelledPost  # noqa: E402
from classifier.training.labelled import LabelledRow  # noqa: E402
from classifier.verdict import Verdict  # noqa: E402
from tests.factories import judged_as  # noqa: E402

THRESHOLDS = dict.fromkeys(HEADS, 0.5)


def verdict_of(id_: str, risk: float, lang: str = "en") -> Verdict:
    return judged_as({"scam_centre": risk}, id_=id_, lang=lang, flagged=["scam_centre"] if risk >= 0.5 else [])


def make_post(id_: str, *labels: str, disguise_of: str | None = None, disguise: str | None = None) -> LabelledPost:
    group = disguise_of or id_
    return LabelledPost(
        id_, "en", "a text", frozenset(labels), "", "forum", "a", group, disguise_of=disguise_of, disguise=disguise
    )


def make_judged(source: str, label: str, *risks: float) -> Judged:
    rows = [LabelledRow(f"{label}:{at}", "en", "SECRET", label, source, f"{label}{at}") for at in range(len(risks))]
    return Judged(rows, [verdict_of(row.id, risk) for row, risk in zip(rows, risks, strict=True)])


def test_verdicts_are_reported_at_the_thresholds_of_the_release() -> None:
    posts = [make_post("a", "scam_centre"), make_post("b", "scam_centre"), make_post("c"), make_post("d")]
    verdicts = {id_: verdict_of(id_, risk) for id_, risk in zip("abcd", (0.9, 0.3, 0.6, 0.1), strict=True)}
    found = released_figures(posts, verdicts, THRESHOLDS, make_judged("news", "benign", 0.7, 0.1, 0.1, 0.1))
    assert found["flagged"]["recall"]["value"] == 0.5
    assert found["flagged"]["per_1000_hard_benign"]["value"] == 500.0
    assert found["flagged"]["per_1000_ordinary"]["value"] == 250.0
    assert found["risk"]["posts"] == 4
    assert found["language_accuracy"] == 1.0


def test_a_disguise_is_held_against_the_same_lures_as_written() -> None:
    posts = [make_post(id_, "smuggling") for id_ in "ab"] + [
        make_post("a2", "smuggling", disguise_of="a", disguise="leetspeak"),
        make_post("b2", "smuggling", disguise_of="b", disguise="leetspeak"),
        make_post("c2", disguise_of="c", disguise="misread"),
    ]
    verdicts = {id_: verdict_of(id_, risk) for id_, risk in {"a": 0.9, "b": 0.9, "a2": 0.9, "b2": 0.2}.items()}
    found = disguise_figures(posts, verdicts)
    assert set(found) == {"all", "leetspeak"}
    assert found["leetspeak"]["lures"] == 2
    assert found["leetspeak"]["recall"]["value"] == 0.5
    assert found["leetspeak"]["recall_as_written"]["value"] == 1.0


def test_no_lure_in_disguise_has_no_figure() -> None:
    assert disguise_figures([make_post("a", "smuggling")], {"a": verdict_of("a", 0.9)}) == {}


def test_real_posts_are_told_item_by_item_and_never_by_text() -> None:
    found = labelled_figures(make_judged("chat", "fake_job", 0.9, 0.4), make_judged("news", "benign", *[0.1] * 9, 0.6))
    assert found["items"][0] == {
        "id": "fake_job:0",
        "source": "chat",
        "label": "fake_job",
        "lang": "en",
        "risk": 0.9,
        "flagged": ["scam_centre"],
    }
    assert len(found["items"]) == 2
    assert "SECRET" not in json.dumps(found)


def test_real_posts_are_counted_by_source_and_label_and_false_alarms_by_source() -> None:
    found = labelled_figures(make_judged("chat", "fake_job", 0.9, 0.4), make_judged("news", "benign", *[0.1] * 9, 0.6))
    assert found["suspects_by_label"]["fake_job"]["flagged"]["value"] == 0.5
    assert found["suspects_by_source"]["chat fake_job"]["recall_at_1pct_of_benign"]["value"] == 0.5
    assert found["benign_by_source"]["news"]["false_flags_per_1000"]["value"] == 100.0
    assert 0.6 < found["risk_that_1pct_of_benign_reach"] < 0.61
