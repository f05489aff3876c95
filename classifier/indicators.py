"""Recruitment indicators: the lexicon's phrases in a cleaned text, quoted from the original.

An indicator is a reason that can be shown, never a judgement: most ordinary adverts have one too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import regex

from classifier.cleaning import CleanText, readable
from classifier.lexicon import Lexicon, Phrase
from classifier.phrases import Entry, PhraseIndex, longest, tokenize

# The one concept that is also read from figures: see `classifier.pay`.
PAY_FAR_ABOVE_LOCAL = "pay_far_above_local"
_SHORT = regex.compile(r"[\p{Latin}\p{M}\p{N}]+|\p{Han}{1,2}")
# A word that the lexicons of so many languages share is a name or an international word, no false friend.
_SHARED_BY = 3
_UNKNOWN_LANGUAGES = {None, "", "und"}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A concept's code and the words that show it: code points of the original, `text == original[start:end]`."""

    code: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A phrase of the lexicon as it is compared, folded, and its concept's code."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a phrase says: its concept, and the languages in which it may say so (None: in all)."""

    code: str
    languages: frozenset[str] | None


class IndicatorFinder:
    """Looks for all phrases of a lexicon at once. Building it loads spaCy (half a second)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._index = PhraseIndex(_meanings(lexicon))

    def find(self, cleaned: CleanText, lang: str | None = None) -> list[Indicator]:
        """The indicators of a text in order; within a code the longest of overlapping phrases.

        Phrases of every language count whatever `lang` says, for posts mix languages, except those that are
        short enough to be another language's word: see `may_be_false_friend`.
        """
        tokens = tokenize(cleaned.text)
        spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for start, end, entry in self._index.find(tokens, lang):
            if _counts(entry, lang):
                spans[entry.means.code].add((tokens.starts[start], tokens.ends[end - 1]))
        if self.lexicon.pay and PAY_FAR_ABOVE_LOCAL in self.lexicon.concepts:
            spans[PAY_FAR_ABOVE_LOCAL] |= {(pay.start, pay.end) for pay in self.lexicon.pay.far_above(cleaned, lang)}
        found = [_indicator(cleaned, code, span) for code, all_ in spans.items() for span in longest(all_)]
        return sorted(found, key=lambda indicator: (indicator.start, -indicator.end, indicator.code))

    def wordings(self, cleaned: CleanText, lang: str | None = None) -> Iterator[Wording]:
        """Every wording that the text holds, overlaps included: for those who keep the lexicon."""
        for _, _, entry in self._index.find(tokenize(cleaned.text), lang):
            if _counts(entry, lang):
                yield Wording(entry.means.code, " ".join(entry.words))


def may_be_false_friend(phrase: str) -> bool:
    """Whether a phrase is one Latin word, or two Han characters: Chinese 果敢 is also a Japanese adjective."""
    return _SHORT.fullmatch(phrase) is not None


def _meanings(lexicon: Lexicon) -> Iterator[tuple[str, _Meaning]]:
    """Each wording of a code once, with the languages that it is bound to."""
    languages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for phrase, text in zip(lexicon.phrases, _readable(lexicon.phrases), strict=True):
        languages[text.casefold(), phrase.code].add(phrase.language)
    unbound = {code: _Meaning(code, None) for code in lexicon.concepts}
    for (text, code), spoken in languages.items():
        bound = len(spoken) < _SHARED_BY and may_be_false_friend(text)
        yield text, _Meaning(code, frozenset(spoken)) if bound else unbound[code]


def _readable(phrases: Sequence[Phrase]) -> list[str]:
    """The phrases in the characters of cleaned posts, a language at a time: no rule joins or splits lines."""
    languages = groupby(phrases, key=attrgetter("language"))
    texts = ("\n".join(" ".join(phrase.text.split()) for phrase in spoken) for _, spoken in languages)
    return [line for text in texts for line in readable(text).text.split("\n")]


def _counts(entry: Entry[_Meaning], lang: str | None) -> bool:
    languages = entry.means.languages
    return languages is None or lang in _UNKNOWN_LANGUAGES or lang in languages


def _indicator(cleaned: CleanText, code: str, span: tuple[int, int]) -> Indicator:
    start, end = cleaned.original_span(*span)
    return Indicator(code, start, end, cleaned.original[start:end])
