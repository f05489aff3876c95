"""The whole way from text to verdict with the released model: order, shape, offsets, bounds."""

import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.labels import LABELS
from classifier.lexicon import Lexicon
from classifier.release import Release
from classifier.verdict import Classifier
from lurewatch.errors import ModelError

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
POSTS = tomllib.loads((Path(__file__).parent / "golden.toml").read_text("utf-8"))
GOLDEN = {lang: (posts["lure"], posts["warning"], posts["ordinary"]) for lang, posts in POSTS.items()}


@pytest.mark.parametrize("lang", sorted(GOLDEN))
def test_a_lure_scores_above_a_warning_and_an_ordinary_job(classifier: Classifier, lang: str) -> None:
    lure, warning, ordinary = (classifier.score("a", text) for text in GOLDEN[lang])
    assert lure.risk > warning.risk
    assert lure.risk > ordinary.risk
    assert lure.lang == warning.lang == ordinary.lang == lang


@pytest.mark.parametrize("lang", sorted(GOLDEN))
def test_an_ordinary_job_is_not_flagged(classifier: Classifier, lang: str) -> None:
    assert classifier.score("a", GOLDEN[lang][2]).flagged == ()


def test_one_at_a_time_and_in_a_batch_the_figures_are_the_same(classifier: Classifier) -> None:
    texts = [text for posts in GOLDEN.values() for text in posts] + ["", "🔥🔥", " ".join(GOLDEN["en"] * 30)]
    items = [(str(number), text) for number, text in enumerate(texts * 4)]
    assert list(classifier.score_many(items)) == [classifier.score(id_, text) for id_, text in items]


def test_a_line_has_the_shape_of_the_contract(classifier: Classifier) -> None:
    line = classifier.score("post-1", GOLDEN["vi"][0]).as_line()
    keys = ["id", "lang", "risk", "labels", "flagged", "answer", "reasons", "indicators", "identifiers", "release"]
    assert list(line) == keys
    assert {"code", "weight", "side"} == set(line["reasons"][0])
    assert set(line["labels"]) == set(LABELS)
    assert all(0.0 <= figure <= 1.0 for figure in (line["risk"], *line["labels"].values()))
    assert line["release"] == classifier.name
    assert {"code", "start", "end", "text"} == set(line["indicators"][0])
    assert {"type", "value", "normalized", "start", "end"} == set(line["identifiers"][0])


def test_flags_are_the_labels_that_reach_their_thresholds(classifier: Classifier) -> None:
    for posts in GOLDEN.values():
        verdict = classifier.score("a", posts[0])
        thresholds = classifier.manifest.thresholds
        assert set(verdict.flagged) == {label for label in LABELS if verdict.labels[label] >= thresholds[label]}
        assert list(verdict.flagged) == sorted(verdict.flagged, key=lambda label: -verdict.labels[label])


def quotes(classifier: Classifier, text: str) -> None:
    verdict = classifier.score("a", text)
    for indicator in verdict.indicators:
        assert text[indicator.start : indicator.end] == indicator.text
    for identifier in verdict.identifiers:
        assert text[identifier.start : identifier.end] == identifier.value


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.sampled_from(sorted(GOLDEN)), st.text(max_size=200))
def test_offsets_quote_the_original(classifier: Classifier, before: str, lang: str, behind: str) -> None:
    quotes(classifier, before + GOLDEN[lang][0] + behind)


def test_offsets_quote_the_original_of_a_huge_post(classifier: Classifier) -> None:
    text = "\n".join(text for posts in GOLDEN.values() for text in posts) * 60
    assert len(text) > 100_000
    quotes(classifier, text)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["begin", "middle", "end"])
def test_a_lure_in_a_long_harmless_text_is_still_seen(classifier: Classifier, place: int) -> None:
    stories = [
        "Yesterday we walked along the river with the children and counted ducks, the little one named them all. ",
        "My grandmother bakes bread on Saturdays and the whole street smells of it, nobody stays in bed then. ",
        "The library has new opening times from Monday on, ask at the desk for the reading group of the summer. ",
    ]
    harmless = "".join(stories * 6)
    parts = [harmless, harmless]
    parts.insert(place, GOLDEN["en"][0] + "\n")
    assert classifier.score("a", "".join(parts)).risk > classifier.score("a", harmless * 2).risk + 0.2


@pytest.mark.parametrize("text", ["", " \n\t", "🔥🔥🚢✈️", "12345 67", "\x00\x00", "\ud800"], ids=repr)
def test_a_post_without_a_letter_has_nothing_to_judge(classifier: Classifier, text: str) -> None:
    verdict = classifier.score("a", text)
    assert (verdict.lang, verdict.risk, verdict.flagged) == ("und", 0.0, ())
    assert verdict.answer == "not_enough"


@pytest.mark.parametrize(
    "text", ["pm me", "Hi! +44 0000 000000 https://example.test/a/long/path", "你好", "გამარჯობა ყველას"]
)
def test_too_little_to_say_is_an_answer_of_its_own(classifier: Classifier, text: str) -> None:
    verdict = classifier.score("a", text)
    assert (verdict.answer, verdict.flagged) == ("not_enough", ())


@pytest.mark.parametrize("lang", sorted(GOLDEN))
def test_a_lure_is_flagged(classifier: Classifier, lang: str) -> None:
    verdict = classifier.score("a", GOLDEN[lang][0])
    assert verdict.risk > 0.5
    assert verdict.answer == "flagged"


@pytest.mark.parametrize("lang", sorted(GOLDEN))
def test_an_ordinary_post_of_some_length_has_an_answer(classifier: Classifier, lang: str) -> None:
    assert classifier.score("a", GOLDEN[lang][2]).answer == "nothing_found"


@pytest.mark.parametrize(
    "unit",
    ["a", "a.", "@a", "việc nhẹ lương cao ", "งาน", "🔥", "1 ", "a\u0301", "包吃住", "0900 000 031 ", "http://a.test/"],
    ids=ascii,
)
def test_a_megabyte_does_not_hang(classifier: Classifier, unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    verdict = classifier.score("a", text)
    # A guard against quadratic work, which would take minutes; under two seconds on a quiet core.
    assert time.process_time() - started < 10
    assert 0.0 <= verdict.risk <= 1.0


def test_a_longer_text_must_say_more(classifier: Classifier) -> None:
    lure, harmless = GOLDEN["en"][0], GOLDEN["en"][2] + "\n"
    after = [classifier.score("a", lure + "\n" + harmless * times).risk for times in (30, 300)]
    assert after[0] > after[1] > 0.0


def test_disguise_does_not_hide_a_lure(classifier: Classifier) -> None:
    plain = GOLDEN["en"][0]
    hidden = "\u200b".join(plain).replace("e", "е").replace("o", "о")
    assert classifier.score("a", hidden).risk > 0.8 * classifier.score("a", plain).risk


def test_a_lexicon_that_lacks_a_weighed_concept_is_refused(release_dir: Path) -> None:
    with pytest.raises(ModelError, match=r"weighs the concept .*which the lexicon lacks"):
        Classifier(Release.load(release_dir), Lexicon({}, (), "0" * 64))


def test_a_demand_of_an_advert_is_no_feature(classifier: Classifier) -> None:
    concepts = classifier.finder.lexicon.concepts
    assert not any(concepts[code].demand for code in classifier.manifest.features.concepts)


def test_loading_the_module_loads_no_heavy_library() -> None:
    heavy = "{'onnxruntime', 'spacy', 'tokenizers', 'torch', 'safetensors'}"
    code = f"import sys, classifier.verdict, classifier.explain; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
