"""The fonts: everything that is read in 27 languages has a shape, and a blank has one in every file."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from evidence.typefaces import FOLDER, Typeface, is_held, needed, typefaces
from tests.evidence.scripts import SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_its_shapes(script: str) -> None:
    assert [character for character in SCRIPTS[script] if not is_held(character)] == []


def test_a_text_needs_the_fonts_of_its_scripts_alone() -> None:
    assert {face.file for face in needed("ការងារ 1")} == {"latin-400.woff2", "latin-700.woff2", "khmer.woff2"}


def test_what_no_font_holds_is_known() -> None:
    assert not is_held("\U000e0001")
    assert not is_held("𓀀")
    assert is_held("💰")


def test_each_file_of_one_weight_has_a_family_of_its_own() -> None:
    named = [(face.family, face.weight) for face in typefaces()]
    assert len(set(named)) == len(named) == 20


@pytest.mark.parametrize("face", typefaces(), ids=lambda face: face.file)
def test_every_file_holds_what_the_list_says_and_a_blank(face: Typeface) -> None:
    held = TTFont(BytesIO((FOLDER / face.file).read_bytes())).getBestCmap().keys()
    listed = {place for first, last in face.ranges for place in range(first, last + 1)}
    assert held >= listed | {0x20, 0xA0}
