"""Bad input costs one line that names the file, the place and the remedy; nothing raises a traceback."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lurewatch.cli import lurewatch as command
from tests.acceptance.test_chain import lurewatch
from tests.captures import captured

GOOD = b'{"id": "a", "text": "Looking for a cook in Hue, 8 hours a day, call the shop"}\n'


@pytest.mark.model
@pytest.mark.slow
def test_score_goes_on_after_a_broken_line(tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_bytes(GOOD + b"{\n" + GOOD)
    done = lurewatch("score", posts)
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 2
    assert f"{posts}, line 2: not JSON".encode() in done.stderr


@pytest.mark.model
@pytest.mark.slow
def test_score_lines_have_the_shape_that_scripts_rely_on() -> None:
    (line,) = lurewatch("score", "-", "--explain", stdin=GOOD).stdout.splitlines()
    verdict = json.loads(line)
    assert {"id", "lang", "risk", "labels", "flagged", "indicators", "identifiers", "release"} <= verdict.keys()
    assert verdict["answer"] == "nothing_found"
    assert {"code", "weight", "side"} == verdict["wording"][0].keys()
    assert len(verdict["labels"]) == 9
    assert 0 <= verdict["risk"] <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "telegrm", "pyproject.toml"], "Format 'telegrm' is unknown. Known are telegram"),
        (["import", "telegram", "no-such-file"], "no-such-file: there is no such file"),
        (["import", "telegram", "pyproject.toml", "--to-jsonl"], "pyproject.toml"),
        (["parse", "jobpost", "README.md", "--url", "https://x.example/"], "Kind 'jobpost' is unknown"),
        (["parse", "feed", "no-such-file", "--url", "https://x.example/"], "no-such-file: cannot be read"),
        (["evidence", "verify", "no-such-file"], "no-such-file: there is no such file"),
        (["evidence", "verify", "pyproject.toml"], "pyproject.toml"),
        (["crawl", "--dir", "tests/acceptance"], "sources.toml"),
        (["audit", "verify", "--dir", "tests"], "There is no installation in tests"),
        (["scroe"], "No such command 'scroe'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_one_line_and_exit_code_two(arguments: list[str], message: str) -> None:
    done = lurewatch(*arguments)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("folder", "kind"), [("jobs_jsonld", "jobposting"), ("telegram_tme", "telegram"), ("rss_atom", "feed")]
)
def test_real_pages_go_through(folder: str, kind: str) -> None:
    pages = [page for page in sorted(captured(folder).iterdir()) if page.name != "SOURCE.txt"]
    assert pages
    for page in pages:
        # In this process: to start Python and load all parsers for each page took nearly all the time.
        done = CliRunner().invoke(command, ["parse", kind, str(page), "--url", "https://source.example/page"])
        assert (done.exit_code, done.exception) == (0, None), page.name
        for line in done.stdout.splitlines():
            assert json.loads(line)["native_id"], page.name
