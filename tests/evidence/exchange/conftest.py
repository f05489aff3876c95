"""The dossier of the golden case, fresh for each test."""

import pytest

from evidence.dossier import Dossier
from tests.evidence.house import Files, dossier_of


@pytest.fixture
def dossier(files: Files) -> Dossier:
    return dossier_of(files)
