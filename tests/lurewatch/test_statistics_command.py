"""`lurewatch evidence statistics`: in the chain before it is handed out, and silent about what it leaves out."""

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lurewatch.cli import lurewatch
from lurewatch.errors import ConfigurationError, DataError
from lurewatch.installation import Installation
from store import audit
from tests.factories import make_user
from tests.store.confirming import decide, make_item

OFFERS = {"Poipet": 11, "Bavet": 1, "Myawaddy": 10}


def ask(folder: Path, *options: str, first: str = "2026-03-01", last: str = "2026-03-31") -> Result:
    command = ["evidence", "statistics", "--from", first, "--to", last, "-o", str(folder / "out.csv"), "--dir"]
    return CliRunner().invoke(lurewatch, [*command, str(folder), *options])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation with 12 confirmed offers that name Cambodia and 10 that name Myanmar."""
    with Installation.at(tmp_path, {}).open_store() as store, store.transaction() as session:
        user = make_user(session)
        for place, offers in OFFERS.items():
            for number in range(offers):
                decide(session, user, make_item(session, f"{place}-{number}", place), "confirmed")
    return tmp_path


def test_small_figures_are_left_out(folder: Path) -> None:
    answer = ask(folder)
    assert answer.exit_code == 0
    lines = (folder / "out.csv").read_text("utf-8").splitlines()
    assert len(lines) == 2
    assert '"2026-03","KH","vi","fake_job"' in lines[1]
    assert lines[1].endswith(',"12"')
    assert answer.stderr == "Figures written: 1, each of 11 posts or more.\n"


def test_an_export_is_on_record_and_says_nothing_of_what_was_left_out(folder: Path) -> None:
    ask(folder, "--format", "ictip")
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        (entry,) = audit.entries_about(session, ["statistics"])
    assert (entry.actor, entry.action) == ("command line", "statistics.exported")
    assert entry.details == {
        "from": "2026-03-01",
        "to": "2026-03-31",
        "format": "ictip",
        "k": 11,
        "rows": 1,
        "recipient": "",
        "purpose": "",
        "sha256": hashlib.sha256((folder / "out.csv").read_bytes()).hexdigest(),
    }


def test_a_greater_k_of_the_settings_counts(folder: Path) -> None:
    (folder / "settings.toml").write_text("statistics_k = 13\n", "utf-8")
    ask(folder)
    assert len((folder / "out.csv").read_text("utf-8").splitlines()) == 1


def test_a_smaller_k_is_refused(folder: Path) -> None:
    (folder / "settings.toml").write_text("statistics_k = 10\n", "utf-8")
    assert isinstance(ask(folder).exception, ConfigurationError)
    assert not (folder / "out.csv").exists()


def test_part_of_a_month_is_refused_and_nothing_is_written(folder: Path) -> None:
    assert isinstance(ask(folder, last="2026-03-30").exception, DataError)
    assert not (folder / "out.csv").exists()
