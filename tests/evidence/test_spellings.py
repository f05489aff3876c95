"""Finding a value however it is written: property tests over separators, digits, forms and encodings."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.spellings import Letters, Spelling, alone, code_spelling, key_of, words_spelling

DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "០១២៣៤៥៦៧៨៩", "໐໑໒໓໔໕໖໗໘໙", "၀၁၂၃၄၅၆၇၈၉"]
SEPARATORS = ["", " ", "-", ".", "\u00a0", " - ", "\u200b", "·", "/"]


def places(spelling: Spelling, text: str) -> list[str]:
    letters = Letters.of(text)
    return [text[start:end] for start, end in spelling.places_in(letters, alone(letters.text))]


@settings(deadline=None)
@given(
    number=st.text("123456789", min_size=8, max_size=12),
    digits=st.sampled_from(DIGITS),
    separator=st.sampled_from(SEPARATORS),
    is_encoded=st.booleans(),
)
def test_a_number_is_found_in_any_digits_and_separators(
    number: str, digits: str, separator: str, is_encoded: bool
) -> None:
    written = separator.join(digits[int(digit)] for digit in number)
    text = f"gọi {quote(written) if is_encoded else written} nhé"
    (found,) = places(code_spelling({number}), text)
    assert text == f"gọi {found} nhé"


@pytest.mark.parametrize(
    "written",
    [
        "Trầm Nhã",
        "TRẦM NHÃ",
        "tram nha",
        "Tra\u0302\u0300m  Nha\u0303",
        "Ｔｒầｍ　Ｎｈã",
        "trầm.nhã",
        "tramnha",
        "Tr\u200bầm_Nhã",
        quote("Trầm Nhã"),
        "Tr%E1%BA%A7m+Nh%C3%A3",
    ],
)
def test_a_name_is_found_in_other_forms(written: str) -> None:
    (found,) = places(words_spelling("Trầm Nhã"), f"({written})")
    assert f"({found})" == f"({written})"


def read_places(value: str, text: str) -> set[str]:
    """What of a text stands for a value in any of its readings."""
    spelling = words_spelling(value)
    readings = [(letters, alone(letters.text)) for letters in Letters.readings(text)]
    return {text[slice(*place)] for letters, plain in readings for place in spelling.places_in(letters, plain)}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_name_is_found_in_an_address_however_often_it_was_encoded(times: int) -> None:
    written = "Trầm Nhã"
    for _ in range(times):
        written = quote(written)
    assert read_places("Trầm Nhã", f"https://jobs.example.test/{written}/1") == {written}


def test_a_per_cent_sign_that_encodes_nothing_ends_the_readings() -> None:
    assert [one.text for one in Letters.readings("100%25 of 7%")] == ["100% of 7%"]
    assert [one.text for one in Letters.readings("%2541")] == ["%41", "a"]


def test_an_address_that_was_encoded_without_end_is_read_a_few_times() -> None:
    assert len(list(Letters.readings("%" + "25" * 10_000 + "41"))) == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [("Lan", "Đi Lanka"), ("Anna", "bananna"), ("علي", "عليكم"), ("Li", "Li is here"), ("An", "an advert")],
)
def test_a_name_is_not_found_inside_another_word(name: str, text: str) -> None:
    assert places(words_spelling(name), text) == []


def test_a_name_of_few_letters_is_found_where_it_stands_alone_or_is_certain() -> None:
    assert places(words_spelling("Li"), " Li ") == [" Li "]
    assert places(words_spelling("Li", is_certain=True), "Li is here") == ["Li"]


@pytest.mark.parametrize("name", ["王芳", "มาลัย", "ចន្ទ្រា", "နွယ်ဖြူ"])
def test_in_scripts_without_spaces_any_place_counts(name: str) -> None:
    assert places(words_spelling(name), f"请{name}请") == [name]


def test_a_short_number_is_found_whole_alone() -> None:
    assert places(code_spelling({"12345"}), "12345, 9123456") == ["12345"]


def test_an_address_is_found_with_and_without_its_scheme() -> None:
    spelling = words_spelling("https://social.example.test/a-b?c=1")
    text = "social.example.test/a-b?c=1 http://social.example.test/a-b?c=1 social.example.test/a"
    assert places(spelling, text) == ["social.example.test/a-b?c=1"] * 2


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_it_and_places_are_within_the_text(value: str, text: str) -> None:
    for spelling in (words_spelling(value), words_spelling(value, is_certain=True), code_spelling({value})):
        letters = Letters.of(text)
        for start, end in spelling.places_in(letters, alone(letters.text)):
            assert 0 <= start < end <= len(text)


def test_spellings_of_one_value_have_one_key() -> None:
    assert key_of("Trầm  Nhã") == key_of("TRẦM nhã") != key_of("Trầm")
