"""Whether words for nationality or gender move the risk of benign posts.

Each word is put in front of benign posts of its language; a neutral word beside them shows what any added word does.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.training.corpus import LabelledPost

RiskOf = Callable[[Sequence[tuple[str, str]]], NDArray[np.float64]]

NEUTRAL = "neutral"
_LANGUAGES = (
    "en", "vi", "id", "zh", "th", "fr", "my", "km", "lo", "hi",
    "bn", "ar", "tl", "ms", "ne", "sw", "am", "es", "pt", "ru",
)  # fmt: skip
# Each row in the order of _LANGUAGES; kinds are the rows of the report.
_ROWS = {
    NEUTRAL: (
        "Today", "Hôm nay", "Hari ini", "今天", "วันนี้",
        "Aujourd'hui", "ယနေ့", "ថ្ងៃនេះ", "ມື້ນີ້", "आज",
        "আজ", "اليوم", "Ngayon", "Hari ini", "आज",
        "Leo", "ዛሬ", "Hoy", "Hoje", "Сегодня",
    ),
    "women": (
        "Women", "Phụ nữ", "Perempuan", "女性", "ผู้หญิง",
        "Femmes", "အမျိုးသမီးများ", "ស្ត្រី", "ແມ່ຍິງ", "महिलाएँ",
        "মহিলা", "نساء", "Kababaihan", "Wanita", "महिला",
        "Wanawake", "ሴቶች", "Mujeres", "Mulheres", "Женщины",
    ),
    "men": (
        "Men", "Nam giới", "Laki-laki", "男性", "ผู้ชาย",
        "Hommes", "အမျိုးသားများ", "បុរស", "ຜູ້ຊາຍ", "पुरुष",
        "পুরুষ", "رجال", "Kalalakihan", "Lelaki", "पुरुष",
        "Wanaume", "ወንዶች", "Hombres", "Homens", "Мужчины",
    ),
    "Vietnamese": (
        "Vietnamese", "Người Việt", "Orang Vietnam", "越南人", "คนเวียดนาม",
        "Vietnamiens", "ဗီယက်နမ်လူမျိုး", "ជនជាតិវៀតណាម", "ຄົນຫວຽດນາມ", "वियतनामी",
        "ভিয়েতনামি", "فيتناميون", "Mga Vietnamese", "Orang Vietnam", "भियतनामी",
        "Wavietnamu", "ቬትናማውያን", "Vietnamitas", "Vietnamitas", "Вьетнамцы",
    ),
    "Filipino": (
        "Filipino", "Người Philippines", "Orang Filipina", "菲律宾人", "คนฟิลิปปินส์",
        "Philippins", "ဖိလစ်ပိုင်လူမျိုး", "ជនជាតិហ្វីលីពីន", "ຄົນຟີລິບປິນ", "फ़िलिपीनी",
        "ফিলিপিনো", "فلبينيون", "Mga Pilipino", "Orang Filipina", "फिलिपिनी",
        "Wafilipino", "ፊሊፒናውያን", "Filipinos", "Filipinos", "Филиппинцы",
    ),
    "Kenyan": (
        "Kenyan", "Người Kenya", "Orang Kenya", "肯尼亚人", "คนเคนยา",
        "Kényans", "ကင်ညာလူမျိုး", "ជនជាតិកេនយ៉ា", "ຄົນເຄນຢາ", "केन्याई",
        "কেনীয়", "كينيون", "Mga taga-Kenya", "Orang Kenya", "केन्याली",
        "Wakenya", "ኬንያውያን", "Kenianos", "Quenianos", "Кенийцы",
    ),
    "Burmese": (
        "Burmese", "Người Miến Điện", "Orang Myanmar", "缅甸人", "คนพม่า",
        "Birmans", "မြန်မာလူမျိုး", "ជនជាតិភូមា", "ຄົນພະມ້າ", "बर्मी",
        "বর্মি", "بورميون", "Mga Burmese", "Orang Myanmar", "बर्मेली",
        "Waburma", "በርማውያን", "Birmanos", "Birmaneses", "Бирманцы",
    ),
    "Chinese": (
        "Chinese", "Người Trung Quốc", "Orang Tiongkok", "中国人", "คนจีน",
        "Chinois", "တရုတ်လူမျိုး", "ជនជាតិចិន", "ຄົນຈີນ", "चीनी",
        "চীনা", "صينيون", "Mga Tsino", "Orang Cina", "चिनियाँ",
        "Wachina", "ቻይናውያን", "Chinos", "Chineses", "Китайцы",
    ),
    "Indian": (
        "Indian", "Người Ấn Độ", "Orang India", "印度人", "คนอินเดีย",
        "Indiens", "အိန္ဒိယလူမျိုး", "ជនជាតិឥណ្ឌា", "ຄົນອິນເດຍ", "भारतीय",
        "ভারতীয়", "هنود", "Mga Indian", "Orang India", "भारतीय",
        "Wahindi", "ህንዳውያን", "De la India", "Indianos", "Индийцы",
    ),
    "Bangladeshi": (
        "Bangladeshi", "Người Bangladesh", "Orang Bangladesh", "孟加拉国人", "คนบังกลาเทศ",
        "Bangladais", "ဘင်္ဂလားဒေ့ရှ်လူမျိုး", "ជនជាតិបង់ក្លាដែស", "ຄົນບັງກະລາເທດ", "बांग्लादेशी",
        "বাংলাদেশি", "بنغلاديشيون", "Mga taga-Bangladesh", "Orang Bangladesh", "बङ्गलादेशी",
        "Wabangladeshi", "ባንግላዴሻውያን", "Bangladesíes", "Bengaleses", "Бангладешцы",
    ),
    "Nepali": (
        "Nepali", "Người Nepal", "Orang Nepal", "尼泊尔人", "คนเนปาล",
        "Népalais", "နီပေါလူမျိုး", "ជនជាតិនេប៉ាល់", "ຄົນເນປານ", "नेपाली",
        "নেপালি", "نيباليون", "Mga Nepali", "Orang Nepal", "नेपाली",
        "Wanepali", "ኔፓላውያን", "Nepalíes", "Nepaleses", "Непальцы",
    ),
    "Indonesian": (
        "Indonesian", "Người Indonesia", "Orang Indonesia", "印度尼西亚人", "คนอินโดนีเซีย",
        "Indonésiens", "အင်ဒိုနီးရှားလူမျိုး", "ជនជាតិឥណ្ឌូនេស៊ី", "ຄົນອິນໂດເນເຊຍ", "इंडोनेशियाई",
        "ইন্দোনেশীয়", "إندونيسيون", "Mga Indonesian", "Orang Indonesia", "इन्डोनेसियाली",
        "Waindonesia", "ኢንዶኔዥያውያን", "Indonesios", "Indonésios", "Индонезийцы",
    ),
    "Ethiopian": (
        "Ethiopian", "Người Ethiopia", "Orang Etiopia", "埃塞俄比亚人", "คนเอธิโอเปีย",
        "Éthiopiens", "အီသီယိုးပီးယားလူမျိုး", "ជនជាតិអេត្យូពី", "ຄົນເອທິໂອເປຍ", "इथियोपियाई",
        "ইথিওপীয়", "إثيوبيون", "Mga taga-Ethiopia", "Orang Ethiopia", "इथियोपियाली",
        "Waethiopia", "ኢትዮጵያውያን", "Etíopes", "Etíopes", "Эфиопы",
    ),
    "Ugandan": (
        "Ugandan", "Người Uganda", "Orang Uganda", "乌干达人", "คนยูกันดา",
        "Ougandais", "ယူဂန်ဒါလူမျိုး", "ជនជាតិអ៊ូហ្គង់ដា", "ຄົນອູການດາ", "युगांडाई",
        "উগান্ডীয়", "أوغنديون", "Mga taga-Uganda", "Orang Uganda", "युगान्डाली",
        "Waganda", "ኡጋንዳውያን", "Ugandeses", "Ugandenses", "Угандийцы",
    ),
}  # fmt: skip
WORDS: dict[str, dict[str, str]] = {kind: dict(zip(_LANGUAGES, row, strict=True)) for kind, row in _ROWS.items()}
# The share of a shift that is worth a look: a post that was left alone before.
_FLAG_AT = 0.5
_PER_LANGUAGE = 30


def word_shifts(
    posts: Sequence[LabelledPost], risk_of: RiskOf, *, per_language: int = _PER_LANGUAGE
) -> dict[str, dict[str, dict[str, Any]]]:
    """`by_word`: mean and largest change of risk, and the share of posts that pass one half because of the word.

    `by_language`: the word that moves the mean most against the neutral one. At most `per_language` benign posts
    of each language are asked; `risk_of` takes (language, text) pairs and gives their probabilities.
    """
    benign = _some_benign(posts, per_language)
    if not benign:
        return {}
    before = risk_of([(post.lang, post.text) for post in benign])
    after = {
        kind: risk_of([(post.lang, f"{words[post.lang]}. {post.text}") for post in benign])
        for kind, words in WORDS.items()
    }
    return {
        "by_word": {kind: _shift(before, risk) for kind, risk in after.items()},
        "by_language": _by_language(np.array([post.lang for post in benign]), before, after),
    }


def _some_benign(posts: Sequence[LabelledPost], per_language: int) -> list[LabelledPost]:
    """Spread over the corpus, so that every hand is asked."""
    spoken: dict[str, list[LabelledPost]] = defaultdict(list)
    for post in posts:
        if not post.labels and post.disguise_of is None and post.lang in _LANGUAGES:
            spoken[post.lang].append(post)
    return [post for found in spoken.values() for post in found[:: -(-len(found) // per_language)]]


def _shift(before: NDArray[np.float64], after: NDArray[np.float64]) -> dict[str, float]:
    return {
        "posts": len(before),
        "mean_shift": round(float((after - before).mean()), 4),
        "worst_shift": round(float((after - before).max()), 4),
        "newly_flagged": round(float(((after >= _FLAG_AT) & (before < _FLAG_AT)).mean()), 4),
    }


def _by_language(
    langs: NDArray[np.str_], before: NDArray[np.float64], after: Mapping[str, NDArray[np.float64]]
) -> dict[str, dict[str, Any]]:
    found = {}
    for lang in sorted(set(langs.tolist())):
        rows = langs == lang
        means = {kind: float((risk[rows] - before[rows]).mean()) for kind, risk in after.items()}
        neutral = means.pop(NEUTRAL)
        word = max(means, key=lambda kind: abs(means[kind] - neutral))
        found[lang] = {
            "posts": int(rows.sum()),
            "neutral_shift": round(neutral, 4),
            "word": word,
            "shift_beyond_neutral": round(means[word] - neutral, 4),
        }
    return found
