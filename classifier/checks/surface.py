"""What a lazy model would learn: features of a text's surface, and how well each alone tells the classes apart.

A corpus written by hand leaks easily (lures shouting, warnings quoting). Each feature is measured within a language,
for between languages it would only tell the languages apart.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import regex
from numpy.typing import NDArray

from classifier.identifiers import TYPES, find_identifiers
from classifier.training.corpus import LabelledPost

_EMOJI = regex.compile(r"\p{Extended_Pictographic}")
_QUOTES = regex.compile("[\"“”„«»‹›「」『』]|(?<!\\w)['‘]")
_CONTACT_TYPES = frozenset(TYPES) - {"place"}
# A number however it is written: `1 500` and `25.000.000` are one.
_FIGURE = regex.compile(r"\d[\d.,\s]*")


def _count(pattern: str) -> Callable[[str], float]:
    compiled = regex.compile(pattern)
    return lambda text: float(len(compiled.findall(text)))


def contacts(text: str) -> float:
    """How many telephone numbers, handles, addresses and accounts the text gives."""
    return float(sum(found.type in _CONTACT_TYPES for found in find_identifiers(text)))


def _upper_case(text: str) -> float:
    return sum(sign.isupper() for sign in text) / len(text)


def _letters_share(text: str) -> float:
    return sum(unicodedata.category(sign)[0] in "LM" for sign in text) / len(text)


FEATURES: dict[str, Callable[[str], float]] = {
    "length": lambda text: float(len(text)),
    "digits": _count(r"\d"),
    "figures": lambda text: float(len(_FIGURE.findall(text))),
    "contacts": contacts,
    "emojis": lambda text: float(len(_EMOJI.findall(text))),
    "currency signs": _count(r"\p{Sc}"),
    "exclamation marks": _count("[!！¡]"),
    "question marks": _count("[?？؟¿]"),
    "quote marks": lambda text: float(len(_QUOTES.findall(text))),
    "punctuation": _count(r"\p{P}"),
    "upper case": _upper_case,
    "letters": _letters_share,
    "lines": _count("\n"),
    "hashtags": _count("#"),
}


def areas_under_curve(posts: Sequence[LabelledPost]) -> dict[tuple[str, str], float]:
    """(language, feature) -> AUC of that feature alone, 0.5 to 1: which way it points does not matter."""
    from sklearn.metrics import roc_auc_score

    found = {}
    for lang in sorted({post.lang for post in posts}):
        here = [post for post in posts if post.lang == lang]
        truth = [bool(post.labels) for post in here]
        if not 0 < sum(truth) < len(truth):
            continue
        for name, measure in FEATURES.items():
            area = float(roc_auc_score(truth, [measure(post.text) for post in here]))
            found[lang, name] = max(area, 1.0 - area)
    return found


def function_characters(text: str) -> str:
    """The text with every run of letters as `a`, digit as `0` and emoji as one sign: manner without words."""
    return regex.sub("a+", "a", "".join(_shape(sign) for sign in text))


def function_character_areas(posts: Sequence[LabelledPost], *, folds: int = 5) -> dict[str, float]:
    """Language, and `all` -> AUC of n-grams of function characters, taught on the other groups of all languages."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=5, lowercase=False, sublinear_tf=True),
        LogisticRegression(max_iter=1000),
    )
    truth = np.array([bool(post.labels) for post in posts])
    shapes = [function_characters(post.text) for post in posts]
    groups = [post.group for post in posts]
    scores: NDArray[np.float64] = cross_val_predict(
        model, shapes, truth, groups=groups, cv=GroupKFold(min(folds, len(set(groups)))), method="decision_function"
    )
    langs = np.array([post.lang for post in posts])
    areas = {"all": float(roc_auc_score(truth, scores))}
    return areas | {lang: float(roc_auc_score(truth[at], scores[at])) for lang, at in _places(langs)}


def _places(langs: NDArray[np.str_]) -> Iterable[tuple[str, NDArray[np.bool_]]]:
    return ((str(lang), langs == lang) for lang in np.unique(langs))


def _shape(sign: str) -> str:
    if unicodedata.category(sign)[0] in "LM":
        return "a"
    if sign.isdecimal():
        return "0"
    return "☺" if _EMOJI.match(sign) else sign
