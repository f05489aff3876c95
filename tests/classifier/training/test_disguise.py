"""Every disguise changes a text, spares contacts, and is undone by cleaning and the reading form."""

import random
from difflib import SequenceMatcher

import pytest
import regex

from classifier.cleaning import clean
from classifier.masking import reading_form
from classifier.training.disguise import DISGUISES, NOISES, Disguise, disguise, garbled, noisy

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
    assert noisy(POST, random.Random(7)) == noisy(POST, random.Random(7))


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("text", [POST, KHMER], ids=["vi", "km"])
def test_noise_leaves_most_of_a_text_and_its_contacts(noise: Disguise, text: str) -> None:
    changed = noise(text, random.Random(3))
    assert changed != text or not regex.search(r"\p{Latin}", text)
    assert SequenceMatcher(None, text, changed).ratio() > 0.6
    assert ("hr@jobs.example.com" in changed) == ("hr@jobs.example.com" in text)


def test_garbled_letters_are_lost_struck_for_others_and_changed_about() -> None:
    word = "abcdefghijklmnop"
    found = {garbled(word, random.Random(seed), 0.2) for seed in range(60)}
    assert any(len(text) < len(word) for text in found)
    assert any(sorted(text) == sorted(word) and text != word for text in found)
    assert any(len(text) == len(word) and set(text) < set(word) for text in found)
