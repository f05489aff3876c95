"""Finds what is probably a person's name in a text: words beside a cue, such as "contact Ms" or "my sister".

The cues are data (`evidence.cues`). No list finds every name in 27 languages, so nothing may promise that one does:
what is found here is masked, what is not is for a person to mark.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from evidence.cues import ANY, any_of, cues

# A longer word is no name, and reading on from each of its letters would take quadratic time.
_CASED = r"\p{Lu}[\p{L}\p{M}'’-]{0,40}(?:[ ]\p{Lu}[\p{L}\p{M}'’-]{0,40}){0,3}"
_WORDS = r"[\p{L}\p{M}]{2,40}(?:[ ][\p{L}\p{M}]{2,40})?"
# Scripts without spaces do not show where a name ends: it is masked up to a break, or so many signs.
_RUN = r"[\p{Khmer}\p{Lao}\p{Myanmar}\p{Thai}]{2,20}(?:[ ][\p{Khmer}\p{Lao}\p{Myanmar}\p{Thai}]{2,20})?"
_CJK = r"[\p{Han}\p{Katakana}ー]{2,6}|[\p{Hangul}]{2,4}|[\p{Hiragana}]{2,6}(?=[、。（(\s]|$)"
_SHAPES = {"cased": _CASED, "words": _WORDS, "run": f"(?:{_RUN}|{_CJK})"}
_GAP = {"cased": r"[\s.:：,\"'“«]{1,3}", "words": r"[\s.:：,\"'“«]{1,3}", "run": r"[ :：]{0,2}"}
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Cues:
    """What one language says beside names; `patterns` have the name in their group "name"."""

    region: str | None
    patterns: tuple[regex.Pattern[str], ...]
    never: frozenset[str]
    is_run: bool

    def names_in(self, text: str) -> Iterator[tuple[int, int]]:
        """The places of probable names."""
        for pattern in self.patterns:
            for match in pattern.finditer(text, overlapped=True):
                start, end = match.span("name")
                end -= len(match["name"]) - len(self._without_words_behind(match["name"]))
                if start < end and not (self.is_run and text.endswith(tuple(self.never), 0, end)):
                    yield start, end

    def _without_words_behind(self, name: str) -> str:
        """The name up to the first word that is none; in a script without spaces it is none when it begins so."""
        words = name.split(" ")
        known = [word in self.never or (self.is_run and word.startswith(tuple(self.never))) for word in words]
        return " ".join(words[: known.index(True)] if True in known else words)


def names_in(text: str, lang: str | None) -> set[tuple[int, int]]:
    """The places (code points) of probable names; `lang` None reads the text as any language."""
    every = _cues()
    chosen = every.values() if lang not in every else (every[lang], every[_ENGLISH])
    return {place for cues in chosen for place in cues.names_in(text)}


def region_of(lang: str | None) -> str | None:
    """The country whose local telephone numbers a text in the language most probably gives."""
    cues = _cues().get(lang or "")
    return cues.region if cues else None


@cache
def _cues() -> dict[str, Cues]:
    everywhere = cues()[ANY]["never"]
    return {lang: _of_language(words, everywhere) for lang, words in cues().items() if lang != ANY}


def _of_language(words: Mapping[str, Any], everywhere: Sequence[str]) -> Cues:
    shape = words["shape"]
    patterns = [_before(words["before"], shape)]
    if "behind" in words:
        patterns.append(_behind(words["behind"], shape, words.get("surname", "")))
    return Cues(words.get("region"), tuple(patterns), frozenset([*everywhere, *words.get("never", ())]), shape == "run")


def _before(words: Sequence[str], shape: str) -> regex.Pattern[str]:
    # Where words have borders, a cue is a whole word in any case; the name is not.
    border = "" if shape == "run" else r"(?<![\p{L}\p{M}])"
    return regex.compile(rf"{border}(?i:{any_of(words)}){_GAP[shape]}(?P<name>{_SHAPES[shape]})")


def _behind(words: Sequence[str], shape: str, surnames: str) -> regex.Pattern[str]:
    if shape != "run":
        border = r"[\p{L}\p{M}]"
        return regex.compile(rf"(?<!{border})(?P<name>{_SHAPES[shape]})[ ](?i:{any_of(words)})(?!{border})")
    # Where few signs begin a surname, they tell where a name begins; else it must stand behind another script.
    surnamed = rf"[{surnames}](?:\p{{Han}}{{0,2}}?|(?<!\p{{Hangul}}.)\p{{Hangul}}{{1,3}}?)"
    name = surnamed if surnames else r"(?<![\p{Han}\p{Katakana}])[\p{Han}\p{Katakana}ー]{2,6}"
    return regex.compile(rf"(?P<name>{name}) ?(?:{any_of(words)})")
