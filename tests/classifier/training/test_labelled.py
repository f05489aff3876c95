"""Real labelled posts: which are read, which harmless ones are asked, and which a release was taught on."""

import gzip
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn", reason="NO SCIKIT-LEARN HERE: install the extra `train` to run the tests of training")

from classifier.training.benign import balanced_posts, load_benign  # noqa: E402
from classifier.training.corpus import folder_sha256  # noqa: E402
from classifier.training.labelled import (  # noqa: E402
    benign_sample,
    groups_taught,
    load_labelled,
    suspect_rows,
    taught_suspects,
)
from lurewatch.errors import DataError  # noqa: E402


def make_row(number: int, label: str = "benign", **fields: object) -> dict[str, object]:
    row = {
        "id": f"set:{number}",
        "text": f"a harmless text of a real sort, number {number}",
        "lang": "en",
        "kind": "news",
    }
    return row | {"label": label, "source": "set", "group": f"g{number}", "synthetic": False} | fields


def write(folder: Path, *rows: dict[str, object], name: str = "set") -> Path:
    folder.mkdir(exist_ok=True)
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    return folder


def test_machine_made_and_uncertain_rows_stay_out(tmp_path: Path) -> None:
    rows = [make_row(1), make_row(2, synthetic=True), make_row(3, "uncertain"), make_row(4, "money_mule")]
    assert [row.id for row in load_labelled(write(tmp_path / "real", *rows))] == ["set:1", "set:4"]


def test_suspect_rows_are_those_that_somebody_called_fraud(tmp_path: Path) -> None:
    rows = load_labelled(write(tmp_path / "real", make_row(1), make_row(2, "fake_job"), make_row(3, "scam_other")))
    assert [row.label for row in suspect_rows(rows)] == ["fake_job", "scam_other"]


def test_harmless_rows_are_drawn_by_source_one_of_a_group_none_seen(tmp_path: Path) -> None:
    write(tmp_path / "real", *(make_row(number, group=f"g{number // 2}") for number in range(40)))
    rows = load_labelled(write(tmp_path / "real", make_row(1, source="small"), name="small"))
    seen = frozenset({"set.jsonl.gz:g0"})
    drawn = benign_sample(rows, seen, per_source=5)
    assert sorted(row.source for row in drawn) == ["set"] * 5 + ["small"]
    assert len({row.group for row in drawn}) == 6
    assert seen.isdisjoint(row.group for row in drawn)
    assert drawn == benign_sample(rows, seen, per_source=5)
    assert len(benign_sample(rows, seen, per_source=99)) == 19 + 1


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"set\.jsonl\.gz:1"):
        load_labelled(write(tmp_path / "real", {"id": "x"}))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no labelled row"):
        load_labelled(tmp_path)


def training(folder: Path) -> dict[str, object]:
    return {"seed": 5, "plan": {"benign_per_cell": 3}, "data_sha256": {"benign": folder_sha256(folder, "*.jsonl.gz")}}


def test_the_draw_of_a_training_run_is_repeated(tmp_path: Path) -> None:
    folder = write(tmp_path / "real", *(make_row(number) for number in range(20)))
    expected = {post.group for post in balanced_posts(load_benign(folder), per_cell=3, seed=5)}
    assert groups_taught(training(folder), folder, None) == expected
    assert len(expected) == 3


def test_other_rows_than_those_of_the_run_cannot_be_told_apart(tmp_path: Path) -> None:
    folder = write(tmp_path / "real", *(make_row(number) for number in range(20)))
    about = training(folder)
    write(folder, make_row(99), name="more")
    assert groups_taught(about, folder, None) is None


def test_a_run_with_parallel_text_cannot_be_repeated_without_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "real", *(make_row(number) for number in range(20)))
    about = training(folder)
    about["data_sha256"] = {**about["data_sha256"], "parallel": "0" * 64}  # type: ignore[dict-item]
    assert groups_taught(about, folder, None) is None


def test_training_takes_three_in_four_groups_of_lures_under_labels_of_ours(tmp_path: Path) -> None:
    labels = ("fake_job", "money_mule", "benign")
    rows = [make_row(number, labels[number % 3], group=f"g{number // 6}") for number in range(1200)]
    loaded = load_labelled(write(tmp_path / "real", *rows))
    taught = taught_suspects(loaded)
    assert {row.label for row in taught} == {"fake_job"}
    assert len(taught) == pytest.approx(300, abs=40)
    kept = {row.group for row in loaded if row.label == "fake_job"} - {row.group for row in taught}
    assert not any(row.group in kept for row in taught)


def test_adverts_of_job_boards_are_not_taught(tmp_path: Path) -> None:
    rows = [make_row(number, "fake_job", kind=("job_ad", "message")[number % 2]) for number in range(40)]
    taught = taught_suspects(load_labelled(write(tmp_path / "real", *rows)))
    assert {row.kind for row in taught} == {"message"}


def test_lures_that_a_run_was_taught_on_are_among_its_groups(tmp_path: Path) -> None:
    folder = write(tmp_path / "real", *(make_row(n, "fake_job" if n % 2 else "benign") for n in range(40)))
    about = training(folder)
    without = groups_taught(about, folder, None)
    about["plan"] = {"benign_per_cell": 3, "suspect_weight": 0.3}
    taught = groups_taught(about, folder, None)
    assert taught is not None
    assert without is not None
    assert taught - without == {row.group for row in taught_suspects(load_labelled(folder))} != set()


def test_what_a_rule_labelled_is_weak(tmp_path: Path) -> None:
    rows = [make_row(1, label_quality="weak"), make_row(2, label_quality="helper"), make_row(3)]
    assert [row.is_weak for row in load_labelled(write(tmp_path / "real", *rows))] == [True, False, False]


def test_a_run_without_real_posts_saw_none(tmp_path: Path) -> None:
    assert groups_taught({"data_sha256": {}}, tmp_path, None) == frozenset()
