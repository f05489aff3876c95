"""The released model, loaded once, for the tests that need what it learnt."""

from pathlib import Path

import pytest

from classifier.release import active_release
from classifier.verdict import Classifier

ROOT = Path(__file__).parents[2]
LEXICONS = ROOT / "data" / "lexicons"


@pytest.fixture(scope="session")
def release_dir() -> Path:
    return active_release(ROOT / "models")


@pytest.fixture(scope="session")
def classifier(release_dir: Path) -> Classifier:
    return Classifier.load(release_dir, LEXICONS)
