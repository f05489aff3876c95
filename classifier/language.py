"""Which of the 27 languages a text is in, or "und" where nothing says.

Scripts decide where only one of the languages uses them; languages that share a script are told apart by a linear
head on hashed character n-grams that is trained with the release.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.masking import mask
from classifier.ngrams import SparseRows, ngram_rows
from classifier.release import LanguageSettings, Release

UNDETERMINED = "und"
LANGUAGES = (
    "vi", "zh", "en", "th", "id", "ms", "tl", "my", "km", "lo", "hi", "bn", "ne", "ur",
    "ta", "si", "am", "sw", "fr", "es", "pt", "ru", "uz", "ar", "ko", "ja", "tr",
)  # fmt: skip

# The one language, of those that are read here, that is written in a script.
_ONE_LANGUAGE = {
    "thai": "th",
    "lao": "lo",
    "khmer": "km",
    "burmese": "my",
    "tamil": "ta",
    "sinhala": "si",
    "bengali": "bn",
    "ethiopic": "am",
    "hangul": "ko",
    "kana": "ja",
    "han": "zh",
}
# The languages that share a script, each with those that are often typed in it though it is not theirs.
SHARED = {
    "latin": frozenset(
        {"vi", "en", "id", "ms", "tl", "sw", "fr", "es", "pt", "uz", "tr"} | {"hi", "ur", "bn", "ta", "ne", "si"}
    ),
    "cyrillic": frozenset({"ru", "uz"}),
    "arabic": frozenset({"ar", "ur"}),
    "devanagari": frozenset({"hi", "ne"}),
}
_RANGES = (
    ("latin", 0x41, 0x5A),
    ("latin", 0x61, 0x7A),
    ("latin", 0xC0, 0x24F),
    ("cyrillic", 0x400, 0x52F),
    ("arabic", 0x600, 0x6FF),
    ("arabic", 0x750, 0x77F),
    ("devanagari", 0x900, 0x97F),
    ("bengali", 0x980, 0x9FF),
    ("tamil", 0xB80, 0xBFF),
    ("sinhala", 0xD80, 0xDFF),
    ("thai", 0xE00, 0xE7F),
    ("lao", 0xE80, 0xEFF),
    ("burmese", 0x1000, 0x109F),
    ("hangul", 0x1100, 0x11FF),
    ("ethiopic", 0x1200, 0x139F),
    ("khmer", 0x1780, 0x17FF),
    ("latin", 0x1E00, 0x1EFF),
    ("kana", 0x3040, 0x30FF),
    ("han", 0x3400, 0x9FFF),
    ("burmese", 0xAA60, 0xAA7F),
    ("hangul", 0xAC00, 0xD7AF),
    ("arabic", 0xFB50, 0xFDFF),
    ("arabic", 0xFE70, 0xFEFC),
)
SCRIPTS = tuple(sorted({name for name, _, _ in _RANGES}))
_FIRSTS = np.array([first for _, first, _ in _RANGES])
_LASTS = np.array([last for _, _, last in _RANGES])
_SCRIPT_OF_RANGE = np.array([SCRIPTS.index(name) for name, _, _ in _RANGES])
# A Latin word beside Thai is a brand or a contact, a Thai word beside Latin is the writer's language; one Han or
# Ethiopic sign carries about as much as two or three letters.
_WEIGHTS = np.array([{"latin": 0.5, "han": 2.0, "kana": 2.0, "ethiopic": 2.0}.get(name, 1.0) for name in SCRIPTS])
# Japanese mixes kana into Han; Chinese adverts hold a stray の.
_KANA_SHARE = 0.15
_READ_CHARS = 600


def script_of(text: str) -> str | None:
    """The script that most of `text` is in ("kana" for Japanese), None where it holds no letter of a known one."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    ranges = np.searchsorted(_FIRSTS, codes, side="right") - 1
    known = codes[(ranges >= 0)], ranges[ranges >= 0]
    inside = known[1][known[0] <= _LASTS[known[1]]]
    weights = np.bincount(_SCRIPT_OF_RANGE[inside], minlength=len(SCRIPTS)) * _WEIGHTS
    if not weights.any():
        return None
    kana, han = weights[SCRIPTS.index("kana")], weights[SCRIPTS.index("han")]
    if kana > _KANA_SHARE * (kana + han):
        weights[SCRIPTS.index("kana")] += han
    return SCRIPTS[int(weights.argmax())]


def language_form(text: str) -> str:
    """What the head reads: the first characters, masked, with the marks of letters kept."""
    return mask(text[:_READ_CHARS])


class LanguageDetector:
    """The scripts' rule and the trained head together."""

    def __init__(self, settings: LanguageSettings, weights: dict[str, NDArray[np.floating]], *, bits: int) -> None:
        self._columns = np.array(settings.columns)
        self._open = {
            script: np.isin(self._columns, langs) for script, langs in settings.by_script.items() if len(langs)
        }
        self._weights = weights["language.ngrams"].astype(np.float32)
        self._intercept = weights["language.intercept"].astype(np.float64)
        self._bits = bits

    @classmethod
    def of(cls, release: Release) -> "LanguageDetector":
        """The detector that travels in a release."""
        manifest = release.manifest
        return cls(manifest.language, release.weights, bits=manifest.features.language_bits)

    def detect(self, text: str) -> str:
        """The language of one cleaned text, or "und"."""
        return self.detect_many([text])[0]

    def detect_many(self, texts: Sequence[str]) -> list[str]:
        """The language of each cleaned text."""
        forms = [language_form(text) for text in texts]
        scripts = [script_of(form) for form in forms]
        found = [_ONE_LANGUAGE.get(script or "", UNDETERMINED) for script in scripts]
        shared = [index for index, script in enumerate(scripts) if script in self._open]
        if shared:
            scores = self._scores(ngram_rows([forms[index] for index in shared], bits=self._bits))
            for index, row in zip(shared, scores, strict=True):
                open_columns = self._open[scripts[index] or ""]
                found[index] = str(self._columns[np.where(open_columns, row, -np.inf).argmax()])
        return found

    def _scores(self, rows: SparseRows) -> NDArray[np.float64]:
        return rows.times(self._weights) + self._intercept
