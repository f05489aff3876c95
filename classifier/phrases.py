"""Finds many phrases at once in a text of any language: one tokenizer, one folding, one spaCy matcher.

Serves the indicators and the places. A token is a word in scripts that write spaces, and one written cluster
in those that do not (or, as Korean, not reliably), so that a phrase is found inside an unbroken run.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

import regex

from classifier.affixes import stem

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab

T = TypeVar("T")

_CLUSTERED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー"
_TOKEN = regex.compile(
    rf"(?V1)(?P<word>[\p{{L}}--[{_CLUSTERED}]][[\p{{L}}\p{{M}}\u200c\u200d]--[{_CLUSTERED}]]*+)"
    rf"|[{_CLUSTERED}][\p{{M}}\u200c\u200d]*+|\p{{N}}++"
    # A phrase does not run over the end of a sentence; a full stop ends one where a space follows it.
    r"|(?P<stop>[.!?;:]++(?=\s)|[。！？；।॥۔።؟]|\n\s*\n)"
)
_UNICODE_NAMES = (
    "Han", "Hangul", "Thai", "Lao", "Khmer", "Myanmar", "Devanagari", "Bengali", "Tamil", "Sinhala", "Ethiopic",
    "Arabic", "Cyrillic",
)  # fmt: skip
# Japanese phrases come before the Chinese ones that share their Han signs.
_OWN_SCRIPTS = (
    ("Kana", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    *((name, regex.compile(rf"\p{{{name}}}")) for name in _UNICODE_NAMES),
)
_SHARED_SCRIPT = "Latin and the rest"
_HANGUL = regex.compile(r"\p{Hangul}")
_STOP, _UNKNOWN = "\n", "\ufffd"
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
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", token.casefold()))
    return unicodedata.normalize("NFC", _OPTIONAL.sub("", bare)).translate(_SAME)


@lru_cache(maxsize=1 << 16)
def accents(token: str) -> str:
    """The accents of a Latin token in a fixed order, "" where it has none; `hoà` and `hòa` have the same."""
    if token.isascii():
        return ""
    lower = token.casefold()
    return "".join(sorted(_ACCENT_OF_LATIN.findall(unicodedata.normalize("NFD", lower)))) + "đ" * lower.count("đ")


def tokenize(text: str) -> Tokens:
    """Split a cleaned text; linear."""
    tokens = Tokens([], [], [], [])
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        tokens.words.append(_STOP if kind == "stop" else fold(token))
        tokens.accents.append(accents(token) if kind == "word" else "")
        tokens.starts.append(match.start())
        tokens.ends.append(match.end())
    return tokens


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A phrase as the index keeps it: how it is accented, and what it stands for."""

    words: tuple[str, ...]
    accents: tuple[str, ...]
    means: T

    def fits(self, tokens: Tokens, start: int) -> bool:
        """Whether the phrase may stand at this token."""
        return self._begins_a_word(tokens, start) and self._accents_fit(tokens.accents[start : start + len(self.words)])

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

    A phrase in a script of its own waits until a text holds that script: most texts hold one or two of fifteen.
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        from spacy.vocab import Vocab

        self._vocab = Vocab()
        self._waiting: dict[str, list[tuple[str, T]]] = defaultdict(list)
        self._parts: dict[str, _Part[T]] = {}
        for text, means in phrases:
            self._waiting[_scripts(text)[0]].append((text, means))

    def find(self, tokens: Tokens, lang: str | None = None) -> Iterator[tuple[int, int, Entry[T]]]:
        """Every phrase in the tokens as (first token, token after the last, entry), overlaps included.

        `lang` opens the endings that the language hangs on its words; endings of a script of its own always are.
        """
        for script in _scripts("".join(tokens.words)):
            yield from self._part(script).find(tokens, lang)

    def _part(self, script: str) -> "_Part[T]":
        if script not in self._parts:
            self._parts[script] = _Part(self._vocab, self._waiting.pop(script, []))
        return self._parts[script]


class _Part(Generic[T]):
    """The phrases of one script and their matcher."""

    def __init__(self, vocab: "Vocab", phrases: Iterable[tuple[str, T]]) -> None:
        from spacy.matcher import PhraseMatcher

        self._vocab = vocab
        self._entries: dict[tuple[str, ...], list[Entry[T]]] = {}
        for text, means in phrases:
            tokens = tokenize(text)
            words = tuple(tokens.words)
            if words:
                self._entries.setdefault(words, []).append(Entry(words, tuple(tokens.accents), means))
        self._known = frozenset(word for words in self._entries for word in words)
        self._matcher = self._build(PhraseMatcher(vocab))

    def _build(self, matcher: "PhraseMatcher") -> "PhraseMatcher":
        from spacy.tokens import Doc

        if self._entries:
            matcher.add("phrase", [Doc(self._vocab, words=list(words)) for words in self._entries])
        return matcher

    def find(self, tokens: Tokens, lang: str | None) -> Iterator[tuple[int, int, Entry[T]]]:
        from spacy.tokens import Doc

        # Only words of the index reach spaCy: its vocabulary does not grow with what is read.
        known = self._known
        words = [word if word in known else stem(word, known, lang) or _UNKNOWN for word in tokens.words]
        for _, start, end in self._matcher(Doc(self._vocab, words=words)):
            for entry in self._entries[tuple(words[start:end])]:
                if entry.fits(tokens, start):
                    yield start, end, entry


def _scripts(text: str) -> list[str]:
    """The scripts of a text that have phrases of their own, and the rest, which all texts share."""
    own = [] if text.isascii() else [name for name, sign in _OWN_SCRIPTS if sign.search(text)]
    return [*own, _SHARED_SCRIPT]


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
