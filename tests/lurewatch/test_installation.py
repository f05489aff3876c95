"""An installation makes its folders and keys once, and opens its store again with them."""

from pathlib import Path

import pytest

from lurewatch.errors import ConfigurationError, EvidenceError
from lurewatch.installation import Installation
from store import audit


def _append(installation: Installation) -> str | None:
    with installation.open_store() as store:
        with store.transaction() as session:
            audit.append(session, actor="tester", action="test", subject="thing:1")
        with store.reading() as session:
            fault = audit.verify_chain(session).fault
    return fault


def test_opening_again_keeps_key_and_chain(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path / "new" / "folder", {})
    assert [_append(installation), _append(installation)] == [None, None]
    key = installation.keys_dir / "audit.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert installation.keys_dir.stat().st_mode & 0o777 == 0o700


def test_a_lost_key_stops_new_entries(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path, {})
    _append(installation)
    (installation.keys_dir / "audit.key").unlink()
    with pytest.raises(EvidenceError, match="does not fit this installation's audit key"):
        installation.open_store()


def test_a_cut_key_is_named(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path, {})
    _append(installation)
    (installation.keys_dir / "audit.key").write_bytes(b"short")
    with pytest.raises(EvidenceError, match="has 5 bytes, not 32"):
        installation.open_store()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match="cannot be made"):
        Installation.at(tmp_path / "file" / "x", {}).open_store()


def test_reading_commands_make_no_installation(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no installation in"):
        Installation.at(tmp_path / "typo", {}).open_existing_store()
    assert not (tmp_path / "typo").exists()


def test_the_settings_may_name_another_store(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path, {"LUREWATCH_STORE_URL": "sqlite:////elsewhere/x.db"})
    assert installation.store_url == "sqlite:////elsewhere/x.db"


def test_a_folder_that_no_store_address_can_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"'\?' in its name"):
        Installation.at(tmp_path / "what?", {}).open_store()
    assert not (tmp_path / "what?").exists()
