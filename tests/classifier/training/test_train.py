"""A whole training run on a tiny corpus made here: what comes out loads, scores, and is the same every time."""

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
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.training.evaluate import evaluate  # noqa: E402
from classifier.training.train import Plan, train  # noqa: E402
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
    ngram_bits=10,
    language_bits=10,
    language_texts=50,
    benign_per_cell=10,
)
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


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    corpus, lexicons = tmp_path / "corpus", tmp_path / "lexicons"
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
    return corpus, lexicons, tmp_path / "models"


def run(folders: tuple[Path, Path, Path], name: str, plan: Plan = TINY) -> Path:
    return train(*folders, name=name, seed=3, plan=plan, clock=lambda: NOW)


def test_a_release_loads_scores_and_evaluates(folders: tuple[Path, Path, Path]) -> None:
    folder = run(folders, "tiny")
    assert {path.name for path in folder.iterdir()} == FILES
    classifier = Classifier.load(folder, folders[1])
    assert classifier.score("a", LURES[0]).risk > classifier.score("b", HARMLESS[1]).risk
    found = evaluate(folder, folders[0], folders[1])
    assert found["corpus_is_training_data"] is True
    assert found["leave_one_hand_out"]["risk"]["positives"] == 12


def test_the_same_seed_gives_the_same_figures(folders: tuple[Path, Path, Path]) -> None:
    first, second = (Release.load(run(folders, name)) for name in ("one", "two"))
    assert first.encoder == second.encoder
    assert first.tokenizer == second.tokenizer
    assert {name: tensor.tobytes() for name, tensor in first.weights.items()} == {
        name: tensor.tobytes() for name, tensor in second.weights.items()
    }
    assert first.manifest.calibration == second.manifest.calibration
    assert first.manifest.thresholds == second.manifest.thresholds


def test_another_seed_gives_another_encoder(folders: tuple[Path, Path, Path]) -> None:
    first = Release.load(run(folders, "one"))
    second = Release.load(train(*folders, name="two", seed=4, plan=TINY, clock=lambda: NOW))
    assert first.encoder != second.encoder


def test_a_demand_is_no_feature_and_the_card_tells_of_missing_text(folders: tuple[Path, Path, Path]) -> None:
    folder = run(folders, "tiny")
    raw = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert raw["features"]["concepts"] == ["travel_paid", "warning"]
    assert raw["created"] == "2026-01-31T08:00:00+00:00"
    assert "no parallel text was given" in (folder / CARD).read_text("utf-8")


def test_progress_goes_from_nothing_to_all(folders: tuple[Path, Path, Path]) -> None:
    told: list[float] = []
    train(*folders, name="tiny", plan=TINY, on_progress=lambda message, fraction: told.append(fraction))
    assert told[0] == 0.0
    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1.0


def test_a_release_is_never_overwritten(folders: tuple[Path, Path, Path]) -> None:
    (folders[2] / "tiny").mkdir(parents=True)
    with pytest.raises(ModelError, match="tiny exists already"):
        run(folders, "tiny")


def test_a_failed_run_leaves_nothing_behind(folders: tuple[Path, Path, Path]) -> None:
    (folders[0] / "all.jsonl").write_text("{", "utf-8")
    with pytest.raises(DataError, match=r"all\.jsonl:1"):
        run(folders, "tiny", replace(TINY, pieces=200))
    assert not folders[2].exists()
