"""The files for other agencies: the same case gives the same bytes, and nobody in them is accused."""

from pathlib import Path

import pytest

from evidence.dossier import Dossier
from evidence.exchange.files import exchange_files
from tests.evidence.house import Files, House, dossier_of, unpack


def contents(dossier: Dossier) -> dict[str, bytes]:
    return {file.name: b"".join(file.chunks()) for file in exchange_files(dossier)}


def test_they_have_the_names_of_the_profile(dossier: Dossier) -> None:
    assert sorted(contents(dossier)) == [
        "data/exchange/case.jsonld",
        "data/exchange/htcds.csv",
        "data/exchange/ictip.csv",
        "data/exchange/misp-event.json",
        "data/exchange/stix-bundle.json",
    ]


def test_the_same_case_gives_the_same_bytes(golden_house: House, files: Files, tmp_path: Path) -> None:
    again = unpack(golden_house.export(tmp_path / "pack.zip").path)
    assert contents(dossier_of(again)) == contents(dossier_of(files))


@pytest.mark.parametrize("word", ["trafficker", "suspect", "offender", "perpetrator"])
def test_nobody_is_called_an_offender(dossier: Dossier, word: str) -> None:
    assert not [name for name, content in contents(dossier).items() if word in content.decode().lower()]


def test_reviewers_appear_under_pseudonyms_alone(dossier: Dossier) -> None:
    assert not [name for name, content in contents(dossier).items() if b"secret.username" in content]
