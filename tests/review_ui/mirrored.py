"""A language that only tests know: English in Hebrew letters, right to left. What stays Latin is not translated."""

import re
import shutil
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.pofile import write_po

from review_ui import languages
from review_ui.desk import open_templates
from tools.messages import extracted

TAG = "he-XB"
_LETTERS = dict(zip(map(ord, string.ascii_lowercase), "אבגדהוזחטיכלמנסעפצקרשתםןףץ", strict=True))
# What a translation must leave as it is: places, markup, commands.
_KEPT = re.compile(r"(%\(\w+\)s|<[^>]+>|`[^`]+`)")


@contextmanager
def mirrored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application knows the language, beside its own, until the block ends; gives its tag."""
    for path in languages.LOCALES.glob("*.po"):
        shutil.copy(path, folder)
    catalogue = extracted()
    for message in catalogue:
        if message.id:
            message.string = (
                in_mirror(message.id) if isinstance(message.id, str) else tuple(map(in_mirror, message.id[:1]))
            )
    catalogue.locale = "ja"  # One plural form is enough.
    with (folder / f"{TAG}.po").open("wb") as file:
        write_po(file, catalogue)
    _forget_catalogues()
    monkeypatch.setattr(languages, "LOCALES", folder)
    monkeypatch.setitem(languages.LANGUAGES, TAG, languages.Language(TAG, "RTL", "he", "rtl"))
    yield TAG
    _forget_catalogues()


def in_mirror(text: str) -> str:
    """The text in Hebrew letters."""
    parts = _KEPT.split(text)
    return "".join(part if at % 2 else part.lower().translate(_LETTERS) for at, part in enumerate(parts))


def _forget_catalogues() -> None:
    languages.speech_of.cache_clear()
    open_templates.cache_clear()
