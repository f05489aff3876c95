"""Spellings that look or mean the same fold into one, in each of 27 languages, and other words do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.language import LANGUAGES
from store.folding import fold, without_accents

SAME = {
    "vi": ("LƯƠNG CAO", "lu\u031bo\u031bng\n cao"),
    "zh": ("高薪招聘２０人", "高薪招聘20人"),
    "en": ("Ｆree ﬂight", "free\u200b flight"),
    "th": ("น้ำใจ เเละ ที่พัก", "น\u0e4d\u0e49าใจ และ ท\u0e48\u0e35พัก"),
    "id": ("GAJI BESAR", "gaji\u00a0besar"),
    "ms": ("Kerja Mudah", "kerja mu\u00addah"),
    "tl": ("Libreng Tirahan", "\u202alibreng\u202c tirahan"),
    "my": ("မြို့ လစာ ၁၂၀၀", "မြ\u102d\u1037\u102f လစာ 1200"),
    "km": ("ស្រី ខ្ញុំ ១២០០ ក្ដី", "ស\u17b8\u17d2\u179a ខ\u17bb\u17d2\u1789\u17c6 1200 ក្តី"),
    "lo": ("ນ້ຳ ແມ່", "ນ\u0ecd\u0ec9າ ເເມ່"),
    "hi": ("क़ीमत १२००", "क\u093cीमत 1200"),
    "bn": ("কোন ১২", "ক\u09c7\u09beন 12"),
    "ne": ("काम\u200dका", "कामका"),
    "ur": ("نوکری ۱۲", "نوكري 12"),
    "ta": ("பொருள்", "ப\u0bc6\u0bbeருள்"),
    "si": ("ශ්\u200dරී", "ශ්රී"),
    "am": ("ሥራ ፀሐይ", "ስራ ጸሀይ"),
    "sw": ("KAZI NJE", "kazi  nje"),
    "fr": ("BIEN PAYÉ", "bien paye\u0301"),
    "es": ("AÑO", "an\u0303o"),
    "pt": ("AÇÃO", "ac\u0327a\u0303o"),
    "ru": ("РАБОТА", "работа"),
    "uz": ("Oʻzbekiston", "o’zbekiston"),
    "ar": ("عـــمل ١٢", "عمل 12"),
    "ko": ("한국", "\u1112\u1161\u11ab국"),
    "ja": ("ｶﾀｶﾅ ガイド", "カタカナ カ\u3099イト\u3099"),
    "tr": ("İŞ ISPARTA", "iş ısparta"),
}
DIFFERENT = {
    "vi": ("lương", "luồng"),
    "th": ("มา", "ม้า"),
    "lo": ("ມາ", "ມ້າ"),
    "km": ("ខែ", "ខេ"),
    "my": ("မြို့", "မျို့"),
    "hi": ("कम", "काम"),
    "ar": ("عمل", "أمل"),
    "ru": ("мой", "мои"),
    "am": ("ስራ", "ሽራ"),
    "ja": ("ハート", "バート"),
}


def test_every_language_is_here() -> None:
    assert set(SAME) == set(LANGUAGES)


@pytest.mark.parametrize("lang", SAME)
def test_what_looks_the_same_folds_into_one(lang: str) -> None:
    one, other = SAME[lang]
    assert fold(one) == fold(other)
    assert fold(one)


@pytest.mark.parametrize("lang", DIFFERENT)
def test_other_words_stay_other_words(lang: str) -> None:
    one, other = DIFFERENT[lang]
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Việc nhẹ, lương cao ở Đà Nẵng", "viec nhe, luong cao o da nang"), ("çalış", "calis"), ("أَجْر", "اجر")],
)
def test_accents_can_be_left_out(text: str, plain: str) -> None:
    assert without_accents(fold(text)) == plain


@pytest.mark.parametrize("text", ["हिन्दी", "ภาษาไทย", "မြန်မာ", "មិនមែន", "мой"])
def test_signs_that_are_no_accents_stay(text: str) -> None:
    assert without_accents(fold(text)) == fold(text)


@given(st.text())
def test_a_folded_text_is_one_line_that_folds_into_itself(text: str) -> None:
    folded = fold(text)
    assert "\n" not in folded
    assert fold(folded) == folded
