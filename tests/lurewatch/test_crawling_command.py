"""`lurewatch crawling` and what `crawl` does with it; a crawl's captures are sealed when it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lurewatch.cli import lurewatch
from lurewatch.errors import AccessError
from lurewatch.installation import Installation
from store import batches

CHAT = {"name": "Jobs", "type": "public_channel", "id": 1, "messages": []}
MESSAGE = {"id": 1, "type": "message", "date_unixtime": "1767225600", "from": "x", "text": "Packers wanted"}


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Installation.at(tmp_path, {}).open_store().close()
    (tmp_path / "sources.toml").write_text("")
    (tmp_path / "settings.toml").write_text('contact = "us@example.test"\n')
    return tmp_path


def test_nothing_is_crawled_while_crawling_is_stopped(folder: Path) -> None:
    assert call("crawling", "stop", "Asked by the court", "--dir", folder).exit_code == 0
    refused = call("crawl", "--dir", folder)
    assert isinstance(refused.exception, AccessError)
    assert "Asked by the court" in refused.exception.message
    assert call("crawling", "allow", "It is settled", "--dir", folder).exit_code == 0


def test_what_was_imported_is_sealed_and_waits_for_a_stamp(folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "result.json"
    export.write_text(json.dumps(CHAT | {"messages": [MESSAGE]}))
    assert call("import", "telegram", export, "--dir", folder).exit_code == 0
    with Installation.at(folder, {}).open_store() as store, store.reading() as session:
        assert (batches.unsealed(session), batches.unstamped(session)) == (0, 1)


def test_a_file_that_was_changed_is_found_by_verifying(folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "result.json"
    export.write_text(json.dumps(CHAT | {"messages": [MESSAGE]}))
    call("import", "telegram", export, "--dir", folder)
    assert call("audit", "verify", "--dir", folder).exit_code == 0
    (path,) = (folder / "captures").glob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:-1])
    assert "is cut off" in str(call("audit", "verify", "--dir", folder).exception)
    assert "BROKEN: WARC file" in call("doctor", "--dir", folder).output
