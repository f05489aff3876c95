"""Parallel text for the encoder and the language head: the same sentence in several languages.

Read from a folder of `*.jsonl.gz` files, one object a line: {"id", "texts": {language: sentence}, "source"}. Texts
under non-commercial terms stay out of a release that ships.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.masking import mask
from lurewatch.errors import DataError

# Some stories of this set are CC-BY-NC, and which ones is not told apart.
NON_COMMERCIAL = frozenset({"african_storybook"})
# The Burmese of NTREX is in Zawgyi, an encoding whose code points mean other letters.
_OTHER_ENCODING = frozenset({("ntrex", "my")})
_SHORTEST = 3
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Sentences:
    """One sentence in several languages, each in the form that `classifier.masking.mask` gives."""

    source: str
    texts: dict[str, str]


def load_parallel(folder: Path) -> list[Sentences]:
    """The groups of every file in `folder` that hold at least two languages. Raises DataError."""
    files = sorted(path for path in folder.glob("*.jsonl.gz") if path.name.split(".")[0] not in NON_COMMERCIAL)
    if not files:
        raise DataError(f"{folder} holds no *.jsonl.gz file.", hint="Give the folder of the parallel text.")
    return [group for path in files for group in _read(path) if len(group.texts) > 1]


def _read(path: Path) -> Iterator[Sentences]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                yield Sentences(row["source"], _usable(row["source"], row["texts"]))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DataError(
                    f"{path}:{number} is no group of sentences ({error}).",
                    hint='Each line is {"id", "texts": {language: sentence}, "source"}.',
                ) from error


def _usable(source: str, texts: dict[str, str]) -> dict[str, str]:
    masked = {lang: mask(text[:_LONGEST]) for lang, text in texts.items() if (source, lang) not in _OTHER_ENCODING}
    return {lang: text for lang, text in masked.items() if len(text) >= _SHORTEST}
