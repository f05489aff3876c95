"""Reddit through its official interface, oauth.reddit.com: listings, comment trees and what they leave out.

Anonymous reading was closed in 2026, and nothing here works round that: the spider needs the token of an approved
application. What an author or a moderator deleted arrives as deleted, and becomes a revision that says so.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.paged_spider import ApiSpider
from crawlers.reading.json_fields import (
    as_count,
    as_object,
    as_objects,
    as_string,
    from_epoch,
    only_stated,
    read_json,
)
from crawlers.reading.native_ids import bounded_id
from crawlers.reading.permalink import absolute_url
from crawlers.source_spider import CapturedPage
from store.parsed_post import ParsedPost, rfc3339
from store.posts import SavedPost

HOME = "https://www.reddit.com"
POST_KINDS = ("t1", "t3")
GONE = frozenset({"[deleted]", "[removed]"})
# https://www.reddit.com/dev/api/#GET_api_morechildren: at most 100 at once, and one such request at a time.
CHILDREN_AT_ONCE = 100


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The posts and comments of an answer, a tree from the top down. Never raises on content."""
    del fetched_at, content_type  # Every instant is stated in full, and JSON is UTF-8.
    escaped = "1" not in parse_qs(urlsplit(url).query).get("raw_json", [])
    titles: dict[str, dict[str, Any]] = {}
    for thing in things_of(read_json(body)):
        data = as_object(thing.get("data"))
        if thing.get("kind") == "t3":
            titles[_fullname(data, "t3")] = data
        if thing.get("kind") in POST_KINDS and _fullname(data, as_string(thing["kind"])):
            yield _post(as_string(thing["kind"]), data, titles.get(as_string(data.get("link_id")), {}), escaped=escaped)


def things_of(answer: Any) -> Iterator[dict[str, Any]]:
    """Everything with a kind in an answer: listings opened, replies after what they answer; "more" is among it."""
    waiting = [answer]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict) and isinstance(node.get("data"), dict) and node.get("kind") != "Listing":
            yield node
            waiting.append(node["data"].get("replies"))
        elif isinstance(node, dict):
            data = as_object(node.get("data") or as_object(node.get("json")).get("data"))
            waiting.append(data.get("children") or data.get("things"))


def _fullname(data: dict[str, Any], kind: str) -> str:
    """`t3_abc`: the kind and the id, as Reddit itself refers to it."""
    number = as_string(data.get("id"))
    return as_string(data.get("name")) or (f"{kind}_{number}" if number else "")


def _post(kind: str, data: dict[str, Any], link: dict[str, Any], *, escaped: bool) -> ParsedPost:
    def words(key: str) -> str:
        value = as_string(data.get(key))
        return _unescaped(value) if escaped else value

    return ParsedPost(
        native_id=bounded_id(_fullname(data, kind)),
        url=_permalink(kind, data, link),
        title=words("title").strip() or None,
        text=words("selftext" if kind == "t3" else "body").strip(),
        author=as_string(data.get("author")) or None,
        posted_at=from_epoch(data.get("created_utc")),
        extra=_extra(kind, data, as_string(data.get("link_title") or link.get("title"))),
    )


def _unescaped(value: str) -> str:
    """Without `raw_json=1` Reddit escapes these three and no others."""
    return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _permalink(kind: str, data: dict[str, Any], link: dict[str, Any]) -> str | None:
    stated = as_string(data.get("permalink"))
    if stated:
        return absolute_url(HOME, stated)
    number, above = as_string(data.get("id")), as_string(link.get("permalink"))
    if kind == "t3":
        return absolute_url(HOME, f"/comments/{number}/")
    thread = above or f"/r/{as_string(data.get('subreddit'))}/comments/{as_string(data.get('link_id'))[3:]}/_/"
    return absolute_url(HOME, f"{thread.rstrip('/')}/{number}/")


def _extra(kind: str, data: dict[str, Any], thread: str) -> dict[str, Any]:
    edited_at = from_epoch(data.get("edited"))
    text = as_string(data.get("selftext" if kind == "t3" else "body"))
    crossposted = (as_objects(data.get("crosspost_parent_list")) or [{}])[0]
    outside = "" if data.get("is_self") else as_string(data.get("url_overridden_by_dest") or data.get("url"))
    return only_stated(
        {
            "author_id": as_string(data.get("author_fullname")),
            "channel": as_string(data.get("subreddit")),
            "deleted": as_string(data.get("author")) in GONE or text.strip() in GONE,
            "edited": bool(data.get("edited")),
            "edited_at": rfc3339(edited_at) if edited_at else None,
            "forwarded_from": as_string(crossposted.get("author")),
            "forwarded_from_url": absolute_url(HOME, as_string(crossposted.get("permalink"))),
            "likes": as_count(data.get("score")),
            "link_preview": only_stated({"url": outside}) if kind == "t3" else None,
            "media": _media(data),
            "replies": as_count(data.get("num_comments")),
            "reply_to": as_string(data.get("parent_id")),
            "thread": thread if kind == "t1" else None,
        }
    )


def _media(data: dict[str, Any]) -> list[dict[str, str]]:
    if data.get("is_video"):
        return [{"kind": "video"}]
    if gallery := as_objects(as_object(data.get("gallery_data")).get("items")):
        return [only_stated({"kind": "image", "description": as_string(item.get("caption"))}) for item in gallery]
    return [{"kind": "image"}] if data.get("post_hint") == "image" else []


def interface_address(url: str) -> str:
    """The interface's address for a page that people read: `/r/x/new`, a thread, a search."""
    parts = urlsplit(url)
    path = parts.path.removesuffix(".json").rstrip("/")
    query = {"limit": "100", "raw_json": "1"} | {key: values[0] for key, values in parse_qs(parts.query).items()}
    is_for_people = parts.netloc in ("reddit.com", "www.reddit.com", "old.reddit.com")
    host = "oauth.reddit.com" if is_for_people else parts.netloc
    is_bare = path.startswith("/r/") and path.count("/") == 2
    return urlunsplit((parts.scheme, host, f"{path}/new" if is_bare else path, urlencode(query), ""))


@dataclass(frozen=True, slots=True)
class Further:
    """What an answer leaves out: the cursor of the next listing, comments by id, threads that go on elsewhere.

    `link` is the post that a thread is about.
    """

    after: str | None = None
    children: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    link: str | None = None


def further_of(body: bytes) -> Further:
    """What to ask for next, as the answer itself says; children are ids without their kind."""
    answer = read_json(body)
    listing = as_object(as_object(answer).get("data"))
    more = [as_object(thing["data"]) for thing in things_of(answer) if thing.get("kind") == "more"]
    links = [_fullname(as_object(thing["data"]), "t3") for thing in things_of(answer) if thing.get("kind") == "t3"]
    children = [as_string(child) for each in more for child in _list(each.get("children"))]
    parents = [as_string(each.get("parent_id")) for each in more if not each.get("children")]
    return Further(
        after=as_string(listing.get("after")) or None,
        children=tuple(filter(_is_id, children)),
        continued=tuple(parent[3:] for parent in parents if parent.startswith("t1_") and _is_id(parent[3:])),
        link=next((link for link in links if link), None) if isinstance(answer, list) else None,
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_id(value: str) -> bool:
    return value.isascii() and value.isalnum()


class RedditSpider(ApiSpider):
    """Reads a listing back to known posts, or a thread with the comments that its first answer leaves out."""

    name = "reddit"
    needs_token = True

    async def start(self) -> AsyncIterator[Request]:
        """The newest page of the listing, or the thread."""
        yield self.request(interface_address(self.source.url), dont_filter=True)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The posts and comments of an answer."""
        yield self.captured_page(response, parse_page)

    def older_page(self, page: CapturedPage) -> str | None:
        """The listing after this one."""
        after = further_of(page.body).after
        return _with_query(page.url, after=after, count=None) if after else None

    def next_requests(self, page: CapturedPage, saved: list[SavedPost]) -> list[Request]:
        """The listing's next page; for a thread, what its tree leaves out, known posts or not."""
        further = further_of(page.body)
        link = further.link or parse_qs(urlsplit(page.url).query).get("link_id", [None])[0]
        if not link:
            return super().next_requests(page, saved)
        wanted = [*_children(page.url, link, further.children), *_continued(page.url, link, further.continued)]
        fresh = [url for url in dict.fromkeys(wanted) if url not in self._asked]
        self._asked.update(fresh)
        return [self.request(url) for url in fresh]


def _children(base: str, link: str, children: tuple[str, ...]) -> Iterator[str]:
    for start in range(0, len(children), CHILDREN_AT_ONCE):
        ids = ",".join(children[start : start + CHILDREN_AT_ONCE])
        query = urlencode({"api_type": "json", "link_id": link, "raw_json": "1", "children": ids}, safe=",")
        yield urljoin(base, f"/api/morechildren?{query}")


def _continued(base: str, link: str, parents: tuple[str, ...]) -> Iterator[str]:
    for parent in parents:
        yield urljoin(base, f"/comments/{link[3:]}/_/{parent}?raw_json=1&link_id={link}")


def _with_query(url: str, **changes: str | None) -> str:
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()} | changes
    return urlunsplit(
        parts._replace(query=urlencode({key: value for key, value in query.items() if value}), fragment="")
    )
