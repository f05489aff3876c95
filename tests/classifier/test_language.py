"""Languages: by script where one language owns it, by the trained head where several share it."""

from pathlib import Path

import pytest

from classifier.cleaning import clean
from classifier.language import LANGUAGES, LanguageDetector, script_of
from classifier.release import Release

SENTENCES = {
    "vi": "Quán mình cần hai bạn phục vụ buổi tối, liên hệ chị chủ quán nhé",
    "zh": "我们店里需要两名晚班服务员，请联系老板",
    "en": "We need two people to wait tables in the evening, please ask the owner",
    "th": "ร้านเราต้องการพนักงานเสิร์ฟสองคนช่วงเย็น",
    "id": "Warung kami butuh dua orang pelayan untuk malam hari, silakan hubungi pemilik karena bisa langsung kerja",
    "ms": "Kedai kami memerlukan dua pelayan pada waktu malam, sila hubungi tauke kerana boleh mula bekerja esok",
    "tl": "Kailangan ng tindahan ng dalawang tagasilbi sa gabi, makipag-ugnayan lang po sa may-ari",
    "my": "ဆိုင်တွင် ညနေပိုင်း စားပွဲထိုးနှစ်ဦး လိုအပ်ပါသည်",
    "km": "ហាងយើងត្រូវការអ្នករត់តុពីរនាក់នៅពេលល្ងាច",
    "lo": "ຮ້ານຂອງພວກເຮົາຕ້ອງການພະນັກງານເສີບສອງຄົນຕອນແລງ",
    "hi": "हमारी दुकान में शाम के लिए दो लोगों की ज़रूरत है, मालिक से बात करें",
    "bn": "আমাদের দোকানে সন্ধ্যার জন্য দুজন কর্মী দরকার",
    "ne": "हाम्रो पसलमा साँझको लागि दुई जना कामदार चाहिएको छ, साहुलाई सम्पर्क गर्नुहोला",
    "ur": "ہماری دکان میں شام کے لیے دو ملازم چاہییں، مالک سے رابطہ کریں",
    "ta": "எங்கள் கடைக்கு மாலை நேரத்தில் இரண்டு பேர் தேவை",
    "si": "අපේ කඩයට හවස් වරුවට දෙදෙනෙක් අවශ්‍යයි",
    "am": "ሱቃችን ለማታ ሁለት አስተናጋጆች ይፈልጋል",
    "sw": "Duka letu linahitaji wahudumu wawili wa jioni, tafadhali wasiliana na mwenye duka",
    "fr": "Nous cherchons deux serveurs pour le soir, adressez-vous au patron",
    "es": "Necesitamos dos camareros para la noche, pregunten por la dueña",
    "pt": "Precisamos de duas pessoas para atender à noite, falem com o dono da loja",
    "ru": "В наше кафе нужны два официанта на вечер, обращайтесь к хозяйке",
    "uz": "Bizning oshxonamizga kechqurun ishlash uchun ikki kishi kerak, egasi bilan bog'laning",
    "ar": "نحتاج إلى نادلين للعمل مساء في مطعمنا، تواصلوا مع صاحب المطعم",
    "ko": "저희 가게에서 저녁에 일하실 두 분을 찾습니다",
    "ja": "夕方に働いてくれる方を二名募集しています",
    "tr": "Dükkânımıza akşamları çalışacak iki garson arıyoruz, lütfen sahibiyle görüşün",
}


@pytest.fixture(scope="module")
def detector(release_dir: Path) -> LanguageDetector:
    release = Release.load(release_dir)
    manifest = release.manifest
    return LanguageDetector(manifest.language, release.weights, bits=manifest.features.language_bits)


def test_every_language_is_tried() -> None:
    assert set(SENTENCES) == set(LANGUAGES)
    assert len(LANGUAGES) == 27


@pytest.mark.model
@pytest.mark.parametrize("lang", sorted(SENTENCES))
def test_a_sentence_is_recognised(detector: LanguageDetector, lang: str) -> None:
    assert detector.detect(clean(SENTENCES[lang]).text) == lang


@pytest.mark.model
def test_a_batch_gives_each_text_the_language_it_has_alone(detector: LanguageDetector) -> None:
    texts = [*SENTENCES.values(), "", "🔥", "12 34"]
    assert detector.detect_many(texts) == [detector.detect(text) for text in texts]


@pytest.mark.model
@pytest.mark.parametrize("text", ["", "🔥🔥", "+855 00 000 412", "@hr_abc01 https://a.example/x", "ꓡꓲ"], ids=ascii)
def test_a_text_without_a_known_letter_is_undetermined(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) == "und"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        pytest.param("รับสมัคร admin chat online ด่วน", "thai", id="brands-in-latin"),
        pytest.param("仕事を探しています", "kana", id="han-with-kana"),
        pytest.param("优衣の库招聘导购员三名", "han", id="stray-kana"),
        pytest.param("✈️🔥", None, id="emoji-with-selectors"),
        pytest.param("тел. Иван, ищем людей Telegram", "cyrillic", id="cyrillic-with-latin"),
        pytest.param("۱۲۳ 456 ۔", "arabic", id="figures-of-the-script"),
        pytest.param("...", None, id="nothing"),
    ],
)
def test_the_script_is_that_of_the_writer(text: str, script: str | None) -> None:
    assert script_of(text) == script
