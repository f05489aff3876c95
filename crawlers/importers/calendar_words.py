"""Words of calendars in the languages that exports come in: halves of the day and names of weekdays (CLDR)."""

from functools import cache

from babel import Locale

# The languages that Lurewatch reads, and further ones in which exports with words were seen.
_LOCALES = (
    "am", "ar", "bg", "bn", "de", "el", "en", "en_AU", "en_CA", "es", "es_MX", "fa", "fil", "fr", "hi", "hu", "id",
    "it", "ja", "km", "ko", "lo", "ms", "my", "ne", "nl", "pl", "pt", "ru", "si", "sv", "sw", "ta", "th", "tr", "ur",
    "uz", "vi", "zh_Hans", "zh_Hant",
)  # fmt: skip
# Chinese telephones name more parts of the day than CLDR's halves.
_CHINESE = {"凌晨": False, "清晨": False, "早上": False, "中午": True, "傍晚": True, "晚上": True}


def is_afternoon(word: str) -> bool | None:
    """Whether `word` means the second half of the day; None for any other word."""
    return _halves().get(_bare(word))


def weekdays_named(word: str) -> frozenset[int]:
    """The weekdays, Monday 0, that `word` names in any language; empty for any other word."""
    return _weekdays().get(_bare(word), frozenset())


def _bare(word: str) -> str:
    return (
        "".join(char for char in word.casefold() if char.isalpha() or not char.isascii()).replace("\u202f", "").strip()
    )


@cache
def _halves() -> dict[str, bool]:
    found = dict(_CHINESE)
    for name in _LOCALES:
        for words in Locale.parse(name).day_periods["format"].values():
            for half, is_second in (("am", False), ("pm", True)):
                word = _bare(words.get(half, ""))
                if len(word) > 1 or not word.isascii():
                    found.setdefault(word, is_second)
    return found


@cache
def _weekdays() -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for name in _LOCALES:
        for words in Locale.parse(name).days["format"].values():
            for day, word in words.items():
                found[_bare(word)] = found.get(_bare(word), frozenset()) | {day}
    return found
