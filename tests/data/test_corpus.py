"""The bundled corpus keeps what its datasheet promises: the checks of `lurewatch corpus check`, one test each."""

import json
from typing import Any

import pytest

from classifier.checks.agreement import load_second_reading
from classifier.checks.corpus import check_corpus
from classifier.training.corpus import load_corpus
from lurewatch import resources

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for path in sorted(resources.corpus().glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
FIELDS = ["id", "lang", "text", "labels", "kind", "platform", "hand", "group"]


@pytest.mark.slow
def test_the_corpus_keeps_its_promises() -> None:
    folder = resources.corpus()
    failed = [
        finding for finding in check_corpus(load_corpus(folder), load_second_reading(folder)) if not finding.passed
    ]
    assert not failed, "\n".join(line for finding in failed for line in finding.lines())


def test_every_row_has_the_fields_of_the_datasheet() -> None:
    assert [row["id"] for row in ROWS if list(row)[: len(FIELDS)] != FIELDS] == []
    assert {key for row in ROWS for key in row} <= {*FIELDS, "campaign", "disguise_of", "disguise"}


def test_an_id_names_the_hand_and_the_language() -> None:
    assert [row["id"] for row in ROWS if not row["id"].startswith(f"{row['hand']}-{row['lang']}-")] == []
