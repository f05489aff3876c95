"""A whole training run on a tiny corpus made here: what comes out loads, scores, and is the same every time."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifier.release import CARD, FILES, MANIFEST, Release
from classifier.verdict import Classifier
from lurewatch.errors import DataError, ModelError

pytestmark = [pytest.mark.train, pytest.mark.slow]
pytest.importorskip("torch", reason="NO TORCH HERE: install the extra `train` to run the tests of training")
pytest.importorskip("transformers", reason="NO TRANSFORMERS HERE: install the extra `train` to run these")

from tokenizers import Tokenizer  # noqa: E402
from tokenizers.models import WordLevel  # noqa: E402
from tokenizers.pre_tokenizers import Whitespace  # noqa: E402
from transformers import XLMRobertaConfig, XLMRobertaModel  # noqa: E402

from classifier.training.context import ContextPlan  # noqa: E402
from classifier.training.evaluate import evaluate  # noqa: E402
from classifier.training.evaluation_text import evaluation_text  # noqa: E402
from classifier.training.train import Plan, Sources, train  # noqa: E402
from classifier.training.tuning import TuningPlan  # noqa: E402
from classifier.training.vectors import RankingPlan  # noqa: E402

LURES = [
    "free flight to the border, typists wanted",
    "no experience, passport sent first, room paid",
    "chat work abroad",
]
HARMLESS = [
    "cook wanted for the canteen, hand in a cv",
    "the library opens on monday",
    "police warn of free flight adverts",
]
TINY = Plan(
    pieces=300,
    ranking=RankingPlan(width=8, steps=20, batch=16),
    context=ContextPlan(layers=1, width=16, heads=2, most_pieces=64, steps=4, texts=4, pairs=4, field_pairs=2),
    tuning=TuningPlan(epochs=2, batch=8, most_pieces=64),
    ngram_bits=10,
    language_bits=10,
    language_texts=50,
    benign_per_cell=10,
)
Folders = tuple[Path, Path, Path]
NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


def corpus_rows() -> Iterator[dict[str, object]]:
    for hand in ("north", "south"):
        for number in range(12):
            lure = number % 2 == 0
            text = (LURES if lure else HARMLESS)[number % 3] + f", {hand} {'abcdefghijkl'[number]}"
            yield {
                "id": f"{hand}-{number}",
                "lang": "en",
                "text": text,
                "labels": ["scam_centre"] if lure else [],
                "hand": hand,
                "group": None,
            }


def make_folders(at: Path) -> Folders:
    corpus, lexicons = at / "corpus", at / "lexicons"
    corpus.mkdir()
    lexicons.mkdir()
    (corpus / "all.jsonl").write_text("\n".join(map(json.dumps, corpus_rows())), "utf-8")
    (lexicons / "concepts.toml").write_text(
        '[travel_paid]\nside = "for"\nilo = ""\nsource = ""\nsays = "Travel paid"\n'
        '[warning]\nside = "against"\nilo = ""\nsource = ""\nsays = "Warns"\n'
        '[age_demand]\nside = "context"\ndemand = true\nilo = ""\nsource = ""\nsays = "Age"\n'
    )
    (lexicons / "en.toml").write_text(
        'language = "en"\n[phrases]\ntravel_paid = ["free flight"]\nwarning = ["police warn", "beware"]\n'
        'age_demand = ["aged 18"]\n'
    )
    return corpus, lexicons, at / "models"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return make_folders(tmp_path)


@pytest.fixture(scope="module")
def told() -> list[float]:
    """How far the run of `tiny` said that it was."""
    return []


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, told: list[float]) -> Folders:
    """Folders with the release `tiny` among the models; nobody may change them."""
    corpus, lexicons, models = make_folders(tmp_path_factory.mktemp("trained"))
    work, sources = models.parent / "work", Sources(corpus, lexicons)

    def hear(_message: str, done: float) -> None:
        told.append(done)

    train(sources, models, name="tiny", work_dir=work, seed=3, plan=TINY, clock=lambda: NOW, on_progress=hear)
    return corpus, lexicons, models


def run(folders: Folders, name: str, plan: Plan = TINY) -> Path:
    return train(Sources(*folders[:2]), folders[2], name=name, seed=3, plan=plan, clock=lambda: NOW)


def test_a_release_loads_scores_and_evaluates(trained: Folders) -> None:
    corpus, lexicons, models = trained
    assert {path.name for path in (models / "tiny").iterdir()} == FILES
    classifier = Classifier.load(models / "tiny", lexicons)
    assert classifier.score("a", LURES[0]).risk > classifier.score("b", HARMLESS[1]).risk
    found = evaluate(models / "tiny", corpus, lexicons)
    assert found["corpus"] == {"posts": 24, "frozen_hands": [], "seen_in_training": True}
    assert found["splits"]["hand"]["risk"]["positives"] == 12


def test_frozen_hands_and_real_posts_are_measured_and_told_in_tables(trained: Folders, folders: Folders) -> None:
    corpus, lexicons, _ = folders
    (corpus / "frozen.txt").write_text("south\n", "utf-8")
    labelled = corpus.parent / "labelled"
    labelled.mkdir()
    with gzip.open(labelled / "set.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, real_rows())))
    found = evaluate(trained[2] / "tiny", corpus, lexicons, labelled=labelled, splits=["language", "time"])
    assert found["corpus"] == {"posts": 12, "frozen_hands": ["south"], "seen_in_training": True}
    assert found["as_released"]["flagged"].keys() > {"per_1000_ordinary", "per_1000_hard_benign"}
    assert found["splits"]["language"]["left_out"] == "one language holds everything"
    assert found["labelled"]["rows_seen_in_training"].startswith("left out")
    assert found["labelled"]["suspects_by_label"]["fake_job"]["posts"] == 10
    assert found["fake_jobs"] is None
    assert "dots" in found["attacks"]
    assert "| set fake_job | 10 |" in evaluation_text(found)


def real_rows() -> Iterator[dict[str, object]]:
    for number in range(20):
        label = "benign" if number % 2 else "fake_job"
        text = f"a text of some length, the {number}th of its kind"
        yield {"id": f"{number}", "text": text, "lang": "en", "kind": "news", "label": label} | {
            "source": "set",
            "group": f"{number}",
        }


def test_the_same_seed_gives_the_same_figures(trained: Folders, folders: Folders) -> None:
    first, second = Release.load(trained[2] / "tiny"), Release.load(run(folders, "two"))
    assert first.encoder == second.encoder
    assert first.tokenizer == second.tokenizer
    assert {name: tensor.tobytes() for name, tensor in first.weights.items()} == {
        name: tensor.tobytes() for name, tensor in second.weights.items()
    }
    assert first.manifest.calibration == second.manifest.calibration
    assert first.manifest.thresholds == second.manifest.thresholds


def test_another_seed_gives_another_encoder(trained: Folders, folders: Folders) -> None:
    other = train(Sources(*folders[:2]), folders[2], name="other", seed=4, plan=TINY, clock=lambda: NOW)
    assert Release.load(trained[2] / "tiny").encoder != Release.load(other).encoder


def test_a_demand_is_no_feature_and_the_card_tells_of_missing_text(trained: Folders) -> None:
    raw = json.loads((trained[2] / "tiny" / MANIFEST).read_text("utf-8"))
    assert raw["features"]["concepts"] == ["travel_paid", "warning"]
    assert raw["created"] == "2026-01-31T08:00:00+00:00"
    assert "no parallel text was given" in (trained[2] / "tiny" / CARD).read_text("utf-8")


@pytest.mark.usefixtures("trained")
def test_progress_goes_from_nothing_to_all(told: list[float]) -> None:
    assert told[0] == 0.0
    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1.0


def test_a_release_is_never_overwritten(folders: Folders) -> None:
    (folders[2] / "tiny").mkdir(parents=True)
    with pytest.raises(ModelError, match="tiny exists already"):
        run(folders, "tiny")


def test_one_hand_cannot_be_judged_by_others(folders: Folders) -> None:
    (folders[0] / "frozen.txt").write_text("south\n", "utf-8")
    with pytest.raises(DataError, match=r"posts of 1 hand.*give posts of two or more"):
        run(folders, "tiny")


def test_other_frozen_hands_find_no_work_of_before(folders: Folders) -> None:
    work = folders[2] / "work"
    for frozen in ("north", "west"):
        rows = [row | {"hand": "west", "id": f"w-{row['id']}"} for row in corpus_rows() if row["hand"] == "north"]
        (folders[0] / "more.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
        (folders[0] / "frozen.txt").write_text(frozen, "utf-8")
        train(Sources(*folders[:2]), folders[2], name=frozen, work_dir=work, plan=TINY)
    assert len(list(work.iterdir())) == 2


def test_a_failed_run_leaves_nothing_behind(folders: Folders) -> None:
    (folders[0] / "all.jsonl").write_text("{", "utf-8")
    with pytest.raises(DataError, match=r"all\.jsonl:1"):
        run(folders, "tiny", replace(TINY, pieces=200))
    assert not folders[2].exists()


def test_a_run_that_goes_on_gives_what_a_whole_one_gives(trained: Folders, tmp_path: Path) -> None:
    corpus, lexicons, models = trained
    work = models.parent / "work"
    kept = {path.name: path.stat().st_mtime_ns for path in work.glob("*/*")}
    sources = Sources(corpus, lexicons)
    gone_on = train(sources, tmp_path, name="on", work_dir=work, seed=3, plan=TINY, clock=lambda: NOW)

    assert Release.load(models / "tiny").encoder == Release.load(gone_on).encoder
    assert {path.name: path.stat().st_mtime_ns for path in work.glob("*/*")} == kept
    assert {"tokenizer.json", "table.npy", "context.safetensors", "logits-0.npy", "encoder.onnx"} <= kept.keys()


def test_exported_labels_teach_beside_the_corpus(folders: Folders) -> None:
    row = next(corpus_rows()) | {"id": "decided", "hand": "desk", "text": "typists, free flight, no experience"}
    (folders[0].parent / "labels.jsonl").write_text(json.dumps(row), "utf-8")
    sources = Sources(*folders[:2], labels=(folders[0].parent / "labels.jsonl",))
    training = Release.load(train(sources, folders[2], name="more", plan=TINY)).manifest.training
    assert training["counts"]["corpus_posts"] == 25
    assert "labels 1" in training["data_sha256"]


def hugging_face_folder(folder: Path) -> Path:
    """A tiny encoder of XLM-R's kind with weights drawn by chance."""
    words = sorted({word for text in LURES + HARMLESS for word in text.replace(",", "").split()})
    vocabulary = {word: number for number, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    config = XLMRobertaConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=80,
    )  # fmt: skip
    XLMRobertaModel(config).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def test_any_hugging_face_folder_serves_as_base(folders: Folders, tmp_path: Path) -> None:
    base = hugging_face_folder(tmp_path / "xlmr-tiny")
    plan = replace(TINY, tuning=replace(TINY.tuning, base_rate=3e-3, epochs=6))
    folder = train(Sources(*folders[:2], base=base), folders[2], name="based", plan=plan, clock=lambda: NOW)

    release = Release.load(folder)
    assert release.manifest.training["base"] == "xlmr-tiny"
    assert len(release.manifest.training["data_sha256"]["base"]) == 64
    classifier = Classifier.load(folder, folders[1])
    assert classifier.score("a", LURES[0]).risk > classifier.score("b", HARMLESS[1]).risk


def test_a_folder_that_is_no_encoder_is_refused(folders: Folders, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is no encoder.*Give a folder with config\.json"):
        train(Sources(*folders[:2], base=tmp_path), folders[2], name="based", plan=TINY)


def test_frozen_hands_teach_nothing_and_are_named(folders: Folders) -> None:
    rows = [row | {"hand": "west", "id": f"w-{row['id']}"} for row in corpus_rows() if row["hand"] == "north"]
    (folders[0] / "more.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (folders[0] / "frozen.txt").write_text("south\n", "utf-8")
    training = Release.load(run(folders, "tiny")).manifest.training
    assert training["frozen_hands"] == ["south"]
    assert training["counts"]["hands"] == 2
