"""`lurewatch lexicon check`: whether the lexicons say each concept in each language, once, and not on every post."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import regex

from classifier.checks.finding import Finding, at_least, at_most, none_of
from classifier.cleaning import clean, readable
from classifier.indicators import IndicatorFinder, Wording
from classifier.language import LANGUAGES
from classifier.lexicon import Lexicon, Phrase
from classifier.phrases import tokenize
from classifier.training.benign import BenignPost, balanced_posts, load_benign

LEAST_CONCEPTS = 45
LEAST_WORDINGS = 2
# A wording that so many harmless posts hold says nothing, unless it is there to speak for harmlessness; measured in
# the languages that have posts enough.
MOST_BENIGN_SHARE = 0.02
_FEWEST_POSTS = 300
_POSTS_A_KIND = 400
_READ_CHARS = 2000
_SYLLABIC = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]")
_FEWEST_SIGNS = 3


def check_lexicon(lexicon: Lexicon, benign_dir: Path | None = None) -> Iterator[Finding]:
    """Every finding; how often wordings fire is measured where `benign_dir` holds real benign posts."""
    yield at_least("concepts", {"concepts": len(lexicon.concepts)}, LEAST_CONCEPTS)
    yield none_of("languages", sorted(set(LANGUAGES) - set(lexicon.languages)), "without a lexicon")
    unsourced = [code for code, concept in lexicon.concepts.items() if not concept.source]
    yield none_of("sources", unsourced, "concepts that name no source")
    counted = Counter((phrase.language, phrase.code) for phrase in lexicon.phrases)
    cells = {f"{lang}, {code}": counted[lang, code] for lang in LANGUAGES for code in lexicon.concepts}
    yield at_least("wordings of each concept", dict(cells), LEAST_WORDINGS)
    short = [_named(phrase) for phrase in lexicon.phrases if _is_too_short(phrase.text)]
    yield none_of("wordings too short", short, "that match nothing, or parts of other words")
    unclean = [_named(phrase) for phrase in lexicon.phrases if _is_unclean(phrase.text)]
    yield none_of("wordings as cleaning leaves them", unclean, "that cleaning spells otherwise in posts")
    yield none_of("conflicts", _conflicts(lexicon.phrases), "wordings of two concepts, or twice, in one language")
    if benign_dir:
        yield _too_frequent(lexicon, load_benign(benign_dir))


def _named(phrase: Phrase) -> str:
    return f"{phrase.language}, {phrase.code}: {phrase.text!r}"


def _is_unclean(text: str) -> bool:
    return tokenize(clean(text).text).words != tokenize(readable(text).text).words


def _is_too_short(text: str) -> bool:
    """Under three letters, or two of a script whose signs are syllables or words: initials fire everywhere."""
    words = tokenize(readable(text).text).words
    signs = sum(2 if _SYLLABIC.match(word) else len(word) for word in words)
    return signs < _FEWEST_SIGNS


def _conflicts(phrases: Iterable[Phrase]) -> list[str]:
    """Wordings that match the same words, accents and all: one of them is in vain, or they contradict each other."""
    meanings: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        tokens = tokenize(readable(phrase.text).text)
        meanings[phrase.language, tuple(tokens.words), tuple(tokens.accents)].append(phrase)
    return ["; ".join(map(_named, same)) for same in meanings.values() if len(same) > 1]


def _too_frequent(lexicon: Lexicon, posts: Sequence[BenignPost]) -> Finding:
    shares = {
        f"{lang}, {wording.code}: {wording.text!r}": share
        for lang, found in benign_shares(lexicon, posts).items()
        for wording, share in found.items()
        if lexicon.concepts[wording.code].side != "against"
    }
    return at_most("share of real benign posts", shares, MOST_BENIGN_SHARE)


def benign_shares(lexicon: Lexicon, posts: Sequence[BenignPost]) -> dict[str, dict[Wording, float]]:
    """Language -> wording -> share of its benign posts that hold it, in languages with posts enough."""
    finder = IndicatorFinder(lexicon)
    sample: dict[str, list[BenignPost]] = defaultdict(list)
    for post in balanced_posts(posts, per_cell=_POSTS_A_KIND, seed=0):
        if post.lang in LANGUAGES:
            sample[post.lang].append(post)
    return {lang: _shares(finder, here, lang) for lang, here in sample.items() if len(here) >= _FEWEST_POSTS}


def _shares(finder: IndicatorFinder, posts: Sequence[BenignPost], lang: str) -> dict[Wording, float]:
    counted: Counter[Wording] = Counter()
    for post in posts:
        counted.update(set(finder.wordings(clean(post.text[:_READ_CHARS]), lang)))
    return {wording: count / len(posts) for wording, count in counted.items()}
