"""The contest on fake job adverts: both sides on the same folds, settings chosen without sight of what is held."""

from types import SimpleNamespace

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.features import Window  # noqa: E402
from classifier.release import FeatureSettings  # noqa: E402
from classifier.training.fake_jobs import SOURCE, bag_of_words_judges, fake_job_figures  # noqa: E402
from classifier.training.labelled import LabelledRow  # noqa: E402

_WORDS = ["bakery", "nurse", "driver", "office", "cook", "teacher", "farm", "harbour", "clinic", "school", "market"]


class PlainFeatures:
    """Stands in for a classifier: the text is its own reading form, nothing else is found in it."""

    manifest = SimpleNamespace(
        features=FeatureSettings(
            ngram_bits=10, language_bits=10, concepts=("any",), whole_chars=900, window_chars=450, stride_chars=150,
            max_pieces=64,
        )
    )  # fmt: skip

    def windows(self, text: str) -> list[Window]:
        return [Window(text, np.zeros(1))]


def make_adverts(count: int = 120, *, told: bool = True) -> list[LabelledRow]:
    """A third are fake, and where `told` their words say so."""
    chance = np.random.default_rng(4)
    rows = []
    for number in range(count):
        fake = number % 3 == 0
        words = [*chance.choice(_WORDS, 6), *(["wire", "deposit"] if fake and told else [])]
        label = "fake_job" if fake else "benign"
        rows.append(LabelledRow(str(number), "en", " ".join(chance.permutation(words)), label, SOURCE, f"g{number}"))
    return rows


def test_words_that_tell_are_learnt_by_every_side() -> None:
    found = fake_job_figures(make_adverts(), PlainFeatures())  # type: ignore[arg-type]
    assert found is not None
    assert (found["posts"], found["positives"]) == (120, 40)
    assert all(figures["average_precision"]["value"] > 0.95 for figures in found["models"].values())
    assert found["models"]["bag of words, logistic regression"]["gain"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_copies_that_cross_groups_teach_nobody() -> None:
    """Every advert stands there twice under another group: a split by group alone would remember the label."""
    once = make_adverts(told=False)
    twice = once + [LabelledRow(f"{row.id}b", "en", row.text, row.label, SOURCE, f"{row.group}b") for row in once]
    found = fake_job_figures(twice, PlainFeatures())  # type: ignore[arg-type]
    assert found is not None
    assert found["groups"] <= 120
    assert found["models"]["bag of words, logistic regression"]["average_precision"]["value"] < 0.6


def test_without_the_source_there_is_no_contest() -> None:
    assert fake_job_figures([], PlainFeatures()) is None  # type: ignore[arg-type]


def test_bags_of_words_are_counted_and_weighed() -> None:
    rows = make_adverts()
    truth = np.array([row.label == "fake_job" for row in rows])
    held = np.arange(120) < 30
    scores = [judge(~held, held) for judge in bag_of_words_judges([row.text for row in rows], truth)]
    assert len(scores) == 6
    assert all((each[truth[held], 0].min() > each[~truth[held], 0].max()) for each in scores)
    assert len({each.tobytes() for each in scores}) == 6
