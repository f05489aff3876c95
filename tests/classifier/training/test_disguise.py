"""Every disguise changes a text, spares contacts, and is undone by cleaning and the reading form."""

import random

import pytest
import regex

from classifier.cleaning import clean
from classifier.masking import reading_form
from classifier.training.disguise import DISGUISES, disguise

POST = "Tuyển nhân viên chat lương cao tại Campuchia, bao ăn ở, liên hệ hr@jobs.example.com hoặc 0900 000 031"


@pytest.mark.parametrize("name", sorted(DISGUISES))
def test_a_disguise_changes_the_text(name: str) -> None:
    assert DISGUISES[name](POST, random.Random(1)) != POST


@pytest.mark.parametrize(
    "name", ["spaced_out", "lookalikes", "leetspeak", "full_width", "decorated", "emoji_between", "misread"]
)
def test_a_contact_stays_one(name: str) -> None:
    disguised = DISGUISES[name](POST, random.Random(1))
    assert "hr@jobs.example.com" in disguised
    assert "031" in disguised


@pytest.mark.parametrize("name", ["lookalikes", "invisible", "without_marks", "full_width"])
def test_cleaning_and_the_reading_form_undo_it(name: str) -> None:
    disguised = DISGUISES[name](POST, random.Random(1))
    assert reading_form(clean(disguised).text) == reading_form(clean(POST).text)


KHMER = "ត្រូវការបុគ្គលិកវាយអក្សរនៅក្រៅប្រទេស ប្រាក់ខែខ្ពស់ បាយនិងបន្ទប់ឥតគិតថ្លៃ"


@pytest.mark.parametrize("name", ["spaced_out", "emoji_between", "misread", "invisible"])
def test_a_script_without_spaces_is_disguised_too(name: str) -> None:
    assert DISGUISES[name](KHMER, random.Random(1)) != KHMER


@pytest.mark.parametrize("name", ["spaced_out", "emoji_between"])
def test_a_cluster_is_never_torn(name: str) -> None:
    disguised = DISGUISES[name](KHMER, random.Random(1))
    assert not regex.search(r"(?:^|[ .\-🔥✨💰⭐👉❗])\p{M}", disguised)


def test_the_same_chance_gives_the_same_disguise() -> None:
    assert disguise(POST, random.Random(7)) == disguise(POST, random.Random(7))
