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
from dateparser.data.languages_info import language_order  # type: ignore[import-untyped]

from crawlers.reading.instants import Dated
from crawlers.reading.stated_days import DAY_WORDS, StatedDay, read_stated, relative_part, stated_part

# A page has some dozens of dates; reading one in an unknown language costs milliseconds.
MOST_DATES = 250
LONGEST_DATE = 60
LONGEST_LINE = 2_000
# A board a day ahead of us is in another zone, a week ahead it is a misreading.
LATEST = timedelta(days=2)
_LANGUAGES = frozenset(language_order)
_NUMERIC = re.compile(r"\b(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{2,4})\b")
_LABELS = re.compile(
    r"»|\b(?:on|posted|verfasst am|geschrieben am|posté le|publicado|inviato|napisano)\b\s*:?", re.IGNORECASE
)
_RELATIVE = re.compile(
    rf"{DAY_WORDS}"
    r"|\b(?:ago|now|vor|il y a|hace|fa|há|назад|тому|trước|önce|lalu|nakalipas|temu|geleden|sedan|πριν)\b"
    r"|ที่แล้ว|ที่ผ่านมา|前|전|منذ|قبل|پہلے|पहले|আগে|មុន",
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
    (re.compile(r"[\u3400-\u9fff]"), ("zh", "ja")),
    (re.compile(r"[\uac00-\ud7a3]"), ("ko",)),
    (re.compile(r"[a-zà-ỹ]", re.IGNORECASE), ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "tr", "vi", "id")),
)
_BUDDHIST_YEAR = re.compile(r"\b25[3-9]\d\b")
# What dateparser does not know, in words that it does.
_SAME = {"ที่แล้ว": "ที่ผ่านมา", "just now": "0 minutes ago", "a moment ago": "0 minutes ago"}
_SAID_OTHERWISE = re.compile("|".join(_SAME), re.IGNORECASE)
# It reads the short March of Thai as January.
_THAI_MARCH = re.compile(r"มี\.?\s?ค\.?")
_DAY_WORD = re.compile(DAY_WORDS, re.IGNORECASE)
_ZONE = re.compile(
    r"\b(?:UTC|GMT)\b(?:\s*(?P<sign>[+\u2212-])\s*(?P<hours>\d{1,2})(?:[:.,](?P<minutes>\d{1,2}))?)?"
    r"(?P<after>[^<>]{0,40})"
)
# Behind a clock: behind a day, "-2026" is its year.
_ZONE_BEHIND = re.compile(
    r":\d{2}(?:\.\d+)?(?:\s?[ap]\.?m\b\.?)?\s*"
    r"(?:(?:UTC|GMT|Z)|(?:UTC|GMT)?\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)$",
    re.IGNORECASE,
)
_ZONE_SENTENCE = re.compile(
    r"(?:all times|times? (?:shown|are)|timezone|time zone|alle zeiten|zeitzone|zeiten sind|heures? au format|fuseau"
    r"|les heures|horas|hor[aá]rios?|fuso|orari|часов|время|strefa|czas|tijden|alla tider|saat dilimi|zaman"
    r"|múi giờ|thời gian|zona waktu|waktu|เวลา|時間|时间|時區|时区|시간|توقيت|الأوقات)[^<>]{0,60}?(?=\b(?:UTC|GMT)\b)"
    # Discuz: "GMT+8, 2026-3-1 08:00".
    r"|(?=\bGMT\s?[+-]\d{1,2}, \d{4}-)",
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
    # Themes call pages English that are not.
    languages = [code, "en"] if code in _LANGUAGES - {"en"} else ["en", *_languages_of(texts)]
    pairs = [_numbers(match) for text in texts for match in _NUMERIC.finditer(text)]
    order = _order_by_size(pairs) or _order_by_sequence(pairs) or _order_by_size(_alike(texts, page_text))
    is_american = (lang or "").lower() in ("", "en", "en-us") and not any(map(_is_not_american, texts))
    assumed = "MDY" if is_american else "DMY"
    return DateHabit((*dict.fromkeys(languages),), order or assumed, "page" if order else "assumed", zone_of(page_text))


def _alike(texts: list[str], page_text: str) -> list[tuple[int, int, int]]:
    """Dates elsewhere on the page (lists of similar threads, last visits) that are written as these are."""
    forms = {_form(match[0]) for text in texts for match in _NUMERIC.finditer(text)}
    return [_numbers(match) for match in _NUMERIC.finditer(page_text) if _form(match[0]) in forms]


def _is_not_american(text: str) -> bool:
    return any("." in match[0] or _BUDDHIST_YEAR.search(match[0]) for match in _NUMERIC.finditer(text))


def _form(date: str) -> str:
    return re.sub(r"\d+", "", date)


def _languages_of(texts: list[str]) -> list[str]:
    """What a page that does not say its language may be in, by the script of the letters of its dates."""
    letters = "".join(date_in(text) for text in texts[:20] if is_dated(text))
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
        habit = self.habit
        stated = read_stated(given, order=habit.order, languages=habit.languages, today=self._base.date())
        moment = stated.moment() if stated else _counted(given, habit.languages, habit.order, self._base)
        if moment is None or moment.year <= 1970 or moment > self._base + LATEST:
            dated = Dated(None, "unknown", given)
            return dated, dated.notes()
        dated = self._placed(stated, given) if stated else self._counted_back(moment, given)
        notes = {"posted_at_given": given} | dated.notes()
        if dated.precision == "instant":
            notes["posted_at_zone"] = str(habit.zone)
        if _NUMERIC.search(given) and habit.order_from != "page":
            notes["posted_at_order"] = f"{habit.order} ({habit.order_from})"
        return dated, notes

    def _placed(self, stated: StatedDay, given: str) -> Dated:
        """A stated day; with its clock an instant where the page names its zone."""
        moment, zone = stated.moment(), self.habit.zone
        if zone is None or stated.clock is None:
            return _day(moment, given)
        try:
            return Dated(moment.replace(tzinfo=zone).astimezone(UTC), "instant", given)
        except (OverflowError, ValueError):
            return Dated(None, "unknown", given)

    def _counted_back(self, moment: datetime, given: str) -> Dated:
        """What was counted back from now: "an hour ago" is one hour in any zone."""
        if self._base - moment >= timedelta(days=1) or _DAY_WORD.search(given):
            return _day(moment, given)
        return Dated(moment.replace(minute=0, tzinfo=self.habit.zone or UTC).astimezone(UTC), "hour", given)


def _day(moment: datetime, given: str) -> Dated:
    return Dated(moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC), "day", given)


def read_alone(given: str, *, lang: str, fetched_at: datetime) -> Dated | None:
    """A date without a page around it: what its numbers say in both orders, in the zone that it names; else None."""
    readings = {
        read_stated(given, order=order, languages=(lang.lower().partition("-")[0], "en"), today=fetched_at.date())
        for order in ("DMY", "MDY")
    }
    stated = readings.pop()
    if readings or stated is None:
        return None
    zone = _ZONE_BEHIND.search(given)
    if zone is None or stated.clock is None:
        return _day(stated.moment(), given)
    size = timedelta(hours=int(zone["hours"] or 0), minutes=int(zone["minutes"] or 0))
    try:
        return Dated((stated.moment() + (size if zone["sign"] == "-" else -size)).replace(tzinfo=UTC), "instant", given)
    except OverflowError:
        return None


def date_in(text: str) -> str:
    """The first date in a line, or the end of a short line, which may be a relative one; else empty."""
    line = " ".join(text[:500].split())
    if stated := dated_part(line) or relative_part(line):
        return stated
    rest = _LABELS.split(line.strip(" «»"))[-1].strip(" «»,;:-")
    return rest if len(rest) <= LONGEST_DATE and re.search(r"\d|[^\W\d_]{3}", rest) else ""


def is_dated(text: str) -> bool:
    """Whether a text holds a date, or a short one the words and hours of a relative date."""
    return bool(dated_part(text)) or (bool(_RELATIVE.search(text[:LONGEST_LINE])) and bool(date_in(text)))


def dated_part(text: str) -> str:
    """The first date with day, month and year in a text, with its clock; empty when there is none."""
    return stated_part(text[:LONGEST_LINE])


def _plainly(given: str) -> str:
    """A date as dateparser takes it: digits of any script as ours, and what it does not know in words that it does."""
    plain = re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), given)
    plain = _THAI_MARCH.sub("มีนาคม", plain)
    return _SAID_OTHERWISE.sub(lambda match: _SAME[match[0].casefold()], plain)


@lru_cache(maxsize=4_096)
def _counted(given: str, languages: tuple[str, ...], order: str, base: datetime) -> datetime | None:
    """What words such as "3 days ago" count back to, or a date written otherwise."""
    settings = {
        "DATE_ORDER": order,
        "PREFER_DATES_FROM": "past",
        "RELATIVE_BASE": base,
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    words = _plainly(given)
    # To load a language takes a tenth of a second.
    for tried in filter(None, (languages[:1], languages[1:])):
        try:
            parsed: datetime | None = dateparser.parse(words, languages=list(tried), settings=settings)
        except (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
            # What it cannot read it mostly says so; on odd input it has raised each of these.
            continue
        if parsed:
            return parsed
    return None
