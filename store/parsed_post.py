"""The one shape in which spiders and importers hand over what they read."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPost:
    """A post as a source shows it; text keeps its line breaks, nothing is cleaned or guessed.

    `native_id` is unique within its source. `posted_at` is an aware UTC instant or None when the source gives
    none; `extra` holds JSON values only (views, replies, precision of the date, import notes).
    """

    native_id: str
    url: str | None = None
    title: str | None = None
    text: str = ""
    author: str | None = None
    posted_at: datetime | None = None
    location: str | None = None
    salary: str | None = None
    lang_hint: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            given = getattr(self, name)
            if given and (kept := storable(given)) is not given:
                object.__setattr__(self, name, kept)

    def full_text(self) -> str:
        """What is scored and shown: the title on a line of its own, unless the text begins with it."""
        if self.title and not self.text.startswith(self.title):
            return f"{self.title}\n{self.text}".strip()
        return self.text

    def as_line(self) -> dict[str, Any]:
        """The post line of `lurewatch parse` and `lurewatch import --to-jsonl`."""
        return {
            "native_id": self.native_id,
            "url": self.url,
            "title": self.title,
            "text": self.text,
            "author": self.author,
            "posted_at": rfc3339(self.posted_at) if self.posted_at else None,
            "location": self.location,
            "salary": self.salary,
            "lang_hint": self.lang_hint,
            "extra": self.extra,
        }


def storable(value: Any) -> Any:
    """`value` with what no database takes (NUL, halves of surrogate pairs) replaced by U+FFFD, one for one."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def rfc3339(instant: datetime) -> str:
    """An aware instant as UTC, `2026-01-31T08:00:00Z`, with fractions of a second only where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
