"""Cues beside names in every language: an invented name beside one is found, a near miss is left."""

import pytest

from classifier.language import LANGUAGES
from evidence.cues import ANY, cues
from evidence.names import names_in, region_of

# Language -> text, the name in it. All invented.
NAMED = {
    "am": ("እህቴ ሰላምነሽ ጠፋች", "ሰላምነሽ"),
    "ar": ("أختي نوارة مفقودة منذ يومين", "نوارة"),
    "bn": ("আমার বোন তরুলতা নিখোঁজ", "তরুলতা"),
    "en": ("Please contact Ms Nara Velto today", "Nara Velto"),
    "es": ("mi hermana Lorina Pazal no contesta", "Lorina Pazal"),
    "fr": ("ma sœur Élorine Vaudet est là-bas", "Élorine Vaudet"),
    "hi": ("मेरी बहन तारिका लापता है", "तारिका"),
    "id": ("adik saya Ranisa Wulandra hilang", "Ranisa Wulandra"),
    "ja": ("担当は佐久川さんです", "佐久川"),
    "km": ("ប្អូនស្រីខ្ញុំឈ្មោះ ចន្ទ្រា បាត់", "ចន្ទ្រា បាត់"),
    "ko": ("담당자 김나루 씨에게 연락하세요", "김나루"),
    "lo": ("ນ້ອງສາວຊື່ ດາລາວອນ", "ດາລາວອນ"),
    "ms": ("hubungi Puan Zarinah Melur sekarang", "Zarinah Melur"),
    "my": ("ညီမလေး နွယ်နွယ်ဖြူ", "နွယ်နွယ်ဖြူ"),
    "ne": ("मेरी बहिनी तारिणी हराइन्", "तारिणी"),
    "pt": ("minha irmã Marília Tavena sumiu", "Marília Tavena"),
    "ru": ("моя сестра Аглая Верестова пропала", "Аглая Верестова"),
    "si": ("මගේ නංගී තරුෂිකා අතුරුදහන්", "තරුෂිකා"),
    "sw": ("dada yangu Neema Kilozi amepotea", "Neema Kilozi"),
    "ta": ("என் தங்கை தாரகை காணவில்லை", "தாரகை"),
    "th": ("น้องสาวชื่อ มาลัยวรรณ", "มาลัยวรรณ"),
    "tl": ("kapatid kong si Luningning Dalisaya ay nawawala", "Luningning Dalisaya"),
    "tr": ("kız kardeşim Nilay Soğuksu kayıp", "Nilay Soğuksu"),
    "ur": ("میری بہن تارین لاپتہ ہے", "تارین"),
    "uz": ("singlim Nargiza Toshova yo'qoldi", "Nargiza Toshova"),
    "vi": ("liên hệ chị Trầm Nhã để biết thêm", "Trầm Nhã"),
    "zh": ("请联系王芳菲女士，包吃住", "王芳菲"),
}
NEAR_MISSES = {
    "am": "እህቴ ጠፋች",
    "ar": "أختي مفقودة في المدينة",
    "bn": "আমার বোন নিখোঁজ",
    "en": "Miss World is on today, my sister works there",
    "es": "mi hermana trabaja allí",
    "fr": "ma sœur travaille là-bas",
    "hi": "मेरी बहन को काम चाहिए",
    "id": "adik saya hilang",
    "ja": "お客様の皆さん、担当者様まで",
    "km": "ឈ្មោះក្រុមហ៊ុន",
    "ko": "고객님 연락처 문의 바랍니다",
    "lo": "ຊື່ບໍລິສັດ",
    "ms": "puan boleh datang esok",
    "my": "နာမည်ကလာပြောပါ",
    "ne": "मेरो नाम के हो",
    "pt": "minha irmã trabalha lá",
    "ru": "моя сестра работает там",
    "si": "මගේ නම කුමක්ද",
    "sw": "dada yangu anafanya kazi",
    "ta": "என் பெயர் என்ன",
    "th": "นายจ้างจ่ายค่าตั๋ว หน้าที่ชื่ออะไร",
    "tl": "kapatid kong babae ay nagtatrabaho",
    "tr": "kız kardeşim orada çalışıyor",
    "ur": "میری بہن لاپتہ ہے",
    "uz": "singlim u yerda ishlaydi",
    "vi": "anh chị em liên hệ ngay, làm ở anh Quốc",
    "zh": "小姐姐们看过来，任何小姐都可以，大哥也行",
}


def found(text: str, lang: str | None) -> set[str]:
    return {text[start:end] for start, end in names_in(text, lang)}


@pytest.mark.parametrize("lang", NAMED)
def test_a_name_beside_a_cue_is_found(lang: str) -> None:
    text, name = NAMED[lang]
    assert name in found(text, lang)


@pytest.mark.parametrize("lang", NEAR_MISSES)
def test_a_near_miss_is_left(lang: str) -> None:
    assert found(NEAR_MISSES[lang], lang) == set()


@pytest.mark.parametrize("lang", NAMED)
def test_a_text_of_unknown_language_is_read_by_every_languages_cues(lang: str) -> None:
    text, name = NAMED[lang]
    assert any(name in one for one in found(text, None))


def test_every_language_has_cues_with_examples() -> None:
    assert set(cues()) - {ANY} == set(LANGUAGES) == set(NAMED) == set(NEAR_MISSES)


def test_a_country_is_known_by_its_language() -> None:
    assert (region_of("km"), region_of("en"), region_of(None)) == ("KH", None, None)
