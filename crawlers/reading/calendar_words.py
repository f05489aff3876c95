"""Words of calendars in the languages that exports come in: halves of the day, weekdays and months (CLDR)."""

from collections.abc import Iterable
from functools import cache, lru_cache

from babel import Locale

# The languages that Lurewatch reads, and further ones that messengers come in; the usual one is looked at first.
_LOCALES = (
    "en", "af", "am", "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "en_AU", "en_CA", "es", "es_MX", "et", "fa",
    "fi", "fil", "fr", "ga", "gu", "ha", "he", "hi", "hr", "hu", "id", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky",
    "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl", "or", "pa", "pl", "ps", "pt", "ro", "ru",
    "sd", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta",
    "te",  # codespell:ignore te
    "th", "ti", "tr", "uk", "ur", "uz", "vi", "zh_Hans", "zh_Hant", "zu",
)  # fmt: skip
# The languages of LINE's exports: in more of them a name would mean several days, and reading all takes seconds.
_COMMON_LOCALES = (
    "ar", "de", "en", "es", "fa", "fil", "fr", "hi", "id", "it", "ja", "km", "ko", "lo", "ms", "my", "pt", "ru", "th",
    "tr", "vi", "zh_Hans", "zh_Hant",
)  # fmt: skip
# Words beside a time that say nothing of the half of the day.
_NEUTRAL = frozenset(
    {"klo", "kl", "à", "um", "uhr", "at", "г", "น", "be", "พศ", "h", "hrs", "в", "о", "ob", "pukul", "lúc"}
    | {"nang", "u", "ч", "ean"}
)
# Chinese telephones name more parts of the day than CLDR's halves; others write what CLDR had before it had AM and PM.
_FURTHER = {
    "凌晨": False, "清晨": False, "早上": False, "中午": True, "傍晚": True, "晚上": True,
    "ព្រឹក": False, "ល្ងាច": True, "முற்பகல்": False, "பிற்பகல்": True, "পূর্বাহ্ণ": False, "অপরাহ্ণ": True,
    "ಪೂರ್ವಾಹ್ನ": False, "ಅಪರಾಹ್ನ": True, "పూర్వాహ్న": False, "అపరాహ్న": True, "मपू": False, "मउ": True,
    "قبلدوپہر": False, "بعددوپہر": True, "vorm": False, "nachm": True,
}  # fmt: skip
# What pages call languages that are kept under another name.
_LOCALES_OF_CODES = {"zh": "zh_Hans", "tl": "fil", "no": "nb"}
SHORTEST_BEGINNING = 3


@lru_cache(maxsize=1_000)
def is_afternoon(word: str, languages: tuple[str, ...] = ()) -> bool | None:
    """Whether `word` means the second half of the day; None for any other word. `languages` are looked at first."""
    bare = _bare(word)
    if len(bare) < 2 and bare.isascii():
        return None
    # One language after the other: to read the words of all takes a second.
    names = (*_locales(languages), *_LOCALES)
    return next((halves[bare] for name in names if bare in (halves := _halves(name))), _FURTHER.get(bare))


def hour_of(hour: int, word: str, *, has_24_hours: bool, languages: tuple[str, ...] = ()) -> int | None:
    """The hour of the day that `hour` with `word` beside it means; None where the word might name a half of the day.

    `has_24_hours` where other times of the file show that its hours go that far.
    """
    word = " ".join(part for part in word.split() if _bare(part) not in _NEUTRAL)
    bare = _bare(word)
    half = is_afternoon(word, languages) if bare else None
    # Japanese telephones count the hours of a day from 1 to 24; the last is the one after midnight.
    hour = 0 if hour == 24 else hour
    if half is not None and hour <= 12:
        return hour % 12 + 12 * half
    return hour if has_24_hours or half is not None or not bare else None


def shows_24_hours(hour: int) -> bool:
    """Whether no half of a day has this hour."""
    return not 0 < hour <= 12


def weekdays_named(word: str) -> frozenset[int]:
    """The weekdays, Monday 0, that `word` names in any language; empty for any other word."""
    return _weekdays().get(_bare(word), frozenset())


@lru_cache(maxsize=1_000)
def month_named(word: str, languages: tuple[str, ...] = ()) -> int | None:
    """The month, from 1, that `word` names; None where languages differ (Croatia's "listopad" is October).

    What it means in `languages` goes first, and in them its beginning is enough where it is that of one month ("фев"
    for "февраль"), since boards shorten months as they like.
    """
    bare, known = _bare(word), _locales(languages)
    exactly = (_months_named(bare, [name]) for name in (*known, "en"))
    meant = next(filter(None, exactly), None) or _months_begun(bare, known)
    meant = meant or _months_named(bare, _COMMON_LOCALES if known else _LOCALES)
    return next(iter(meant)) if len(meant) == 1 else None


def _months_named(bare: str, locales: Iterable[str]) -> frozenset[int]:
    return frozenset[int]().union(*(_months(name).get(bare, frozenset()) for name in locales))


def _months_begun(bare: str, locales: Iterable[str]) -> frozenset[int]:
    """The months whose names begin with `bare`; none for a beginning that could be of anything."""
    found = (months for name in locales for full, months in _months(name).items() if full.startswith(bare))
    return frozenset[int]().union(*found) if len(bare) >= SHORTEST_BEGINNING else frozenset()


def _locales(languages: tuple[str, ...]) -> list[str]:
    named = (_LOCALES_OF_CODES.get(code, code) for code in languages)
    return [name for name in named if name in _LOCALES]


def _bare(word: str) -> str:
    return (
        "".join(char for char in word.casefold() if char.isalpha() or not char.isascii()).replace("\u202f", "").strip()
    )


@cache
def _halves(locale: str) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for words in Locale.parse(locale).day_periods["format"].values():
        for half, is_second in (("am", False), ("pm", True)):
            found.setdefault(_bare(words.get(half, "")), is_second)
    return found


@cache
def _months(locale: str) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for form in Locale.parse(locale).months.values():
        for width in ("wide", "abbreviated"):
            for month, word in form.get(width, {}).items():
                found[_bare(word)] = found.get(_bare(word), frozenset()) | {month}
    return found


@cache
def _weekdays() -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for name in _COMMON_LOCALES:
        for words in Locale.parse(name).days["format"].values():
            for day, word in words.items():
                found[_bare(word)] = found.get(_bare(word), frozenset()) | {day}
    return found
