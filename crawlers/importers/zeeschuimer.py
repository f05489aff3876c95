"""Zeeschuimer's NDJSON: posts as they passed through a researcher's browser. Which browser that was is not kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.fields import dig, instant_of_unix, text_at
from crawlers.importers.json_objects import json_objects
from crawlers.importers.platform_items import PlatformPost, parts_of, read_item
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost, rfc3339


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The items in the order of their collection; DataError that names the place of what is none."""
    del choices  # Platforms state instants.
    for number, line in enumerate(json_objects(path), start=1):
        item, platform = line.get("data"), text_at(line, "source_platform")
        if not isinstance(item, dict) or platform is None:
            raise DataError(
                f"{path.name}: item {number} has no `data` or no `source_platform`.",
                hint="Give the .ndjson file that Zeeschuimer saved.",
            )
        yield from platform_posts(platform, item, line)


def platform_posts(platform: str, item: dict[str, Any], collected: dict[str, Any]) -> Iterator[ParsedPost]:
    """The posts in a raw item; `collected` has item_id, timestamp_collected and source_platform_url where known."""
    parts = parts_of(platform, item)
    item_id = text_at(collected, "item_id") if parts == [item] else None
    for part in parts:
        yield _post(platform, read_item(platform, part), item_id, collected)


def _post(platform: str, found: PlatformPost, item_id: str | None, collected: dict[str, Any]) -> ParsedPost:
    at = instant_of_unix(dig(collected, "timestamp_collected"))
    notes = {
        "platform": platform,
        "author_name": found.author_name,
        "collected_at": rfc3339(at) if at else None,
        "collected_from": text_at(collected, "source_platform_url"),
        **found.further,
    }
    return ParsedPost(
        native_id=bounded_id(item_id or found.id_ or digest_id(platform, found.url or "", found.text or "")),
        url=absolute_url("", found.url),
        title=found.title,
        text=found.text or "",
        author=found.author or found.author_name,
        posted_at=found.posted_at,
        location=found.location,
        lang_hint=found.lang_hint[:20] if found.lang_hint and found.lang_hint != "un" else None,
        extra={key: value for key, value in notes.items() if value},
    )
