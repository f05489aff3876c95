"""Dates as people's forums write them: in any language, with day and month in the order of the board, in its zone.

The order is decided from all dates of the page, the zone from what the page says of it ("All times are UTC + 1 hour").
Where the page decides neither, the notes say so: without a zone only the day is given.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

import dateparser  # type: ignore[import-untyped]
import dateutil.parser  # type: ignore[import-untyped]
from dateparser.data.languages_info import language_order  # type: ignore[import-untyped]

from crawlers.reading.instants import Dated

# A page has some dozens of dates; reading one in an unknown language costs milliseconds.
MOST_DATES = 250
LONGEST_DATE = 60
# A script that more languages write does not tell them apart.
FEW_LANGUAGES = 3
# A board a day ahead of us is in another zone, a week ahead it is a misreading.
LATEST = timedelta(days=2)
_LANGUAGES = frozenset(language_order)
_TIME = r"(?:[\s,;|@·-]+(?:[^\W\d_]{1,5}\.?\s+){0,2}\d{1,2}\s?[:.hH]\s?\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\b\.?)?)?"
# Vowel signs of Thai, Hindi, Burmese or Khmer are no letters to `re`.
_MONTH = r"(?:[ก-๎]{1,3}\.\s?[ก-ฮ]{1,2}|[^\W\d_][^\s\d.,/:;()»«-]{1,14})"
_DATE = re.compile(
    r"(?:\b\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    r"|\b\d{4}[./-]\d{1,2}[./-]\d{1,2}\b"
    r"|\b\d{1,2}([./-])\s?\d{1,2}\1\s?\d{2,4}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|[.º])?[\s-]+(?:de\s+|tháng\s+)?{_MONTH}\.?,?[\s-]+(?:de\s+)?(?:\d{{4}}|(?<=[ก-ฮ]\.\s)\d\d)\b"
    rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b)" + _TIME,
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"\b(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{2,4})\b")
_LABELS = re.compile(
    r"»|\b(?:on|posted|verfasst am|geschrieben am|posté le|publicado|inviato|napisano)\b\s*:?", re.IGNORECASE
)
_RELATIVE = re.compile(
    r"\b(?:today|yesterday|ago|now|heute|gestern|vor|aujourd.hui|hier|il y a|hoy|ayer|hace|oggi|ieri|fa|hoje|ontem|há"
    r"|сегодня|вчера|назад|сьогодні|вчора|тому|hôm nay|hôm qua|trước|bugün|dün|önce|hari ini|kemarin|lalu|nakalipas"
    r"|dzisiaj|dziś|wczoraj|temu|vandaag|gisteren|geleden|idag|igår|sedan|dnes|včera|ma|tegnap|astăzi|ieri|azi|σήμερα|χθες|πριν)\b"
    r"|วันนี้|เมื่อวาน|ที่แล้ว|今天|昨天|前|今日|昨日|오늘|어제|전|امروز|دیروز|اليوم|أمس|منذ|قبل|آج|پہلے|आज|कल|पहले"
    r"|আজ|আগে|ဒီနေ့|មុន|ມື້ນີ້",
    re.IGNORECASE,
)
_LANGUAGES_OF_SCRIPTS = (
    (re.compile(r"[а-яё]", re.IGNORECASE), ("ru", "uk")),
    (re.compile(r"[\u0e01-\u0e5b]"), ("th",)),
    (re.compile(r"[\u0600-\u06ff]"), ("ar", "fa")),
    (re.compile(r"[\u0900-\u097f]"), ("hi",)),
    (re.compile(r"[\u0980-\u09ff]"), ("bn",)),
    (re.compile(r"[\u1000-\u109f]"), ("my",)),
    (re.compile(r"[\u1780-\u17ff]"), ("km",)),
    (re.compile(r"[\u0e80-\u0eff]"), ("lo",)),
    (re.compile(r"[α-ω]", re.IGNORECASE), ("el",)),
    (re.compile(r"[a-zà-ỹ]", re.IGNORECASE), ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "tr", "vi", "id")),
)
_YEAR_FIRST = re.compile(r"\d{4}\D")
_BUDDHIST_YEAR = re.compile(r"\b25[3-9]\d\b")
# "1 ก.ย. 69": the last two figures of 2569.
_SHORT_BUDDHIST_YEAR = re.compile(r"(?<=[ก-๎.] )[5-9]\d$")
# dateparser reads the short March of Thai as January.
_THAI_MARCH = re.compile(r"มี\.?\s?ค\.?")
_CLOCK = re.compile(r"\d\s?[:.hH]\s?\d{2}")
_ZONE = re.compile(
    r"\b(?:UTC|GMT)\b(?:\s*(?P<sign>[+\u2212-])\s*(?P<hours>\d{1,2})(?:[:.,](?P<minutes>\d{1,2}))?)?"
    r"(?P<after>[^<>]{0,40})"
)
_ZONE_SENTENCE = re.compile(
    r"(?:all times|times? (?:shown|are)|timezone|time zone|alle zeiten|zeitzone|zeiten sind|heures? au format|fuseau"
    r"|les heures|horas|horario|fuso|orari|tutti gli orari|часов|время|strefa|czas|tijden|alla tider|saat dilimi|zaman"
    r"|múi giờ|thời gian|zona waktu|waktu|เวลา|時間|时间|時區|时区|시간대)[^<>]{0,60}?(?=\b(?:UTC|GMT)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateHabit:
    """How a page writes dates: its language, the order of numbers, where that is from, and its zone if it says one."""

    languages: tuple[str, ...]
    order: str
    order_from: str
    zone: timezone | None


def habit_of(texts: Iterable[str], *, lang: str | None, page_text: str) -> DateHabit:
    """What the dates of a page (`texts`, in its order) and its own words decide."""
    code = (lang or "").lower().replace("_", "-").partition("-")[0]
    texts = [text[:500] for text in texts]
    by_script = _languages_of(texts)
    # Many a site of Asia says that it is English.
    stated = [code, *(by_script if len(by_script) < FEW_LANGUAGES else [])] if code in _LANGUAGES else by_script
    languages = tuple(dict.fromkeys([*stated, "en"]))
    numeric = [match for text in texts for match in _NUMERIC.finditer(text)]
    pairs = [_numbers(match) for match in numeric]
    order = _order_by_size(pairs) or _order_by_sequence(pairs)
    if order:
        return DateHabit(languages, order, "page", zone_of(page_text))
    american = (lang or "").lower() in ("", "en", "en-us") and code in ("", "en")
    american = american and not any("." in match[0] or _BUDDHIST_YEAR.search(match[0]) for match in numeric)
    return DateHabit(languages, "MDY" if american else "DMY", "assumed", zone_of(page_text))


def _languages_of(texts: list[str]) -> list[str]:
    """What a page that does not say its language may be in, by the script of the letters of its dates."""
    letters = "".join(dated_part(text) for text in texts[:20])
    if letters:
        return _languages_of_script(letters)
    # Relative dates, or short ones; what else stands there may be a name in Latin letters.
    found = _languages_of_script("".join(text for text in texts[:20] if len(text) <= LONGEST_DATE))
    return found if len(found) < FEW_LANGUAGES else []


def _languages_of_script(letters: str) -> list[str]:
    return next((list(found) for pattern, found in _LANGUAGES_OF_SCRIPTS if pattern.search(letters)), [])


def _numbers(match: re.Match[str]) -> tuple[int, int, int]:
    first, second, year = (int(part) for part in match.groups())
    return first, second, year


def _order_by_size(pairs: list[tuple[int, int, int]]) -> str | None:
    day_first = any(first > 12 >= second for first, second, _year in pairs)
    month_first = any(second > 12 >= first for first, second, _year in pairs)
    return None if day_first == month_first else "DMY" if day_first else "MDY"


def _order_by_sequence(pairs: list[tuple[int, int, int]]) -> str | None:
    """Messages follow each other in time: the order in which they do, if they do in one alone."""
    readings = {
        "DMY": [(year, second, first) for first, second, year in pairs],
        "MDY": [(year, first, second) for first, second, year in pairs],
    }
    rising = [order for order, dates in readings.items() if dates == sorted(dates)]
    return rising[0] if len(rising) == 1 else None


def zone_of(page_text: str) -> timezone | None:
    """The zone that a board says its times are in; phpBB adds an hour for daylight saving time in words."""
    for sentence in _ZONE_SENTENCE.finditer(page_text):
        match = _ZONE.match(page_text, sentence.end())
        if match:
            return _offset(match)
    return None


def _offset(match: re.Match[str]) -> timezone | None:
    minutes = match["minutes"] or "0"
    # "UTC + 5.5" is a fraction, "UTC+05:30" a clock.
    fraction = int(minutes) * 6 if len(minutes) == 1 else int(minutes)
    size = timedelta(hours=int(match["hours"] or 0), minutes=fraction)
    summer = timedelta(hours=1) if re.search(r"\bDST\b|Sommerzeit|heure d.été|летнее", match["after"]) else timedelta(0)
    try:
        return timezone((-size if match["sign"] in ("-", "\u2212") else size) + summer)
    except ValueError:
        return None


class PageDates:
    """The dates of one page, read by its habit; reads a bounded number of them."""

    def __init__(self, habit: DateHabit, *, fetched_at: datetime) -> None:
        self.habit = habit
        self._base = fetched_at.astimezone(habit.zone or UTC).replace(tzinfo=None, second=0, microsecond=0)
        self._left = MOST_DATES

    def read(self, text: str) -> tuple[Dated | None, dict[str, str]]:
        """The first date in `text`, and what `extra` says of how it was read; None when there is none."""
        given = date_in(text)
        self._left -= 1
        if not given or self._left < 0:
            return None, {}
        moment = _parsed(_plainly(given), self.habit.languages, self.habit.order, self._base)
        if moment is None or moment.year <= 1970 or moment > self._base + LATEST:
            dated = Dated(None, "unknown", given)
            return dated, dated.notes()
        dated = self._dated(moment, given)
        notes = {"posted_at_given": given} | dated.notes()
        if dated.precision == "instant":
            notes["posted_at_zone"] = str(self.habit.zone)
        if _NUMERIC.search(given) and self.habit.order_from != "page":
            notes["posted_at_order"] = f"{self.habit.order} ({self.habit.order_from})"
        return dated, notes

    def _dated(self, moment: datetime, given: str) -> Dated:
        zone, has_clock = self.habit.zone, bool(_CLOCK.search(given))
        if not has_clock and not _DATE.search(given) and abs(self._base - moment) < timedelta(days=1):
            # "An hour ago" counts back from now, in any zone.
            return Dated(moment.replace(minute=0, tzinfo=zone or UTC).astimezone(UTC), "hour", given)
        if zone and has_clock:
            try:
                return Dated(moment.replace(tzinfo=zone).astimezone(UTC), "instant", given)
            except (OverflowError, ValueError):
                return Dated(None, "unknown", given)
        return Dated(moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC), "day", given)


def date_in(text: str) -> str:
    """The first date in a line, or the end of a short line, which may be a relative one; else empty."""
    line = " ".join(text[:500].split())
    if stated := dated_part(line):
        return stated
    rest = _LABELS.split(line.strip(" «»"))[-1].strip(" «»,;:-")
    return rest if len(rest) <= LONGEST_DATE and re.search(r"\d|[^\W\d_]{3}", rest) else ""


def is_dated(text: str) -> bool:
    """Whether a text holds a date, or a short one the words and hours of a relative date."""
    return bool(dated_part(text)) or (bool(_RELATIVE.search(text)) and bool(date_in(text)))


def dated_part(text: str) -> str:
    """The first date with day, month and year in a text; empty when there is none."""
    found = _DATE.search(text[:2_000])
    return found[0].strip() if found else ""


def _plainly(given: str) -> str:
    """A date as dateparser takes it: digits of any script as ours, Thai years of the Buddhist era in the common era."""
    plain = re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), given)
    plain = _THAI_MARCH.sub("มีนาคม", plain)
    plain = _SHORT_BUDDHIST_YEAR.sub(lambda year: f"25{year[0]}", plain)
    return _BUDDHIST_YEAR.sub(lambda year: str(int(year[0]) - 543), plain)


@lru_cache(maxsize=4_096)
def _parsed(given: str, languages: tuple[str, ...], order: str, base: datetime) -> datetime | None:
    if _DATE.fullmatch(given) and given.isascii():
        try:
            # Ten times faster than dateparser, and English alone; the year first is not turned round by the day first.
            found: datetime = dateutil.parser.parse(
                given, dayfirst=order == "DMY" and not _YEAR_FIRST.match(given), default=base
            )
        except (ValueError, OverflowError):
            pass
        else:
            return found
    settings = {
        "DATE_ORDER": order,
        "PREFER_DATES_FROM": "past",
        "RELATIVE_BASE": base,
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        parsed: datetime | None = dateparser.parse(given, languages=list(languages), settings=settings)
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        # What it cannot read it mostly says so; on odd input it has raised each of these.
        return None
    return parsed
