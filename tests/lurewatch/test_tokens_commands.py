"""`lurewatch tokens`: made, listed and revoked without the review application."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lurewatch.cli import lurewatch
from lurewatch.errors import AccessError, NotFoundError
from lurewatch.installation import Installation
from store import audit, tokens


def _call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lurewatch, ["tokens", *arguments, "--dir", str(folder)])


def _is_good(folder: Path, token: str, right: str) -> bool:
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        try:
            return tokens.bearer(session, token, right, now=datetime.now(UTC)).holder.username == "system:siem"
        except (AccessError, NotFoundError):
            return False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an installation that nobody has worked in."""
    Installation.at(tmp_path, {}).open_store().close()
    return tmp_path


def test_a_token_is_printed_once_works_and_ends(folder: Path) -> None:
    token = _call(folder, "make", "siem", "--role", "analyst", "--scope", "view", "--scope", "decide").output.strip()
    assert token.startswith(tokens.PREFIX)
    assert [_is_good(folder, token, right) for right in ("view", "decide", "intake")] == [True, True, False]
    (listed,) = _call(folder, "list").output.splitlines()
    number, name, holder, scopes, _end, state = listed.split("\t")
    assert (number, name, holder, scopes, state) == ("1", "siem", "system:siem", "view,decide", "valid")
    assert token not in listed
    assert _call(folder, "revoke", "1").exit_code == 0
    assert not _is_good(folder, token, "view")
    assert _call(folder, "list").output.rstrip().endswith("revoked")


def test_without_more_a_token_reads_alone_and_for_ninety_days(folder: Path) -> None:
    token = _call(folder, "make", "siem").output.strip()
    assert [_is_good(folder, token, right) for right in ("view", "decide")] == [True, False]
    end = datetime.fromisoformat(_call(folder, "list").output.split("\t")[4])
    assert 89 < (end - datetime.now(UTC)).total_seconds() / 86_400 <= 90


def test_who_made_and_ended_it_is_on_record(folder: Path) -> None:
    _call(folder, "make", "siem")
    _call(folder, "revoke", "1")
    _call(folder, "revoke", "1")
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        entries = audit.entries_about(session, ["token:1"])
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("accounts", "token.issued"),
        ("accounts", "token.revoked"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("make", "siem", "--scope", "accounts"),
        ("make", "siem", "--scope", "decide"),
        ("make", "siem", "--role", "administrator"),
        ("make", "siem", "--days", "367"),
        ("make", "si\nem"),
        ("make", "n" * 100),
        ("revoke", "7"),
        ("revoke", "x"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused(folder: Path, arguments: tuple[str, ...]) -> None:
    assert _call(folder, *arguments).exit_code != 0
    assert _call(folder, "list").output == ""


def test_where_there_is_no_installation_none_is_made(tmp_path: Path) -> None:
    assert "There is no installation" in str(_call(tmp_path / "typo", "make", "siem").exception)
