"""Finds many phrases at once in a text of any language: one tokenizer, one folding, one spaCy matcher.

Serves the indicators and the places. A token is a word in scripts that write spaces, and one written cluster
in those that do not (or, as Korean, not reliably), so that a phrase is found inside an unbroken run.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Generic, TypeVar

import regex

from classifier.affixes import stem
from classifier.frameworks import hidden_frameworks

T = TypeVar("T")

_CLUSTERED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー"
_TOKEN = regex.compile(
    rf"(?V1)[\p{{L}}--[{_CLUSTERED}]][[\p{{L}}\p{{M}}\u200c\u200d]--[{_CLUSTERED}]]*+"
    rf"|[{_CLUSTERED}][\p{{M}}\u200c\u200d]*+|\p{{N}}++"
    # A phrase does not run over the end of a sentence; a full stop ends one where a space follows it.
    r"|(?<![.!?;:])[.!?;:]++(?=\s)|[。！？；।॥۔።؟]|\n\s*\n"
)
_WORD_START = regex.compile(rf"(?V1)[\p{{L}}--[{_CLUSTERED}]]")
_HANGUL = regex.compile(r"\p{Hangul}")
_DIGIT_SCRIPTS = tuple(
    regex.compile(rf"\p{{{name}}}") for name in ("Bengali", "Devanagari", "Khmer", "Lao", "Myanmar", "Tamil", "Thai")
)
_STOP, _UNKNOWN = "\n", "\ufffd"
_STOP_STARTS = frozenset(".!?;:。！？；।॥۔።؟\n")
_ACCENT = regex.compile(r"(?<=[\p{Latin}\p{Greek}])[\u0300-\u036f]+")
_ACCENT_OF_LATIN = regex.compile(r"[\u0300-\u036f]")
# Vowel signs of Arabic, tatweel, nukta, joiners: written or left out at will.
_OPTIONAL = regex.compile(r"[\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u093c\u09bc\u200c\u200d]+")


def _ethiopic_homophones() -> dict[int, int]:
    """Amharic letters of one sound that writers exchange: ሐ ኀ for ሀ, ሠ for ሰ, ዐ for አ, ፀ for ጸ; seven orders each."""
    rows = ((0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0), (0x1340, 0x1338))
    return {source + order: target + order for source, target in rows for order in range(7)}


_SAME = (
    str.maketrans("đıłøðħёىیةۀہھکېۓےँ", "dilodhеييههههكيييं")
    | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
    | _ethiopic_homophones()
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text: folded `words`, their `accents`, and their spans in the text."""

    words: list[str]
    accents: list[str]
    starts: list[int]
    ends: list[int]


@lru_cache(maxsize=1 << 16)
def fold(token: str) -> str:
    """The form in which tokens are compared: case, Latin accents and optional signs are gone."""
    if token.isascii():
        return token.lower()
    if token.isdigit():
        return "".join(str(unicodedata.digit(char)) for char in token)
    return _without_variants(token)


def _fold_all(tokens: Collection[str]) -> dict[str, str]:
    """Each token with what `_read` makes of it, all at once: four times as fast for a lexicon's words."""
    words = [token for token in tokens if token[0] not in _STOP_STARTS and not token.isdigit()]
    folded = dict(zip(words, _without_variants("\n".join(words)).split("\n"), strict=False))
    return folded | {token: _read(token)[0] for token in tokens if token not in folded}


def _without_variants(text: str) -> str:
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", text.casefold()))
    return unicodedata.normalize("NFC", _OPTIONAL.sub("", bare)).translate(_SAME)


@lru_cache(maxsize=1 << 16)
def accents(token: str) -> str:
    """The accents of a Latin token in a fixed order, "" where it has none; `hoà` and `hòa` have the same."""
    if token.isascii():
        return ""
    lower = token.casefold()
    return "".join(sorted(_ACCENT_OF_LATIN.findall(unicodedata.normalize("NFD", lower)))) + "đ" * lower.count("đ")


@lru_cache(maxsize=1 << 16)
def _read(token: str) -> tuple[str, str]:
    """A token of `_TOKEN` as it is compared, and its accents where it is a word."""
    if token[0] in _STOP_STARTS:
        return _STOP, ""
    return fold(token), accents(token) if _WORD_START.match(token) else ""


@lru_cache(maxsize=8)
def tokenize(text: str) -> Tokens:
    """Split a cleaned text; linear. Indicators and places read the same texts, one after the other."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    read = [_read(text[start:end]) for start, end in spans]
    return Tokens(
        words=[word for word, _ in read],
        accents=[marks for _, marks in read],
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
    )


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A phrase as the index keeps it: how it is accented, whether only its digits show a script, what it stands for."""

    words: tuple[str, ...]
    accents: tuple[str, ...]
    script: "regex.Pattern[str] | None"
    means: T

    @classmethod
    def of(cls, text: str, means: T) -> "Entry[T]":
        """The phrase `text`."""
        read = [_read(token) for token in _TOKEN.findall(text)]
        words = tuple(word for word, _ in read)
        return cls(words, tuple(marks for _, marks in read), _script_of_digits(text, "".join(words)), means)

    def fits(self, tokens: Tokens, start: int) -> bool:
        """Whether the phrase may stand at this token."""
        return (
            self._accents_fit(tokens.accents[start : start + len(self.words)])
            and self._begins_a_word(tokens, start)
            and self._is_in_its_script(tokens)
        )

    def _is_in_its_script(self, tokens: Tokens) -> bool:
        """A phrase in digits of a script counts where that script is written: folded, `৯৯৯` is any 999."""
        return self.script is None or any(map(self.script.match, tokens.words))

    def _begins_a_word(self, tokens: Tokens, start: int) -> bool:
        """Korean phrases of two syllables begin a word: 구타 (beating) is not part of 야구타자 (batter)."""
        if start == 0 or len(self.words) > 2 or not _HANGUL.match(self.words[0]):
            return True
        return tokens.ends[start - 1] < tokens.starts[start] or not _HANGUL.match(tokens.words[start - 1])

    def _accents_fit(self, found: Sequence[str]) -> bool:
        """Whether the accents of the text allow the phrase: `bạn thân` is not `bán thận`, `mong là` not `Mong La`.

        Three words say enough whatever their accents. Two words or one may lack theirs from eight letters on; one
        word written without accents may have some (`Dubái`).
        """
        if len(self.words) > 2:
            return True
        is_long = sum(map(len, self.words)) >= 8
        return all(
            here == wanted or (is_long and not here) or (not wanted and (is_long or len(self.words) == 1))
            for here, wanted in zip(found, self.accents, strict=True)
        )


class PhraseIndex(Generic[T]):
    """Phrases with their meanings, ready to be looked for; phrases without a letter or digit are left out.

    A phrase waits until a text holds its first two words, for most never do: building all of them takes a second.
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        with hidden_frameworks():
            from spacy.matcher import PhraseMatcher
            from spacy.tokens import Doc
            from spacy.vocab import Vocab

        self._vocab = Vocab()
        self._doc = partial(Doc, self._vocab)
        self._matcher = PhraseMatcher(self._vocab)
        self._waiting: dict[tuple[str, ...], list[tuple[str, T]]] = defaultdict(list)
        self._awake: set[tuple[str, ...]] = set()
        self._entries: dict[tuple[str, ...], list[Entry[T]]] = {}
        all_ = [(phrase, _TOKEN.findall(phrase[0])) for phrase in phrases]
        folded = _fold_all({token for _, tokens in all_ for token in tokens})
        self._known = frozenset(folded.values())
        for phrase, tokens in all_:
            if tokens:
                self._waiting[tuple(folded[token] for token in tokens[:2])].append(phrase)
        self._resolve = lru_cache(maxsize=1 << 16)(self._stem)

    def find(self, tokens: Tokens, lang: str | None = None) -> Iterator[tuple[int, int, Entry[T]]]:
        """Every phrase in the tokens as (first token, token after the last, entry), overlaps included.

        `lang` opens the endings that the language hangs on its words; endings of a script of its own always are.
        """
        known = self._known
        words = [word if word in known else self._resolve(word, lang) for word in tokens.words]
        heads = {(word,) for word in words} | set(pairwise(words))
        self._wake(heads & self._waiting.keys())
        if self._awake.isdisjoint(heads):
            return
        for _, start, end in self._matcher(self._doc(words=words)):
            for entry in self._entries[tuple(words[start:end])]:
                if entry.fits(tokens, start):
                    yield start, end, entry

    def _stem(self, word: str, lang: str | None) -> str:
        """The word of the index inside another. No other reaches spaCy: its vocabulary does not grow with texts."""
        return stem(word, self._known, lang) or _UNKNOWN

    def _wake(self, heads: Collection[tuple[str, ...]]) -> None:
        """Add the phrases that are one of these words, or begin with one of these pairs of words, to the matcher."""
        self._awake.update(heads)
        for text, means in [phrase for head in heads for phrase in self._waiting.pop(head)]:
            entry = Entry.of(text, means)
            if entry.words not in self._entries:
                self._entries[entry.words] = []
                self._matcher.add("phrase", [self._doc(words=list(entry.words))])
            self._entries[entry.words].append(entry)


def _script_of_digits(text: str, folded: str) -> "regex.Pattern[str] | None":
    """The script of a phrase that folding leaves without a sign of it."""
    if text.isascii() or not folded.isascii():
        return None
    return next((script for script in _DIGIT_SCRIPTS if script.search(text)), None)


def longest(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest of spans that overlap, the first of equal ones; in order of place."""
    kept: list[tuple[int, int]] = []
    taken: set[int] = set()
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        # Longer spans come first, so one that overlaps a taken one has an end inside it.
        if start not in taken and end - 1 not in taken:
            kept.append((start, end))
            taken.update(range(start, end))
    return sorted(kept)
