"""Fits the language head: which of the languages that share a script a text is in."""

import random
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from classifier.language import LANGUAGES, SHARED, LanguageDetector, language_form, script_of
from classifier.ngrams import ngram_rows
from classifier.release import LanguageSettings

# A language is open to a script once it has so many samples in it.
_FEWEST = 20
# A regression needs two.
_FEWEST_LANGUAGES = 2
# Long texts are easy; posts are short.
_SNIPPET_CHARS = (30, 240)
_SNIPPETS_OF_A_POST = 6
# Two languages so near each other that they need more texts: identified 0.78 with 1,500 each, 0.83 with 8,000.
_CLOSE = frozenset({"id", "ms"})
_CLOSE_TIMES = 4


def language_samples(
    posts: Iterable[tuple[str, str]], texts: Iterable[tuple[str, str]], *, per_lang: int, seed: int
) -> list[tuple[str, str]]:
    """Snippets (language, form) in scripts that languages share.

    Several of each corpus post, for posts are what is to be recognised; of other texts at most `per_lang` a language
    and script. Both are (language, text).
    """
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    written, other = _cells(posts), _cells(texts)
    samples = []
    for cell in sorted(written.keys() | other.keys()):
        forms = [form for form in written[cell] for _ in range(_SNIPPETS_OF_A_POST)]
        wanted = per_lang * (_CLOSE_TIMES if cell[0] in _CLOSE else 1)
        forms += chance.sample(other[cell], min(wanted, len(other[cell])))
        if len(forms) >= _FEWEST:
            samples += [(cell[0], _snippet(form, chance)) for form in forms]
    return samples


def fit_language(samples: Sequence[tuple[str, str]], *, bits: int) -> tuple[LanguageSettings, dict[str, NDArray[Any]]]:
    """The head's settings and tensors from (language, form) samples; a lone language needs no figures."""
    columns = tuple(sorted({lang for lang, _ in samples}))
    settings = LanguageSettings(columns=columns, by_script=_by_script(samples))
    if len(columns) < _FEWEST_LANGUAGES:
        return settings, _tensors(np.zeros((1 << bits, len(columns))), np.zeros(len(columns)))
    rows = ngram_rows([form for _, form in samples], bits=bits)
    matrix = csr_matrix((rows.values, rows.buckets, rows.starts), shape=(len(rows), 1 << bits))
    model = LogisticRegression(C=30.0, solver="lbfgs", max_iter=60, tol=1e-3, class_weight="balanced")
    model.fit(matrix, np.array([columns.index(lang) for lang, _ in samples]))
    if len(columns) == _FEWEST_LANGUAGES:
        # Two classes come as one column of figures, for the second.
        return settings, _tensors(np.stack([-model.coef_[0], model.coef_[0]], axis=1) / 2, _halves(model.intercept_))
    return settings, _tensors(model.coef_.T, model.intercept_)


def _tensors(coefficients: NDArray[np.float64], intercepts: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    return {
        "language.ngrams": coefficients.astype(np.float16),
        "language.intercept": intercepts.astype(np.float32),
    }


def _halves(intercept: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([-intercept[0], intercept[0]]) / 2


def split_texts(texts: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Texts to teach and, one in ten by a digest of the text, texts to measure on."""
    parts: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for lang, text in texts:
        parts[zlib.crc32(text.encode("utf-8", "replace")) % 10 == 0].append((lang, text))
    return parts


def language_accuracy(
    detector: LanguageDetector, texts: Iterable[tuple[str, str]], *, seed: int, per_lang: int = 200
) -> dict[str, float]:
    """The share of snippets of each language that are recognised as such."""
    chance = random.Random(seed)  # noqa: S311 - reproducible sampling, not a secret
    by_lang: dict[str, list[str]] = defaultdict(list)
    for lang, text in texts:
        by_lang[lang].append(text)
    found = {}
    for lang in sorted(by_lang.keys() & set(LANGUAGES)):
        sample = chance.sample(by_lang[lang], min(per_lang, len(by_lang[lang])))
        detected = detector.detect_many([_snippet(text, chance) for text in sample])
        found[lang] = sum(guess == lang for guess in detected) / len(sample)
    return found


def _cells(texts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """Forms by language and script, of the pairs that language must be told apart in."""
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for lang, text in texts:
        form = language_form(text)
        script = script_of(form) or ""
        if lang in SHARED.get(script, ()):
            cells[lang, script].append(form)
    return cells


def _by_script(samples: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The languages that have samples in each shared script; a snippet may hold a brand in another one."""
    found: dict[str, set[str]] = {script: set() for script in SHARED}
    for lang, form in samples:
        script = script_of(form) or ""
        if lang in SHARED.get(script, ()):
            found[script].add(lang)
    return {script: tuple(sorted(langs)) for script, langs in found.items() if langs}


def _snippet(form: str, chance: random.Random) -> str:
    """A stretch of the text as short as posts may be."""
    size = chance.randint(*_SNIPPET_CHARS)
    start = chance.randint(0, max(0, len(form) - size))
    return form[start : start + size]
