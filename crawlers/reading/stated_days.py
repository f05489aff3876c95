"""The day that a line states, and its clock: in numbers, with a month in any language's words, or as "yesterday, 8:00".

Forums write dates so; `local_dates` knows the order and the zone of a page. What names no day is left to others, and
nothing is guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crawlers.reading.calendar_words import hour_of, month_named

_CLOCK = r"\d{1,2}\s?[:.hH時时]\s?\d{2}(?:[:.]\d{2})?(?!\d)"
_HALF_BEFORE = "上午|下午|午前|午後|凌晨|早上|中午|晚上|오전|오후"
_HALF_AFTER = r"[ap]\.?\s?m\b\.?|ÖÖ|ÖS|SA\b|CH\b|ص|م(?!\w)"
# "at", "um", "a las", "lúc": no more than two short words.
_LEAD = r"[\s,;|@·-]*(?:[^\W\d_]{1,5}\.?\s+){0,2}"
_CLOCK_BEFORE = re.compile(
    rf"(?<!\d)\d{{1,2}}[:h]\d{{2}}(?::\d{{2}})?(?:\s?(?:{_HALF_AFTER}))?(?:\s*[,|-]\s*|\s+)(?:ngày\s+)?$", re.IGNORECASE
)
# What stands before a date is looked at no further back.
_LONGEST_BEFORE = 30
_AFTER = rf"(?:(?:\s?\([^()\s]{{1,9}}\))?{_LEAD}(?:{_HALF_BEFORE})?\s?{_CLOCK}(?:\s?(?:{_HALF_AFTER}))?)?"
# Vowel signs of Thai, Hindi, Burmese or Khmer are no letters to `re`; Thai shortens a month with a stop in the middle.
_NAME = (
    r"(?P<name>[\u0e01-\u0e5b]{1,3}\.[\u0e01-\u0e5b]{1,3}\."
    r"|(?:tháng\s+)?[^\W\d_][^\s\d.,/:;()»«'-]{1,14}(?:\s(?:một|hai)\b)?)"
)
_NUMBER, _ENDING = r"\b(?P<day>\d{1,2})", r"(?:st|nd|rd|th|er|[.ºª])?"
# Each with signs of which a line has one if it has such a date, and which few lines have; with none it is always tried.
_DAYS = tuple(
    (signs, re.compile(f"(?P<date>{form}){_AFTER}", re.IGNORECASE))
    for signs, form in (
        ("日일", r"\b(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"),
        ("/-.", r"\b(?P<year>\d{4})(?:[/-]|\.\s?)(?P<month>\d{1,2})(?:[/-]|\.\s?)(?P<day>\d{1,2})\b\.?"),
        ("/-.", r"\b(?P<first>\d{1,2})(?P<sign>[./-])\s?(?P<second>\d{1,2})(?P=sign)\s?(?P<year>\d{4}|\d{2})\b"),
        ("áÁ", _NUMBER + r"\s+tháng\s+(?P<month>\d{1,2})\s*,?\s+(?:năm\s+)?(?P<year>\d{4})\b"),
        ("áÁgG", r"\bth(?:áng|g)\s+(?P<month>\d{1,2})\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})\b"),
        ("月월", r"\b(?P<month>\d{1,2})\s?[月월]\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})\b"),
        ("", rf"{_NUMBER}{_ENDING}[\s-]+(?:de\s+|ខែ)?{_NAME}\.?,?[\s-]+(?:de\s+|ឆ្នាំ\s*)?(?P<year>\d{{4}})\b"),
        # Thailand, the last two figures of the year.
        (".", _NUMBER + r"\s+(?P<name>[\u0e01-\u0e5b]{1,3}\.\s?[\u0e01-\u0e5b]{1,3}\.)\s?(?P<year>\d{2})\b"),
        (":", rf"{_NUMBER}{_ENDING}\s+{_NAME}\.?,?\s+'?(?P<year>\d{{2}}),?(?=\s+\d{{1,2}}:\d{{2}})"),
        (
            "",
            rf"\b{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:(?P<year>\d{{4}})\b|'(?P<short>\d{{2}})\b)",
        ),
        (".", rf"\b(?P<year>\d{{4}})\.\s+{_NAME}\.?\s+(?P<day>\d{{1,2}})\b\.?"),
    )
)
# One of these is in every date, and in few other lines.
_YEAR_OR_DATE = re.compile(r"\d{4}|\d[./-]\s?\d|'\d\d|\d\d,?\s+\d{1,2}:\d|[\u0e01-\u0e5b]\.\s?\d\d")
# How many days back, in the languages that are read here and those of boards beside them.
_BACK: dict[int, tuple[str, ...]] = {
    0: (
        "today", "heute", "aujourd.?hui", "hoy", "oggi", "hoje", "сегодня", "сьогодні", "днес", "данас", "danas",
        "dzisiaj", "dziś", "vandaag", "idag", "i dag", "dnes", "ma", "astăzi", "azi", "σήμερα", "bugün", "bugun",
        "hôm nay", "hari ini", "ngayon", "tänään", "leo", "اليوم", "امروز", "آج", "היום", "आज", "আজ", "இன்று", "අද",
        "ዛሬ", "วันนี้", "今天", "今日", "오늘", "ယနေ့", "ဒီနေ့", "ថ្ងៃនេះ", "ມື້ນີ້",
    ),
    1: (
        "yesterday", "gestern", "hier", "ayer", "ieri", "ontem", "вчера", "вчора", "јуче", "juče", "jučer", "wczoraj",
        "gisteren", "igår", "i går", "včera", "tegnap", "χθες", "dün", "kecha", "hôm qua", "kemarin", "semalam",
        "kahapon", "eilen", "jana", "أمس", "دیروز", "אתמול", "कल", "हिजो", "গতকাল", "நேற்று", "ඊයේ", "ትናንት",
        "เมื่อวานนี้", "เมื่อวาน", "昨天", "昨日", "어제", "မနေ့က", "ម្សិលមិញ", "ມື້ວານນີ້", "ມື້ວານ",
    ),
    2: ("vorgestern", "avant-hier", "anteayer", "позавчера", "hôm kia", "前天", "一昨日", "그저께"),
}  # fmt: skip
_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(word if _WITHOUT_SPACES.match(word) else rf"(?<!\w){word}(?!\w)" for word in longest_first)


DAY_WORDS = _any_of(word for words in _BACK.values() for word in words)
_RELATIVE = re.compile(
    rf"(?P<date>{'|'.join(f'(?P<back{days}>{_any_of(words)})' for days, words in _BACK.items())})"
    rf"[:]?{_LEAD}(?:{_HALF_BEFORE})?\s?{_CLOCK}(?:\s?(?:{_HALF_AFTER}))?",
    re.IGNORECASE,
)
_CLOCK_PARTS = re.compile(
    rf"(?P<before>{_HALF_BEFORE})?\s?(?P<hour>\d{{1,2}})\s?[:.hH時时]\s?(?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?"
    rf"(?:\s?(?P<after>{_HALF_AFTER}))?",
    re.IGNORECASE,
)
_VIETNAMESE = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
# Thailand counts from 543 BC. What would lie ahead in two digits is one of these, or of the last century.
_BUDDHIST_YEARS = 543
_THAI = re.compile(r"[\u0e01-\u0e5b]")


@dataclass(frozen=True, slots=True)
class StatedDay:
    """A day with its clock, which is None where the line names the day alone."""

    day: date
    clock: time | None

    def moment(self) -> datetime:
        """The local time, midnight without a clock."""
        return datetime.combine(self.day, self.clock or time())


def stated_part(line: str) -> str:
    """The first date with day, month and year in a line, with its clock; empty when there is none."""
    found = _first(line)
    if found is None:
        return ""
    before = _CLOCK_BEFORE.search(line[max(0, found.start() - _LONGEST_BEFORE) : found.start()])
    return f"{before[0] if before else ''}{found[0]}".strip()


def relative_part(line: str) -> str:
    """The first "yesterday, 8:00" in a line; empty when there is none."""
    found = _RELATIVE.search(line)
    return found[0].strip() if found else ""


def read_stated(given: str, *, order: str, languages: tuple[str, ...], today: date) -> StatedDay | None:
    """What `given` states, numbers in `order` (DMY or MDY) unless they make no date so; None when it names no day."""
    match = _first(given)
    day = _day(match, order, languages, today) if match else None
    if match is None and (match := _RELATIVE.search(given)):
        day = today - timedelta(days=next(days for days in _BACK if match[f"back{days}"]))
    if match is None or day is None:
        return None
    try:
        return StatedDay(day, _clock(f"{given[: match.start('date')]} {given[match.end('date') :]}", languages))
    except ValueError:
        return None


def _first(line: str) -> re.Match[str] | None:
    if not _YEAR_OR_DATE.search(line):
        return None
    held = set(line)
    tried = (pattern for signs, pattern in _DAYS if not signs or not held.isdisjoint(signs))
    found = [match for pattern in tried if (match := pattern.search(line))]
    return min(found, key=lambda match: match.start(), default=None)


def _day(match: re.Match[str], order: str, languages: tuple[str, ...], today: date) -> date | None:
    parts = match.groupdict()
    year = _year(parts["year"] or parts["short"], match.string, today)
    if "first" in parts:
        pair = int(parts["first"]), int(parts["second"])
        day, month = pair if order == "DMY" else pair[::-1]
        return _date(year, month, day) or _date(year, day, month)
    named = _month(parts["name"], languages) if "name" in parts else int(parts["month"])
    return _date(year, named, int(parts["day"])) if named else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str, languages: tuple[str, ...]) -> int | None:
    bare = " ".join(name.casefold().split()).removeprefix("tháng ")
    return _VIETNAMESE.get(bare) or month_named(name, languages)


def _year(digits: str, line: str, today: date) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year - _BUDDHIST_YEARS if 2_400 < year < 2_700 else year
    if 2_000 + year <= today.year + 1:
        return 2_000 + year
    return 2_500 + year - _BUDDHIST_YEARS if _THAI.search(line) else 1_900 + year


def _clock(rest: str, languages: tuple[str, ...]) -> time | None:
    """The clock beside a day; ValueError for one that no day has."""
    match = _CLOCK_PARTS.search(rest)
    if match is None:
        return None
    word = match["before"] or match["after"] or ""
    hour = hour_of(int(match["hour"]), word, has_24_hours=True, languages=languages)
    return time(hour or 0, int(match["minute"]), int(match["second"] or 0))
