"""Cleaning undoes disguise, leaves ordinary text alone, and never loses the way back."""

import json
import random
import time
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.cleaning import clean, readable
from classifier.training.attacks import ATTACKS

CORPUS = Path(__file__).parents[2] / "data" / "corpus"

DISGUISED = {
    "full width": ("Ｊｏｂ　ｏｆｆｅｒ", "Job offer"),
    "mathematical letters": ("𝐇𝐢𝐠𝐡 𝓈𝒶𝓁𝒶𝓇𝓎", "High salary"),
    "enclosed letters": ("Ⓙⓞⓑ", "Job"),
    "negative squared letters": ("🅹🅾🅱 now", "JOB now"),
    "parenthesized letters": ("⒥⒪⒝", "job"),
    "regional indicators set apart": ("🇯 🇴 🇧", "JOB"),
    "small capitals": ("ᴊᴏʙ ᴏғғᴇʀ", "job offer"),
    "small capitals in Russian": ("ᴩᴀбоᴛᴀ", "работа"),
    "zero-width space": ("sal\u200bary", "salary"),
    "soft hyphen": ("sal\u00adary", "salary"),
    "bidirectional override": ("\u202esalary\u202c", "salary"),
    "Cyrillic in Latin": ("sаlаrу", "salary"),
    "Greek in Latin": ("sαlαrу".replace("у", "y"), "salary"),
    "whole words of look-alikes": ("great сасао job", "great cacao job"),
    "Latin in Cyrillic": ("paбoтa в Кaмбоджe", "работа в Камбодже"),
    "spaced out": ("h i g h  s a l a r y", "high  salary"),
    "dotted": ("t.u.y.ể.n gấp", "tuyển gấp"),
    "dashed": ("W-h-a-t-s-A-p-p", "WhatsApp"),
    "short word with an accent": ("đ.ả.o", "đảo"),
    "emojis between letters": ("j🔥o💰b", "job"),
    "mark behind the first consonants": ("l.ương c*ao", "lương cao"),
    "leetspeak": ("s4l4ry t3l3gr4m j0b ca$h", "salary telegram job cash"),
    "leetspeak in capitals": ("K3RJA P4CKING", "KERJA PACKING"),
    "stretched": ("monnnney", "monney"),
    "piled-up accents": ("a\u0301\u0302\u0303\u0304\u0305b", "ab"),
    "struck through": ("j\u0336o\u0336b\u0336", "job"),
    "accents under Han": ("泰\u0347达\u0347币\u0347", "泰达币"),
    "two strokes for SARA AM": ("ทํางาน", "ทำงาน"),
    "two SARA E for SARA AE": ("เเละ", "และ"),
    "joiners through a text": ("ন\u200cম\u200cস\u200cক\u200cার", "নমসকার"),
    "stored backwards under an override": ("\u202e.yralaS hgiH\u202c", "High Salary."),
    "backwards without a full stop": ("\u202e住吃包招直外海薪高员服客招急\u202c", "急招客服员高薪海外直招包吃住"),
    "Arabic in order under an override": ("\u202eمطلوب عاملات منازل\u202c", "مطلوب عاملات منازل"),
    "Armenian, Cherokee and Coptic letters": ("Ꭻօb ⲥash", "Job cash"),
    "a word wholly in Lisu": ("ꓪꓳꓣꓗ now", "WORK now"),
    "signs of money": ("mon℮y", "money"),
    "nought for the Burmese letter WA": ("၀န်ထမ်း ၁၀ ယောက်", "ဝန်ထမ်း ၁၀ ယောက်"),
    "torn Thai": ("ร ั บ ง า น ด ี ท ี ่ ก ั ม พ ู ช า", "รับงานดีที่กัมพูชา"),
    "blanks between all characters": ("W o r k   i n   t h e   c i t y .", "Work in the city."),
    "dots in all words": ("W.o.r.k i.n t.h.e c.i.t.y, g.o n.o.w", "Work in the city, go now"),
    "dots between all characters": ("W.o.r.k. .i.n. .t.h.e. .c.i.t.y", "Work in the city"),
    "emojis inside Khmer": ("ប្រាក់🔥ខែ🔥ខ្ព🔥ស់", "ប្រាក់ខែខ្ពស់"),
    "leetspeak throughout": ("W0rk 1n C@mb0d14, h1gh $@l4ry", "Work in Cambodia, high salary"),
    "every letter twice": ("WWoorrkk iinn tthhee cciittyy", "Work in the city"),
    "Zawgyi": ("ျမန္မာႏိုင္ငံ အလုပ္ ေခၚသည္", "မြန်မာနိုင်ငံ အလုပ် ခေါ်သည်"),
    "a line in each encoding": ("အလုပ်ခေါ်သည်။\nအလုပ္ေခၚသည္", "အလုပ်ခေါ်သည်။\nအလုပ်ခေါ်သည်"),
    "lone surrogate": ("a\ud800b", "a\ufffdb"),
}

UNTOUCHED = {
    "price, hours, codes": "30tr/tháng, 7h30-17h, $3000, covid19, B2B, MP3, A4, 2k8, S1Pendidikan",
    "Indonesian permit": "SIP3MI dan BP3MI",
    "abbreviations": "U.S.A., M.B.B.S., к.м.н., a.k.a., TP.HCM, Q.Tân Bình, k.cần",
    "few single letters": "a c e nào, I am a B student",
    "link, handle, address": "https://t.me/s4l4ry @j0b_m4n hr.s4l4ry@example.com www.exxxample.test",
    "a host with a short first label": "m.ais.example và ct.example/page",
    "acronyms and numerals": "CCCD, VIII, OOO, AAA",
    "laughter": "kkkkkk hhhh",
    "masked number": "0812xxxx",
    "words without a space between": "đi làm.Lương cao🔥bao ăn",
    "two words glued": "ОООAMEGA",
    "emoji family and flag": "👨‍👩‍👧 🇻🇳 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ❤️",
    "blood group": "nhóm máu 🅰️",
    "joiners of Sinhala": "ශ්‍රී ලංකා",
    "joiners of Bengali": "র‍্যাব",
    "non-joiner of Urdu": "می‌خواہم",
    "lone accent": "don´t",
    "Uzbek letters": "Oʻzbekiston gʻalaba",
    "choices": "Recruiter (m/f/d) wanted, 자녀(초/중/고/대) 학자금 지원",
    "initials": "Formation de l'A.I.A. avec D.U.T./B.U.T., บริษัท ที.ซี.ซี.เทคโนโลยี",
    "short words with blanks": "सोचती है ना तो वो कि मैं भी आऊँगी, စျေးထဲမှာ ဆန် ဆီ က ဈေးကြီးတယ်, ក្រុមឈាម A ឬ O",
    "short words with blanks in Korean": "손 시 려 움 일당 당일 지급합니다",
    "Arabic in Latin letters": "ana men gama3a, sa7bti bteshta8al 3andi fel 7amam",
    "a row of people": "🙋🏼\u200d♂️🙋🏼\u200d♂️🙋🏼\u200d♂️🙋🏼\u200d♂️🙋🏼\u200d♂️",
    "figures among words": "RM80 3D T7 A4 30tr 7h30 2k8 U18",
    "doubled syllables": "papa, kaka, 엄마, aabb",
    "a brand with a Russian ending": "Ищем WhatsAppом, ЯRUS",
    "Unicode Burmese": "အလုပ်ခေါ်သည်။ ဝန်ထမ်း ၁၀ ယောက် ကျွန်ုပ်တို့ ၎င်း",
    "Vietnamese": "Tuyển nhân viên gõ phím, không cần kinh nghiệm",
    "Thai": "น้ำใจ ทำงาน กำไร",
    "Russian with a Latin word": "Ищем IT-специалиста, опыт SQL",
}


@pytest.mark.parametrize(("disguised", "plain"), DISGUISED.values(), ids=DISGUISED.keys())
def test_disguise_is_undone(disguised: str, plain: str) -> None:
    assert clean(disguised).text == plain


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_ordinary_text_is_untouched(text: str) -> None:
    assert clean(text).text == text


def test_span_quotes_the_disguise() -> None:
    cleaned = clean("Gấp: s-a-l-a-r-y cao")

    start = cleaned.text.index("salary")

    assert cleaned.original[slice(*cleaned.original_span(start, start + 6))] == "s-a-l-a-r-y"


def test_span_of_one_letter_is_its_own() -> None:
    cleaned = clean("sаlаrу")

    assert cleaned.original_span(1, 2) == (1, 2)


def test_removed_characters_around_a_span_do_not_belong_to_it() -> None:
    cleaned = clean("\u200b\u200bjob\u200b")

    assert cleaned.original_span(0, 3) == (2, 5)


def test_empty_span_maps_to_an_empty_one() -> None:
    cleaned = clean("\u200bjob")

    assert cleaned.original_span(0, 0) == (1, 1)
    assert cleaned.original_span(3, 3) == (4, 4)


@pytest.mark.parametrize("span", [(-1, 1), (0, 4), (2, 1)], ids=["before", "behind", "backwards"])
def test_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(IndexError, match="outside the text of 3"):
        clean("job").original_span(*span)


def test_span_of_a_converted_syllable_is_the_syllable() -> None:
    cleaned = clean("လုပ္ ျမန္")

    start = cleaned.text.index("မြ")

    assert cleaned.original[slice(*cleaned.original_span(start, start + 2))] == "ျမ"


def test_span_inside_text_stored_backwards_is_all_of_it() -> None:
    cleaned = clean("So \u202e.eraC\u202c")

    start = cleaned.text.index("Care")

    assert cleaned.original_span(start, start + 4) == (3, 10)


@pytest.mark.parametrize("name", sorted(ATTACKS))
@given(st.randoms(use_true_random=False), st.sampled_from([*UNTOUCHED.values()]))
@settings(max_examples=15)
def test_a_text_under_attack_maps_back(name: str, chance: random.Random, text: str) -> None:
    attacked = ATTACKS[name](text, chance)
    cleaned = clean(attacked)

    spans = [cleaned.original_span(place, place + 1) for place in range(len(cleaned.text))]

    assert all(0 <= start < end <= len(attacked) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))


@pytest.mark.parametrize("word", ["salary", "Kambodscha", "lương", "зарплата", "ကမ္ဘောဒီးယား", "กัมพูชา"])
@pytest.mark.parametrize("name", ["dots", "emojis", "invisible", "look-alikes", "underscores", "full width"])
@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_a_word_found_is_quoted_as_it_was_disguised(name: str, word: str, chance: random.Random) -> None:
    disguised = ATTACKS[name](f"{word} {word} {word} {word}", chance)
    cleaned = clean(disguised)
    found = cleaned.text.rindex(word)

    start, end = cleaned.original_span(found, found + len(word))

    quoted = disguised[start:end]
    assert not {quoted[0], quoted[-1]} & set(" ._")
    assert " " not in quoted


def test_readable_form_corrects_no_wording() -> None:
    assert readable("s\u200b4l4ry s a l a r y Ｘ").text == "s4l4ry s a l a r y X"


def test_corpus_changes_only_where_it_is_disguised() -> None:
    posts = [
        json.loads(line) for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    posts = [post for post in posts if "disguise_of" not in post]

    changed = [post["id"] for post in posts if _nfkc(clean(post["text"]).text) != _nfkc(post["text"])]

    # Measured 2026-11: 2.2 %; one post in twenty was written with spaced or odd letters or stretched words.
    assert 0 < len(changed) / len(posts) < 0.03, changed


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


HOSTILE = {
    "one long word": "a" * 250_000,
    "spaced letters": "a b c d " * 31_000,
    "dots": "a." * 125_000,
    "marks": "a" + "\u0301" * 125_000,
    "zero width": "a\u200b" * 62_000,
    "leetspeak": "b4" * 125_000,
    "links": "a b c://" * 31_000,
    "mixed scripts": "aа" * 83_000,
    "full width": "Ｊｏｂ　" * 21_000,
    "flags": "🇯 " * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_quarter_of_a_megabyte_does_not_hang(text: str) -> None:
    before = time.process_time()

    clean(text)

    # A guard against quadratic work, which would take minutes; half a second on a quiet core.
    assert time.process_time() - before < 10


TEXTS = st.text(max_size=60) | st.text(
    alphabet="aeAOslry bcаеЅ04$.*- \u200b\u200d\u0301\u0336🔥🇯🅰️เำําကမ်Ｘ𝐀ᴊ😀@/:\ud800", max_size=60
)


@given(TEXTS)
def test_map_is_monotonic_and_inside_the_original(text: str) -> None:
    cleaned = clean(text)
    spans = [cleaned.original_span(place, place + 1) for place in range(len(cleaned.text))]

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))


@given(TEXTS)
@settings(max_examples=50)
def test_cleaned_text_can_be_stored(text: str) -> None:
    clean(text).text.encode("utf-8")
