"""`lurewatch evaluate`: what it asks for, and where the figures go."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

import classifier.training.evaluate as evaluation  # noqa: E402
from classifier.training.splits import SPLITS  # noqa: E402
from lurewatch.cli import lurewatch  # noqa: E402
from lurewatch.commands.releases import evaluate_command  # noqa: E402
from tests.classifier.training.reports import make_report  # noqa: E402


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the evaluation was asked for; it answers with a made-up report."""
    kept: dict[str, Any] = {}

    def evaluate(*folders: Path, **options: Any) -> dict[str, Any]:
        kept.update(options)
        options["on_progress"]("scoring", 0.5)
        return make_report()

    monkeypatch.setattr(evaluation, "evaluate", evaluate)
    return kept


def test_figures_are_json_on_standard_output(asked: dict[str, Any], tmp_path: Path) -> None:
    result = CliRunner().invoke(lurewatch, ["evaluate", "--dir", str(tmp_path)])
    assert json.loads(result.stdout)["release"] == "made-up"
    assert asked["splits"] == ["hand"]


def test_figures_go_to_a_file_and_tables_to_another(asked: dict[str, Any], tmp_path: Path) -> None:
    out, table = tmp_path / "figures.json", tmp_path / "figures.md"
    arguments = ["evaluate", "--dir", tmp_path, "--out", out, "--table", table, "--split", "none"]
    result = CliRunner().invoke(lurewatch, [str(each) for each in arguments])
    assert result.stdout == ""
    assert json.loads(out.read_text("utf-8"))["release"] == "made-up"
    assert table.read_text("utf-8").startswith("# Release made-up measured")
    assert asked["splits"] == []


def test_every_split_can_be_asked_for(asked: dict[str, Any], tmp_path: Path) -> None:
    (splits,) = [option for option in evaluate_command.params if option.name == "splits"]
    assert set(splits.type.choices) == {*SPLITS, "none"}  # type: ignore[attr-defined]
    wrong = CliRunner().invoke(lurewatch, ["evaluate", "--split", "moon", "--dir", str(tmp_path)])
    assert wrong.exit_code == 2
