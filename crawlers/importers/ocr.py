"""Screenshots, read by Tesseract: an option, off unless its program and the extra `ocr` are installed.

What a machine read from a picture is no more than that: `extra` says what read it and in which languages.
"""

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawlers.importers.archive import digest_of, opened
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.media import media_item
from lurewatch.errors import ConfigurationError, DataError
from store.parsed_post import ParsedPost

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
# A tall screenshot of a long chat has some 20 million; more is a bomb.
MOST_PIXELS = 50_000_000
LONGEST_S = 120
# Tesseract's names of the languages that Lurewatch reads.
LANGUAGES = {
    "am": "amh",
    "ar": "ara",
    "bn": "ben",
    "en": "eng",
    "es": "spa",
    "fr": "fra",
    "hi": "hin",
    "id": "ind",
    "ja": "jpn",
    "km": "khm",
    "ko": "kor",
    "lo": "lao",
    "ms": "msa",
    "my": "mya",
    "ne": "nep",
    "pt": "por",
    "ru": "rus",
    "si": "sin",
    "sw": "swa",
    "ta": "tam",
    "th": "tha",  # codespell:ignore tha
    "tl": "fil",
    "tr": "tur",
    "ur": "urd",
    "uz": "uzb",
    "vi": "vie",  # codespell:ignore vie
    "zh": "chi_sim",
}


def why_off() -> str | None:
    """Why screenshots cannot be read here; None when they can."""
    if shutil.which("tesseract") is None:
        return "Tesseract is not installed (Debian: tesseract-ocr and one package for each language)"
    if importlib.util.find_spec("pytesseract") is None or importlib.util.find_spec("PIL") is None:
        return "the extra `ocr` is not installed (.venv/bin/pip install -e '.[ocr]')"
    return None


def read_screenshot(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """One post: the words in the picture.

    ConfigurationError when Tesseract or a language is not installed, DataError for what is no picture or too large.
    """
    reason = why_off()
    if reason:
        raise ConfigurationError(f"Screenshots are not read: {reason}.", hint="Install it, or type the text off.")
    import pytesseract

    with opened(path) as source:
        digest = digest_of(source)
    languages = _languages(choices)
    text = _read(path, languages).strip()
    yield ParsedPost(
        native_id=digest,
        text=text,
        lang_hint=choices.languages[0] if len(choices.languages) == 1 else None,
        extra={
            "media": [media_item(path.name, digest)],
            "read_by": f"Tesseract {pytesseract.get_tesseract_version()}",
            "read_in": languages,
        },
    )


def _languages(choices: Choices) -> list[str]:
    """Tesseract's names of the languages that were said, or of all that are installed."""
    import pytesseract

    installed = set(pytesseract.get_languages())
    unknown = [code for code in choices.languages if LANGUAGES.get(code) not in installed]
    if unknown:
        known = [code for code, name in LANGUAGES.items() if name in installed]
        raise ConfigurationError(
            f"Tesseract has no language {unknown[0]!r}.", hint=f"Install its package; here are {', '.join(known)}."
        )
    wanted = choices.languages or tuple(code for code, name in LANGUAGES.items() if name in installed)
    return [LANGUAGES[code] for code in wanted]


def _read(path: Path, languages: list[str]) -> str:
    import pytesseract
    from PIL import Image

    try:
        with Image.open(path, formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DataError(
                    f"{path.name} has {picture.width} x {picture.height} pixels.", hint="Cut it into pieces."
                )
            plain: Any = picture.convert("RGB")
            text: str = pytesseract.image_to_string(plain, lang="+".join(languages), timeout=LONGEST_S)
            return text
    except (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path.name} cannot be read as a picture: {type(error).__name__}.", hint="Give a PNG or JPEG screenshot."
        ) from error
