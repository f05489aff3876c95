"""Ordinary posts: only innocent rows of usable sources, balanced, one of each group."""

import gzip
import json
from pathlib import Path

import pytest

from classifier.training.benign import BenignPost, balanced_posts, load_benign, sentences_as_posts
from classifier.training.parallel import Sentences
from lurewatch.errors import DataError


def row(**changes: object) -> dict[str, object]:
    base = {"text": "A cook is wanted in the canteen.", "lang": "en", "kind": "job_ad", "label": "benign", "group": "1"}
    return base | changes


def write(folder: Path, name: str, *rows: object) -> Path:
    with gzip.open(folder / name, "wt", encoding="utf-8") as lines:
        lines.write("\n".join(json.dumps(one) for one in rows))
    return folder


def test_only_innocent_rows_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path, "jobs.jsonl.gz", row(), row(label="fake_job"), row(label="uncertain"))
    assert [post.text for post in load_benign(folder)] == ["A cook is wanted in the canteen."]


def test_a_source_under_non_commercial_terms_stays_out(tmp_path: Path) -> None:
    write(tmp_path, "jobs.jsonl.gz", row())
    write(tmp_path, "bn_blp_sentiment.jsonl.gz", row(lang="bn"))
    assert {post.lang for post in load_benign(tmp_path)} == {"en"}


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"jobs\.jsonl\.gz:2 is no labelled row"):
        load_benign(write(tmp_path, "jobs.jsonl.gz", row(), {"text": "x"}))


def test_a_folder_without_posts_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no benign post"):
        load_benign(tmp_path)


def test_languages_and_kinds_are_balanced_and_groups_come_once() -> None:
    many = [BenignPost("en", f"text {number}", "social", f"g{number % 40}") for number in range(400)]
    few = [BenignPost("th", "ข้อความ", "social", "g")]
    chosen = balanced_posts(many + few, per_cell=10, seed=1)
    assert sorted(post.lang for post in chosen) == ["en"] * 10 + ["th"]
    assert len({post.group for post in chosen}) == 11


def test_a_short_sentence_is_no_post() -> None:
    groups = [Sentences("ui", {"en": "Save", "lo": "ຂໍ້ຄວາມນີ້ຍາວພໍທີ່ຈະເປັນໂພສໜຶ່ງໄດ້ແທ້ໆ ບໍ່ແມ່ນປຸ່ມກົດ"})]
    assert [post.lang for post in sentences_as_posts(groups)] == ["lo"]
