"""`corpus` and `lexicon` print what they find, name what fails, and leave with 2 where anything does."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lurewatch.cli import lurewatch
from lurewatch.errors import DataError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(lurewatch, arguments)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [
        {"id": f"{hand}-{number}", "lang": lang, "text": f"{hand} {lang} post number {number} {'boat' * label}",
         "labels": ["smuggling"] * label, "hand": hand}
        for hand in ("one", "two") for lang in ("en", "fr") for number in range(4) for label in (number % 2,)
    ]  # fmt: skip
    rows = [row | {"id": f"{place}-{row['id']}"} for place, row in enumerate(rows)]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return tmp_path


@pytest.mark.model
def test_a_small_corpus_is_told_what_it_lacks(corpus: Path) -> None:
    result = run("corpus", "check", str(corpus))

    assert "FAIL posts: least is posts with 16, wanted 8000" in result.output
    assert isinstance(result.exception, DataError)
    assert re.search(r"\d+ checks of the corpus failed", str(result.exception))


def test_measuring_prints_a_table_of_languages_and_one_of_hands(corpus: Path) -> None:
    result = run("corpus", "measure", str(corpus))

    assert result.exception is None
    assert re.search(r"\| en \| 8 \| 4 \| [01]\.\d{3} \|", result.output)
    assert re.search(r"\| two \| 8 \| 4 \| [01]\.\d{3} \|", result.output)


def test_the_bundled_lexicons_pass_and_the_skipped_part_is_named() -> None:
    result = run("lexicon", "check")

    assert result.exception is None
    assert "SKIPPED share of real benign posts" in result.output


def test_a_broken_lexicon_fails(tmp_path: Path) -> None:
    (tmp_path / "concepts.toml").write_text('[a]\nside = "for"\nilo = ""\nsource = ""\nsays = ""\n', "utf-8")

    result = run("lexicon", "check", str(tmp_path))

    assert "FAIL languages: 27 without a lexicon" in result.output
    assert isinstance(result.exception, DataError)
