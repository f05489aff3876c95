"""Original and copy: whoever holds both opens every mask, and any other difference is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.matching import match_packs
from lurewatch.errors import DataError, EvidenceError
from tests.evidence.family import NUMBER
from tests.evidence.house import LATER, Files, House, edit_json, pack_again, resealed

ANALYSIS = "data/analysis/0001.json"


def test_original_and_copy_match(whole: Path, masked: Path) -> None:
    match = match_packs(whole, masked)
    assert match.faults == ()
    # The end of the chain, in its own file and in the claims, belongs to the moment of export.
    assert match.masks - match.opened == 2
    assert match.opened > 30


def test_packs_of_another_time_match_in_what_both_hold(family_house: House, masked: Path, tmp_path: Path) -> None:
    later = family_house.export(tmp_path / "later.zip", number=NUMBER, now=LATER.replace(year=2027)).path
    assert match_packs(later, masked).faults == ()


def another_text(files: Files) -> None:
    edit_json(files, ANALYSIS, lambda document: document["source"].update(purpose="Something else"))


def another_mask(files: Files) -> None:
    def change(document: dict[str, list[dict[str, str]]]) -> None:
        document["redactions"][5]["commitment"] = "0" * 64

    edit_json(files, "data/redactions.json", change)


@pytest.mark.parametrize(
    ("change", "complaint"), [(another_text, "differs, and nothing there"), (another_mask, "hides something else")]
)
def test_what_differs_is_named(
    change: Callable[[Files], None], complaint: str, whole: Path, copy: Files, family_house: House, tmp_path: Path
) -> None:
    change(copy)
    tampered = pack_again(resealed(copy, family_house.key, NUMBER), tmp_path / "p.zip", NUMBER)
    (fault,) = match_packs(whole, tampered).faults
    assert complaint in fault


def test_two_originals_are_no_pair(whole: Path, masked: Path) -> None:
    for pair in ((whole, whole), (masked, masked), (masked, whole)):
        with pytest.raises(DataError, match="no original and redacted copy"):
            match_packs(*pair)


def test_packs_of_two_cases_are_no_pair(golden_pack: Path, masked: Path) -> None:
    with pytest.raises(DataError, match="are of the cases CASE-2026-0001 and CASE-2026-0002"):
        match_packs(golden_pack, masked)


def test_a_pack_that_does_not_hold_is_not_compared(whole: Path, copy: Files, tmp_path: Path) -> None:
    copy[ANALYSIS] += b" "
    with pytest.raises(EvidenceError, match="does not hold"):
        match_packs(whole, pack_again(copy, tmp_path / "p.zip", NUMBER))
