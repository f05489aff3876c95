"""The languages of the interface: which one a browser gets, and how words, dates and numbers look in it.

Catalogues are gettext's .po files in locales/, read as they stand, so that nothing has to be compiled; English is what
templates and code say. `make messages` finds what there is to translate.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.requests import Request

from lurewatch.errors import LurewatchError

LOCALES = Path(__file__).parent / "locales"
COOKIE = "lurewatch-language"
# The context of what does not stand in a template: sentences of the code, names of codes, and the lexicons' sentences.
SAID = "said"
# What English says for a code that does not read well by itself; nobody in a post is called a victim.
NAMES = {
    "victim_distress": "call for help",
    "jobposting": "job postings",
    "feed": "news feed",
    "no_robots": "there was none",
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# What an Accept-Language header is read of; browsers send less.
_MAX_HEADER = 200


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP 47 tag (its catalogue's file name) and its own name; `locale` is Babel's for its forms."""

    tag: str
    name: str
    locale: str
    direction: str = "ltr"


ENGLISH = Language("en", "English", "en_GB")
LANGUAGES = {
    language.tag: language
    for language in (
        ENGLISH,
        Language("vi", "Tiếng Việt", "vi"),
        Language("fr", "Français", "fr"),
        Language("th", "ไทย", "th"),
        Language("zh-Hans", "简体中文", "zh_Hans"),
    )
}


Sayable = str | LurewatchError


class Speech:
    """One language as templates use it."""

    def __init__(self, language: Language, translations: NullTranslations, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.translations = translations
        self._locale = Locale.parse(language.locale)
        self._names = self._locale.languages
        self._sentences = {said: text for said, text in sentences.items() if not _PLACEHOLDER.search(said)}
        patterns = [said for said in sentences if _PLACEHOLDER.search(said)]
        # The one that says most in its own words first: of two that fit, it is the one that was meant.
        patterns.sort(key=lambda said: -len(_PLACEHOLDER.sub("", said)))
        self._patterns = [(_pattern(said), sentences[said]) for said in patterns]

    def said(self, text: Sayable) -> str:
        """A finished English sentence of the code, or a word, in this language; unknown ones stay as they are.

        Of an error it is the message with its hint. Words and codes that are filled in are translated too.
        """
        if isinstance(text, LurewatchError):
            return f"{self.said(text.message)} {self.said(text.hint)}".strip()
        if text in self._sentences:
            return self._sentences[text]
        for pattern, translated in self._patterns:
            if found := pattern.fullmatch(text):
                return self._filled(translated, found.groupdict())
        return text

    def _filled(self, translated: str, values: Mapping[str, str]) -> str:
        return _PLACEHOLDER.sub(lambda place: self._value(values[place[1]]), translated)

    def _value(self, value: str) -> str:
        """What was filled in: words and codes, one or a list of them, in this language, everything else as it is."""
        return ", ".join(self._sentences.get(english(one), one) for one in value.split(", "))

    def words(self, code: str) -> str:
        """The name of a label, lane, indicator or other code."""
        return self.said(english(code))

    def instant(self, at: datetime) -> str:
        """A UTC instant to the minute, as people write it."""
        date, time = (dates.format_skeleton(form, at.astimezone(UTC), locale=self._locale) for form in ("yMMMd", "Hm"))
        return f"{date} {time} UTC"

    def number(self, value: float) -> str:
        """A number with its separators."""
        return str(numbers.format_decimal(value, locale=self._locale))

    def language_name(self, code: str) -> str:
        """What a language is called; the code itself where nobody knows."""
        # By its code: as a locale `tl` is Filipino of the Philippines.
        return self._names.get(code) or code

    def by_language_name(self, codes: Iterable[str]) -> list[str]:
        """Codes of languages in the order of what these are called."""
        return sorted(codes, key=self.language_name)


def english(code: str) -> str:
    """A code as English says it."""
    return NAMES.get(code) or code.replace("_", " ")


def chosen(request: Request) -> Language:
    """What the person chose in this browser, or else what the browser asks for."""
    picked = LANGUAGES.get(request.cookies.get(COOKIE, ""))
    return picked or negotiated(request.headers.get("accept-language", ""))


def negotiated(header: str) -> Language:
    """The first language of an Accept-Language header (RFC 9110 section 12.5.4) that there is; else English."""
    for tag in _by_quality(header[:_MAX_HEADER]):
        for language in LANGUAGES.values():
            if tag.lower() == language.tag.lower() or tag.partition("-")[0].lower() == language.tag.partition("-")[0]:
                return language
    return ENGLISH


@cache
def speech_of(tag: str) -> Speech:
    """The language with its catalogue; English has none."""
    language = LANGUAGES[tag]
    path = LOCALES / f"{tag}.po"
    if not path.exists():
        return Speech(language, NullTranslations(), {})
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language.locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    sentences = {
        str(message.id): str(message.string) for message in catalogue if message.context == SAID and message.string
    }
    return Speech(language, Translations(compiled), sentences)


def _by_quality(header: str) -> list[str]:
    """The tags of the header, the most wanted first, without those that are refused (q=0)."""
    wanted = []
    for part in header.split(","):
        tag, _, quality = part.partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", quality)
        wanted.append((float(found[1]) if found else 1.0, tag.strip()))
    return [tag for quality, tag in sorted(wanted, key=lambda pair: -pair[0]) if quality > 0]


def _pattern(sentence: str) -> re.Pattern[str]:
    """What matches the finished sentence and takes out what was filled in."""
    parts = _PLACEHOLDER.split(sentence)
    fixed = [re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
