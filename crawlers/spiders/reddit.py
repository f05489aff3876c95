"""Reddit through its official interface, oauth.reddit.com: listings, comment trees and what they leave out.

Anonymous reading was closed in 2026, and nothing here works round that: the spider needs the token of an approved
application. What an author or a moderator deleted arrives as deleted, and becomes a revision that says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit, urlunsplit

from parsel import Selector
from scrapy.http import Response
from w3lib.url import add_or_replace_parameters, url_query_cleaner

from crawlers.paged_spider import ApiSpider
from crawlers.reading.json_fields import (
    MOST_ENTRIES,
    as_count,
    as_object,
    as_objects,
    as_string,
    from_epoch,
    from_rfc3339,
    only_stated,
    read_json,
)
from crawlers.reading.markup import decode_page
from crawlers.reading.native_ids import bounded_id
from crawlers.reading.permalink import absolute_url
from crawlers.reading.reddit_pages import things_of_page
from crawlers.source_spider import CapturedPage, Further, ReadPage
from crawlers.spiders import feed
from store.parsed_post import ParsedPost, rfc3339
from store.tables import Post

HOME = "https://www.reddit.com"
POST_KINDS = ("t1", "t3")
_SUBMITTED = re.compile(r"\s*submitted by\s+/u/\S+(?:\s+to\s+\S+)?\s*(?:\[link\]\s*)?(?:\[comments\]\s*)?$")
GONE = frozenset({"[deleted]", "[removed]"})
# https://www.reddit.com/dev/api/#GET_api_morechildren: at most 100 at once, and one such request at a time.
CHILDREN_AT_ONCE = 100


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The posts and comments of an answer, a tree from the top down, or of a saved page or feed.

    Never raises on content.
    """
    if feed.is_feed(body):
        items = feed.parse_page(body, url, fetched_at=fetched_at, content_type=content_type)
        yield from map(_without_frame, items)
        return
    is_page = body.lstrip().startswith(b"<")
    page = Selector(text=decode_page(body, content_type), type="html") if is_page else None
    things = things_of_page(page) if page else things_of(_answer(body))
    escaped = not is_page and "1" not in parse_qs(urlsplit(url).query).get("raw_json", [])
    titles: dict[str, dict[str, Any]] = {}
    for thing in things:
        data = as_object(thing.get("data"))
        if thing.get("kind") == "t3":
            titles[_fullname(data, "t3")] = data
        if thing.get("kind") in POST_KINDS and _fullname(data, as_string(thing["kind"])):
            yield _post(as_string(thing["kind"]), data, titles.get(as_string(data.get("link_id")), {}), escaped=escaped)


def _answer(body: bytes) -> Any:
    """What the interface answers; else a line of JSON each, as dumps of Reddit have their things."""
    answer = read_json(body)
    return answer if answer is not None else [read_json(line) for line in body.splitlines()[:MOST_ENTRIES]]


def _without_frame(item: ParsedPost) -> ParsedPost:
    """Reddit's feeds put "submitted by ... [link] [comments]" behind the text, and /u/ before names.

    Their ids are those of the interface, which the reader of feeds takes for relative addresses.
    """
    text, author = _SUBMITTED.sub("", item.text).strip(), (item.author or "").removeprefix("/u/")
    return replace(item, native_id=item.native_id.rpartition("/")[2], text=text, author=author or None)


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
        elif isinstance(node, dict) and _is_bare(node):
            yield {"kind": "t1" if "body" in node else "t3", "data": node}
        elif isinstance(node, dict) and isinstance(node.get("data"), list):
            waiting.append(node["data"])
        elif isinstance(node, dict):
            data = as_object(node.get("data") or as_object(node.get("json")).get("data"))
            waiting.append(data.get("children") or data.get("things"))


def _is_bare(node: dict[str, Any]) -> bool:
    """Whether this is a thing without its kind around it, as archives of Reddit keep them."""
    return {"id", "author", "subreddit"} <= node.keys() and ("body" in node or "title" in node)


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
        posted_at=_instant(data),
        extra=_extra(kind, data, as_string(data.get("link_title") or link.get("title"))),
    )


def _instant(data: dict[str, Any]) -> datetime | None:
    stated = as_string(data.get("created"))
    of_page = from_epoch(int(stated) / 1000) if stated.isascii() and stated.isdigit() else from_rfc3339(stated)
    return from_epoch(data.get("created_utc")) or of_page


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
        return [only_stated({"kind": "photo", "description": as_string(item.get("caption"))}) for item in gallery]
    return [{"kind": "photo"}] if data.get("post_hint") == "image" else []


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
class LeftOut:
    """What an answer leaves out: the cursor of the next listing, comments by id, threads that go on elsewhere.

    `link` is the post that a thread is about.
    """

    after: str | None = None
    children: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    link: str | None = None


def left_out_by(body: bytes) -> LeftOut:
    """What to ask for next, as the answer itself says; children are ids without their kind."""
    answer = read_json(body)
    listing = as_object(as_object(answer).get("data"))
    things = list(things_of(answer))
    more = [as_object(thing["data"]) for thing in things if thing.get("kind") == "more"]
    links = [_fullname(as_object(thing["data"]), "t3") for thing in things if thing.get("kind") == "t3"]
    children = [as_string(child) for each in more for child in _list(each.get("children"))]
    parents = [as_string(each.get("parent_id")) for each in more if not each.get("children")]
    return LeftOut(
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

    def first_address(self) -> str:
        """The newest page of the listing, or the thread."""
        return interface_address(self.source.url)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The posts and comments of an answer."""
        yield self.captured_page(response, parse_page)

    def address_of(self, post: Post) -> str | None:
        """A thing by its full name, https://www.reddit.com/dev/api/#GET_api_info"""
        return urljoin(self.first_address(), f"/api/info?id={quote(post.native_id, safe='')}&raw_json=1")

    def further(self, page: ReadPage) -> Further:
        """The listing's next page; for a thread, what its tree leaves out."""
        left_out = left_out_by(page.body)
        link = left_out.link or parse_qs(urlsplit(page.url).query).get("link_id", [None])[0]
        if not link:
            return Further(older=_after(page.url, left_out.after))
        return Further(
            rest=(*_children(page.url, link, left_out.children), *_continued(page.url, link, left_out.continued))
        )


def _after(url: str, cursor: str | None) -> str | None:
    bare = url_query_cleaner(url, ("count",), remove=True)
    return add_or_replace_parameters(bare, {"after": cursor}) if cursor else None


def _children(base: str, link: str, children: tuple[str, ...]) -> Iterator[str]:
    for start in range(0, len(children), CHILDREN_AT_ONCE):
        ids = ",".join(children[start : start + CHILDREN_AT_ONCE])
        query = urlencode({"api_type": "json", "link_id": link, "raw_json": "1", "children": ids}, safe=",")
        yield urljoin(base, f"/api/morechildren?{query}")


def _continued(base: str, link: str, parents: tuple[str, ...]) -> Iterator[str]:
    for parent in parents:
        yield urljoin(base, f"/comments/{link[3:]}/_/{parent}?raw_json=1&link_id={link}")
