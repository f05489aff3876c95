"""Romanising: which texts, what it leaves alone, and that chance picks the way."""

import random

import pytest
import regex

pytestmark = pytest.mark.train
pytest.importorskip("anyascii", reason="NO ANYASCII HERE: install the extra `train` to run the tests of training")
pytest.importorskip("uroman", reason="NO UROMAN HERE: install the extra `train` to run the tests of training")

from classifier.training.romanising import can_be_romanised, romanised  # noqa: E402

TEXTS = {
    "am": "ሥራ በውጭ አገር ነው",
    "ar": "مطلوب عاملات فورا",
    "hi": "चैट पर काम करने वाले चाहिए",
    "km": "ត្រូវការបុគ្គលិកវាយអក្សរ",
    "my": "စာရိုက်ဝန်ထမ်းများ အမြန်ခေါ်",
    "th": "รับสมัครพนักงานพิมพ์แชท",
    "ru": "срочно нужны операторы",
}


@pytest.mark.parametrize("lang", sorted(TEXTS))
def test_a_text_comes_out_in_latin_letters(lang: str) -> None:
    for seed in range(4):
        found = romanised(TEXTS[lang], random.Random(seed))
        assert regex.search(r"\p{Latin}{3}", found)
        assert not regex.search(r"[\p{L}--\p{Latin}]", found, regex.V1)


@pytest.mark.parametrize(
    "text", ["Tuyển nhân viên chat", "急招打字员包吃住", "채팅 직원 모집", "hello สวัสดี and welcome to this"]
)
def test_what_is_not_typed_in_latin_letters_or_is_so_already_is_left_out(text: str) -> None:
    assert not can_be_romanised(text)


def test_contacts_figures_and_emojis_stay() -> None:
    found = romanised("รับสมัคร 🔥 30,000 บาท hr@jobs.example.com", random.Random(1))
    assert "🔥 30,000" in found
    assert found.endswith("hr@jobs.example.com")


def test_there_is_more_than_one_way() -> None:
    assert len({romanised(TEXTS["my"], random.Random(seed)) for seed in range(8)}) == 2
