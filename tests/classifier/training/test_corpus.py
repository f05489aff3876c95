"""The corpus is read whole or refused by line."""

import json
from pathlib import Path

import pytest

from classifier.training.corpus import folder_sha256, frozen_hands, load_corpus, load_frozen, load_rows
from lurewatch.errors import DataError


def line(**changes: object) -> str:
    row = {"id": "a-1", "lang": "en", "text": "Typists wanted", "labels": ["scam_centre"], "hand": "a", "group": None}
    return json.dumps(row | changes)


def write(folder: Path, *lines: str) -> Path:
    (folder / "hand.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_a_post_without_a_group_is_its_own(tmp_path: Path) -> None:
    (post,) = load_corpus(write(tmp_path, line()))
    assert (post.group, post.labels, post.at_risk) == ("a-1", {"scam_centre"}, True)


@pytest.mark.parametrize(("labels", "at_risk"), [([], False), (["victim_distress"], False), (["smuggling"], True)])
def test_distress_alone_is_no_risk(tmp_path: Path, labels: list[str], at_risk: bool) -> None:
    (post,) = load_corpus(write(tmp_path, line(labels=labels)))
    assert post.at_risk is at_risk


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        pytest.param("{", r"hand\.jsonl:2 is no labelled post", id="no-json"),
        pytest.param("[]", r"hand\.jsonl:2 is no labelled post", id="no-object"),
        pytest.param(json.dumps({"id": "b"}), r"hand\.jsonl:2 is no labelled post.*lang", id="no-language"),
        pytest.param(line(id="b", labels=["trafficker"]), "unknown label 'trafficker'.*Labels are", id="unknown-label"),
        pytest.param(line(id="b", text=" "), r"hand\.jsonl:2 has no text", id="empty"),
        pytest.param(line(id="b", text=7), r"hand\.jsonl:2 has no text", id="no-text"),
        pytest.param(line(), "holds the id 'a-1' twice", id="same-id"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, broken: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_corpus(write(tmp_path, line(), broken))


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "hand.jsonl").write_bytes(line(text="việc").encode("utf-16"))
    with pytest.raises(DataError, match=r"hand\.jsonl is not UTF-8"):
        load_corpus(tmp_path)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no labelled post"):
        load_corpus(tmp_path)


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    before = folder_sha256(write(tmp_path, line()), "*.jsonl")
    assert folder_sha256(write(tmp_path, line(text="Cooks wanted")), "*.jsonl") != before


def test_frozen_hands_are_named_in_a_file(tmp_path: Path) -> None:
    write(tmp_path, line(), line(id="b", hand="b"))
    assert frozen_hands(tmp_path) == frozenset()
    (tmp_path / "frozen.txt").write_text("b\n", "utf-8")
    assert frozen_hands(tmp_path) == {"b"}


def test_a_frozen_hand_without_a_post_is_refused(tmp_path: Path) -> None:
    write(tmp_path, line())
    (tmp_path / "frozen.txt").write_text("nobody\n", "utf-8")
    with pytest.raises(DataError, match=r"frozen\.txt names 'nobody'.*Write a hand"):
        frozen_hands(tmp_path)


def test_one_file_of_rows_is_read_with_the_time_of_each_decision(tmp_path: Path) -> None:
    write(tmp_path, line(), line(id="b", provenance={"decided_at": "2026-03-01T12:00:00Z"}))
    posts = load_rows(tmp_path / "hand.jsonl")
    assert [(post.id, post.decided_at) for post in posts] == [("a-1", None), ("b", "2026-03-01T12:00:00Z")]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param((), "holds no labelled post.*Export labels again", id="empty"),
        pytest.param((line(), line()), r"hand\.jsonl holds the id 'a-1' twice", id="same-id"),
        pytest.param((line(provenance=["x"]),), r"hand\.jsonl:1 is no labelled post", id="provenance-is-no-object"),
    ],
)
def test_bad_rows_are_refused(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_rows(write(tmp_path, *lines) / "hand.jsonl")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl: there is no such file.*labels export"):
        load_rows(tmp_path / "none.jsonl")


def test_frozen_posts_are_those_of_the_frozen_hands_disguised_ones_too(tmp_path: Path) -> None:
    disguised = line(id="b-x", hand="b", disguise_of="b", disguise="leetspeak")
    write(tmp_path, line(), line(id="b", hand="b"), disguised)
    assert load_frozen(tmp_path) == []
    (tmp_path / "frozen.txt").write_text("b\n", "utf-8")
    assert [post.id for post in load_frozen(tmp_path)] == ["b", "b-x"]
