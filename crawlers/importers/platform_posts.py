"""The posts in raw items of platforms, whoever kept them: Zeeschuimer, 4CAT."""

from collections.abc import Iterator
from typing import Any

from crawlers.importers.fields import dig, instant_of_unix, text_at
from crawlers.importers.platform_items import PlatformPost, parts_of, read_item
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url
from store.parsed_post import ParsedPost, rfc3339


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
