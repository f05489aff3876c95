"""Indicators quote the original, in every script, and keep to words."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.cleaning import clean
from classifier.indicators import Indicator, IndicatorFinder, may_be_false_friend
from classifier.lexicon import Concept, Lexicon, Phrase

LEXICONS = Path(__file__).parents[2] / "data" / "lexicons"


def make_finder(*phrases: tuple[str, str, str]) -> IndicatorFinder:
    """A finder of (code, language, text)."""
    concepts = {code: Concept(code, "for", False, "", "", code) for code, _, _ in phrases}
    return IndicatorFinder(Lexicon(concepts, tuple(Phrase(*phrase) for phrase in phrases), sha256="0" * 64))


def texts(finder: IndicatorFinder, text: str, lang: str | None = None) -> list[str]:
    return [indicator.text for indicator in finder.find(clean(text), lang)]


FOUND = {
    "case": ("en", "free flight", "FREE Flight today", "FREE Flight"),
    "punctuation between words": ("en", "free flight", "free-flight!", "free-flight"),
    "Vietnamese without accents": ("vi", "việc nhẹ lương cao", "viec nhe luong cao", "viec nhe luong cao"),
    "Vietnamese tone on the other vowel": ("vi", "bao hoà", "bao hòa nhé", "bao hòa"),
    "đ": ("vi", "đánh máy nhanh", "danh may nhanh", "danh may nhanh"),
    "Thai inside a run": ("th", "ไม่ต้องมีประสบการณ์", "รับสมัครไม่ต้องมีประสบการณ์ค่ะ", "ไม่ต้องมีประสบการณ์"),
    "Khmer inside a run": ("km", "សំបុត្រយន្តហោះ", "ចេញថ្លៃសំបុត្រយន្តហោះឲ្យ", "សំបុត្រយន្តហោះ"),
    "Lao inside a run": ("lo", "ຫວຍ", "ຂາຍຫວຍອອນລາຍ", "ຫວຍ"),
    "Burmese inside a run": ("my", "လက်မှတ်", "လေယာဉ်လက်မှတ်ပေး", "လက်မှတ်"),
    "Chinese inside a run": ("zh", "打字员", "急招打字员五名", "打字员"),
    "Chinese set apart": ("zh", "打字员", "打 字 员", "打 字 员"),
    "Japanese inside a run": ("ja", "電話番", "海外で電話番を募集", "電話番"),
    "Korean with particles": ("ko", "항공권 제공", "왕복항공권제공합니다", "항공권제공"),
    "Hindi without nukta": ("hi", "हवाई जहाज़", "हवाई जहाज", "हवाई जहाज"),
    "Arabic with vowel signs": ("ar", "تذكرة طيران", "تَذْكِرة طيران", "تَذْكِرة طيران"),
    "Arabic with the article": ("ar", "تذكرة طيران", "بتذكرة الطيران", "بتذكرة الطيران"),
    "Urdu and Arabic letters": ("ur", "ٹکٹ فری", "ٹكٹ فرى", "ٹكٹ فرى"),
    "Bengali with a case ending": ("bn", "বিমান টিকিট", "বিমান টিকিটের দাম", "বিমান টিকিটের"),
    "Nepali with a postposition": ("ne", "निःशुल्क भिसा", "निःशुल्क भिसामा", "निःशुल्क भिसामा"),
    "Tamil with a case ending": ("ta", "கம்போடியா வேலை", "கம்போடியாவில் வேலை", "கம்போடியாவில் வேலை"),
    "Amharic homophones": ("am", "ሥራ በውጭ", "ስራ በውጭ", "ስራ በውጭ"),
    "Cyrillic yo": ("ru", "билёт бесплатно", "билет бесплатно", "билет бесплатно"),
    "disguise": ("en", "free flight", "f-r-e-e fl\u200bіght", "f-r-e-e fl\u200bіght"),
    "digits of another script": ("ne", "10 जना", "१० जना", "१० जना"),
}


@pytest.mark.parametrize(("language", "phrase", "post", "quote"), FOUND.values(), ids=FOUND.keys())
def test_phrase_is_found(language: str, phrase: str, post: str, quote: str) -> None:
    assert texts(make_finder(("code", language, phrase)), post, language) == [quote]


MISSED = {
    "inside a word": ("en", "free ticket", "carefree tickets"),
    "part of a longer word": ("en", "free tick", "free ticket"),
    "over the end of a sentence": ("vi", "bao ăn ở", "có bảo hiểm bao. Ăn ở tự túc"),
    "another word by accents": ("vi", "bán thận", "bạn thân của em"),
    "another word by accents, phrase without": ("en", "mong la", "mong là được"),
    "short phrase typed without accents": ("vi", "bán thận", "ban than minh"),
    "Korean inside another word": ("ko", "구타", "야구타자 모집"),
    "other cluster in Thai": ("th", "ไต", "ไต่เขา"),
    "words between": ("en", "free flight", "free food and flight"),
}


@pytest.mark.parametrize(("language", "phrase", "post"), MISSED.values(), ids=MISSED.keys())
def test_near_miss_is_not_found(language: str, phrase: str, post: str) -> None:
    assert texts(make_finder(("code", language, phrase)), post, language) == []


def test_indicator_has_offsets_of_the_original() -> None:
    post = "🔥 Bao  vé\u200b máy bay!"

    found = make_finder(("travel_paid", "vi", "bao vé máy bay")).find(clean(post), "vi")

    assert found == [Indicator("travel_paid", 2, 18, "Bao  vé\u200b máy bay")]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("en", ["chatter"]), ("fr", []), (None, ["chatter"]), ("und", ["chatter"])],
    ids=["own language", "another language", "language not known", "language undetermined"],
)
def test_one_latin_word_counts_in_its_language(lang: str | None, expected: list[str]) -> None:
    assert texts(make_finder(("typing", "en", "chatter")), "on va chatter ici", lang) == expected


def test_word_that_three_lexicons_share_counts_in_all() -> None:
    finder = make_finder(*(("hub_place", language, "Poipet") for language in ("en", "id", "vi")))

    assert texts(finder, "kazi Poipet", "sw") == ["Poipet"]


def test_several_words_count_in_every_language() -> None:
    assert texts(make_finder(("travel_paid", "en", "free ticket")), "may free ticket po", "tl") == ["free ticket"]


def test_two_han_characters_count_in_their_language() -> None:
    finder = make_finder(("hub_place", "zh", "果敢"))

    assert texts(finder, "去果敢上班", "zh") == ["果敢"]
    assert texts(finder, "果敢に挑戦する", "ja") == []


@pytest.mark.parametrize("phrase", ["typist", "lương", "高薪"])
def test_short_phrases_may_be_false_friends(phrase: str) -> None:
    assert may_be_false_friend(phrase)


@pytest.mark.parametrize("phrase", ["lương cao", "打字员", "ไต", "работа", "كفيل"])
def test_other_phrases_are_no_false_friends(phrase: str) -> None:
    assert not may_be_false_friend(phrase)


def test_longest_phrase_of_a_code_wins() -> None:
    finder = make_finder(("pay", "vi", "lương cao"), ("pay", "vi", "việc nhẹ lương cao"))

    assert texts(finder, "việc nhẹ lương cao, lương cao", "vi") == ["việc nhẹ lương cao", "lương cao"]


def test_a_phrase_in_two_scripts_is_found_as_well_as_one_beside_it() -> None:
    finder = make_finder(("chat", "th", "ทัก line"), ("pay", "en", "high pay"))

    assert texts(finder, "ทัก line นะ high pay", "th") == ["ทัก line", "high pay"]


def test_codes_that_overlap_are_both_kept() -> None:
    finder = make_finder(("pay", "vi", "lương cao"), ("easy_pay", "vi", "việc nhẹ lương cao"))

    assert [one.code for one in finder.find(clean("việc nhẹ lương cao"), "vi")] == ["easy_pay", "pay"]


@pytest.mark.parametrize(("lang", "count"), [("tr", 1), ("en", 0)], ids=["Turkish", "English"])
def test_latin_endings_need_their_language(lang: str, count: int) -> None:
    assert len(texts(make_finder(("place", "tr", "tayland işi")), "Taylandda işi bulduk", lang)) == count


def test_spacy_vocabulary_does_not_grow_with_what_is_read() -> None:
    finder = make_finder(("pay", "vi", "lương cao"))
    finder.find(clean("word and word"), "vi")
    before = len(finder._index._vocab.strings)

    finder.find(clean(" ".join(f"word{number}x" for number in range(500))), "vi")

    assert len(finder._index._vocab.strings) == before


@pytest.fixture(scope="module")
def shipped() -> IndicatorFinder:
    return IndicatorFinder(Lexicon.load(LEXICONS))


SAMPLES = {
    "vi": ("Tuyển gấp, việc nhẹ lương cao, bao vé máy bay", {"no_experience_high_pay", "travel_paid"}),
    "en": ("Typing test required, free flight ticket, DM on Telegram", {"typing_speed", "travel_paid"}),
    "zh": ("柬埔寨招打字员，免费食宿，包机票", {"customer_service_typing", "room_board", "travel_paid"}),
}


@pytest.mark.parametrize("lang", SAMPLES, ids=str)
def test_shipped_lexicon_reads_an_advert(shipped: IndicatorFinder, lang: str) -> None:
    post, codes = SAMPLES[lang]

    assert codes <= {indicator.code for indicator in shipped.find(clean(post), lang)}


def test_pay_far_above_local_is_read_from_figures(shipped: IndicatorFinder) -> None:
    found = shipped.find(clean("Lương 50 triệu, ở quê 7 triệu"), "vi")

    assert [(one.code, one.text) for one in found if one.code == "pay_far_above_local"] == [
        ("pay_far_above_local", "50 triệu")
    ]


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_any_text_gives_quotes_of_itself(shipped: IndicatorFinder, text: str) -> None:
    for indicator in shipped.find(clean(text)):
        assert text[indicator.start : indicator.end] == indicator.text
