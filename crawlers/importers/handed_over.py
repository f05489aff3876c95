"""Reads what was handed over: one text, or one JSON object a line. The same text twice is one post."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

TEXT = "text/plain"
LINES = "application/jsonl"
MOST_POSTS = 500
_OPTIONAL = ("title", "url", "author", "location", "lang_hint")
_FORM = 'Each line is {"text": "...", "title", "url", "author", "posted_at", "location", "lang_hint"}.'
# First bytes of what telephones and messengers make (file(1)'s magic).
_IMAGES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
}


def image_type(content: bytes) -> str | None:
    """The media type of an image, told by its first bytes and not by its name; None for anything else."""
    for magic, media_type in _IMAGES.items():
        if content.startswith(magic):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "image/heic" if content[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix") else None


def read(content: bytes, media_type: str) -> list[ParsedPost]:
    """The posts in `content`; DataError that names the line for what is neither text nor JSON lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"Byte {error.start} is not UTF-8.", hint="Save the file as UTF-8 text.") from error
    if media_type != LINES:
        return [ParsedPost(native_id=_digest(text.strip()), text=text.strip())]
    found = list(_lines(text))
    if not 0 < len(found) <= MOST_POSTS:
        raise DataError(f"The file holds {len(found)} posts.", hint=f"Hand over 1 to {MOST_POSTS} at a time.")
    return found


def _lines(text: str) -> Iterator[ParsedPost]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _post(line, number)


def _post(line: str, number: int) -> ParsedPost:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"There is no JSON in line {number}.", hint=_FORM) from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise DataError(f"There is no text in line {number}.", hint=_FORM)
    optional: dict[str, Any] = {name: row[name] for name in _OPTIONAL if row.get(name) is not None}
    wrong = [name for name, value in optional.items() if not isinstance(value, str)]
    if wrong:
        raise DataError(f"What line {number} says of {wrong[0]} is not text.", hint=_FORM)
    posted_at = _instant(row.get("posted_at"), number)
    return ParsedPost(native_id=_digest(line.strip()), text=row["text"], posted_at=posted_at, **optional)


def _instant(value: object, number: int) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    # OverflowError: in UTC it would be before the year 1 or after 9999.
    except (ValueError, OverflowError) as error:
        raise DataError(
            f"What line {number} says of posted_at is no time.", hint="Write 2026-01-31T08:00:00Z."
        ) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
