"""Real pages and exports that lie beside the clone, or where REAL_CAPTURES says; nothing of them is in here.

Their words are held as the first digits of SHA-256: enough to tell another text, too little to be one.
"""

import hashlib
import os
import re
from pathlib import Path

import pytest

_PLACES = (up / "shared" / "captures" for up in Path(__file__).resolve().parents)
_SAID = os.environ.get("REAL_CAPTURES")
CAPTURES = Path(_SAID) if _SAID else next((place for place in _PLACES if place.is_dir()), None)


def captured(name: str) -> Path:
    """The capture `name`; the test is skipped, loudly, where there are none."""
    if CAPTURES is None:
        pytest.skip("NO REAL CAPTURES HERE: ../shared/captures is absent, nothing was read that others wrote")
    return CAPTURES / name


def digest(text: str) -> str:
    """Eight digits for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def address_of(path: Path, *, otherwise: str) -> str:
    """Where the sample's own SOURCE.txt says it is from."""
    for block in (path.parent / "SOURCE.txt").read_text().split("\n\n"):
        if block.strip().startswith(path.name) and (found := re.search(r"page: (https?://[^\s.]\S+)", block)):
            return found[1]
    return otherwise
