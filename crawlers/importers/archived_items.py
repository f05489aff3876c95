"""Posts of platforms in the JSON that their pages load, as web archives hold it: known by address and shape."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from crawlers.importers.fields import dig
from crawlers.importers.platform_posts import platform_posts
from crawlers.reading.json_fields import MOST_ENTRIES, read_json
from crawlers.reading.permalink import bare_host
from store.parsed_post import ParsedPost

Shape = Callable[[dict[str, Any]], bool]
MOST_LINES = 1_000
MOST_VALUES = 500_000


def _has(*names: str) -> Shape:
    return lambda item: all(name in item for name in names)


def _is_graph_post(item: dict[str, Any]) -> bool:
    return "created_time" in item and ("message" in item or "story" in item)


def _is_x_post(item: dict[str, Any]) -> bool:
    return "rest_id" in item and isinstance(dig(item, "legacy", "full_text"), str)


def _is_instagram_post(item: dict[str, Any]) -> bool:
    return _has("code", "taken_at", "user")(item) or _has("shortcode", "taken_at_timestamp", "owner")(item)


# By the end of the host: the platform, and what its posts look like.
_SHAPES: dict[str, tuple[str, Shape]] = {
    "douyin.com": ("douyin.com", _has("aweme_id", "desc", "author")),
    "graph.facebook.com": ("graph.facebook.com", _is_graph_post),
    "facebook.com": ("facebook.com", _has("comet_sections", "post_id")),
    "instagram.com": ("instagram.com", _is_instagram_post),
    "threads.com": ("threads.com", _has("code", "taken_at", "text_post_app_info")),
    "threads.net": ("threads.net", _has("code", "taken_at", "text_post_app_info")),
    "tiktok.com": ("tiktok.com", _has("desc", "createTime", "author")),
    "truthsocial.com": ("truthsocial.com", _has("content", "created_at", "account")),
    "twitter.com": ("twitter.com", _is_x_post),
    "x.com": ("x.com", _is_x_post),
}


def archived_posts(url: str, body: bytes) -> Iterator[ParsedPost]:
    """The posts in an answer of a known platform's interface; none in any other."""
    host = bare_host(url)
    known = next((shape for end, shape in _SHAPES.items() if host == end or host.endswith(f".{end}")), None)
    if known is None or body.lstrip()[:1] not in (b"{", b"["):
        return
    platform, is_post = known
    # Interfaces are asked with tokens in the address.
    asked = urlsplit(url)._replace(query="").geturl()
    for item in islice(_items(body, is_post), MOST_ENTRIES):
        for post in platform_posts(platform, item, {"source_platform_url": asked}):
            yield post if post.url else replace(post, url=asked)


def _items(body: bytes, is_post: Shape) -> Iterator[dict[str, Any]]:
    """Objects of that shape, outermost first; what a post quotes or passes on stays within it."""
    waiting: list[Any] = _values(body)
    for _ in range(MOST_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict) and is_post(value):
            yield value
        elif isinstance(value, dict | list):
            waiting.extend(reversed(list(value.values()) if isinstance(value, dict) else value))


def _values(body: bytes) -> list[Any]:
    """The value of the body, or, as Facebook answers, of each of its lines."""
    whole = read_json(body)
    if whole is not None:
        return [whole]
    return [value for line in body.split(b"\n", MOST_LINES)[:MOST_LINES] if (value := read_json(line)) is not None][
        ::-1
    ]
