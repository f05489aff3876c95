"""The wheel carries everything: it works from an empty directory, with the clone out of sight."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCORE = "import lurewatch; print(lurewatch.__file__); from lurewatch.cli import main; main()"


@pytest.mark.slow
@pytest.mark.model
def test_the_wheel_scores_from_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("lurewatch-*.whl")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "-q", "--target", tmp_path / "site", wheel]
    subprocess.run(install, check=True, capture_output=True)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import lurewatch; print(lurewatch.__file__); from lurewatch.cli import main; main()",
            "score",
        ],
        input=b'{"id": "a", "text": "Cook wanted in Hue"}',
        capture_output=True,
        check=True,
        cwd=tmp_path / "empty",
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
    )
    place, line = done.stdout.splitlines()
    assert place.decode().startswith(str(tmp_path / "site"))
    assert json.loads(line)["id"] == "a"
