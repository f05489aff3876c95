"""What several tests of the command line begin with."""

from pathlib import Path

import pytest

from lurewatch import resources
from tests.lurewatch.invented_releases import BUNDLED, make_release


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An invented release in the place of the bundled ones."""
    folder, real = tmp_path / "models", resources.folder
    make_release(folder / BUNDLED)
    (folder / "ACTIVE").write_text(f"{BUNDLED}\n", "utf-8")
    monkeypatch.setattr(resources, "folder", lambda name: folder if name == "models" else real(name))
    return folder
