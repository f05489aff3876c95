"""One furnished installation and one golden pack for all tests that only read them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence import contents
from evidence.report_pdf import ReportPdf
from tests.evidence.family import NUMBER, settle
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


@pytest.fixture(scope="session")
def golden_copy(golden_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The redacted copy of the golden pack, whose first page was made in a browser."""
    return golden_house.export(tmp_path_factory.mktemp("golden_copy") / "copy.zip", variant="redacted").path


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


@pytest.fixture(scope="session")
def family_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation with a case that names people, for tests that only read it."""
    house = open_house(tmp_path_factory.mktemp("family"), new=True)
    furnish(house)
    settle(house)
    yield house
    house.store.close()


@pytest.fixture(scope="session")
def whole(family_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The original of that case."""
    return family_house.export(tmp_path_factory.mktemp("whole") / "whole.zip", number=NUMBER).path


@pytest.fixture(scope="session")
def masked(family_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its redacted copy."""
    out = tmp_path_factory.mktemp("masked") / "masked.zip"
    return family_house.export(out, number=NUMBER, variant="redacted").path


@pytest.fixture
def copy(masked: Path) -> Files:
    """A fresh copy of the redacted copy's files."""
    return unpack(masked)


@pytest.fixture(scope="session")
def golden_files(golden_pack: Path) -> Files:
    """The golden pack's files, for tests that copy what they change."""
    return unpack(golden_pack)


@pytest.fixture
def whole_files(whole: Path) -> Files:
    """A fresh copy of the original's files."""
    return unpack(whole)
