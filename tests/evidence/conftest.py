"""One furnished installation and one golden pack for all tests that only read them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence import contents
from evidence.report_pdf import ReportPdf
from tests.evidence.house import Files, House, furnish, open_house, unpack


@pytest.fixture(scope="session")
def golden_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = open_house(tmp_path_factory.mktemp("house"), new=True)
    furnish(house)
    yield house
    house.store.close()


@pytest.fixture(scope="session")
def golden_pack(golden_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return golden_house.export(tmp_path_factory.mktemp("golden") / "pack.zip").path


@pytest.fixture(autouse=True)
def _quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typesetting takes a second: only the golden pack, which is made once, has its report on paper."""
    monkeypatch.setattr(contents, "report_pdf", lambda _dossier: ReportPdf(b"%PDF-2.0"))


@pytest.fixture
def files(golden_pack: Path) -> Files:
    """A fresh copy of the golden pack's files."""
    return unpack(golden_pack)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation of the test's own, to be broken."""
    house = open_house(tmp_path / "house", new=True)
    furnish(house)
    yield house
    house.store.close()
