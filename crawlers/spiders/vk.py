"""VK through its official interface: walls, single posts and the news search. It needs a service token.

The token travels in the form of a POST, so that it stands in no address and on no record. A repost has its text in
`copy_history`; communities have negative numbers.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameters

from crawlers.bounded_reading import READ_HERE_BYTES
from crawlers.paged_spider import ApiSpider, is_redirected_elsewhere
from crawlers.reading.json_fields import (
    as_count,
    as_object,
    as_objects,
    as_string,
    from_epoch,
    only_stated,
    read_json,
)
from crawlers.reading.markup import text_of_markup
from crawlers.reading.media_kinds import media_kind
from crawlers.reading.native_ids import bounded_id
from crawlers.source_spider import CapturedPage, ReadPage
from store.parsed_post import ParsedPost, rfc3339
from store.tables import Post

HOME = "https://vk.com"
VERSION = "5.199"
PAGE_SIZE = 100
# Documents, audio and the like carry their title here; pictures and films their caption.
CAPTION_KEYS = ("title", "text", "description", "caption")
_WALL_PAGE = re.compile(r"^/(?P<kind>wall|public|club|event|id)(?P<owner>-?\d+)/?$")
_POST_PAGE = re.compile(r"^/wall(-?\d+_\d+)/?$")
_COMMENTS = re.compile(r"/wall\.getComments?\b")
_WHOLE = re.compile(r"-?[0-9]{1,12}$")
_NAME_PAGE = re.compile(r"^/([A-Za-z][A-Za-z0-9_.]+)/?$")


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The posts of an answer in its order; an answer with an error gives none. Never raises on content."""
    del fetched_at, content_type  # Posts name their instant, and JSON is UTF-8.
    answer = read_json(body)
    response = answer.get("response", answer) if isinstance(answer, dict) else answer
    names = _names(as_object(response))
    items = response.get("items", response.get("wall")) if isinstance(response, dict) else response
    # Versions before 5 began their lists with a number, and wrote text as markup.
    is_markup = isinstance(items, list) and bool(items) and as_count(items[0]) is not None
    above = _commented(url)
    for item in as_objects(items):
        # The comments on a comment stand in it.
        for each in (item, *as_objects(as_object(item.get("thread")).get("items"))):
            if _number(each):
                yield _post(above | each, names, is_markup=is_markup)


def _commented(url: str) -> dict[str, int]:
    """The wall and the post whose comments were asked for: older versions do not repeat them in the answer."""
    asked = _query(url) if _COMMENTS.search(url) else {}
    return {key: int(asked[key]) for key in ("owner_id", "post_id") if _WHOLE.match(asked.get(key, ""))}


def _number(item: dict[str, Any]) -> int | None:
    return as_count(item.get("id")) or as_count(item.get("post_id"))


def _owner(item: dict[str, Any]) -> int | None:
    for key in ("owner_id", "to_id", "source_id", "from_id"):
        if (number := as_count(item.get(key))) is not None:
            return number
    return None


def _wall_id(item: dict[str, Any]) -> str:
    return f"{_owner(item) or 0}_{_number(item) or 0}"


def _names(response: dict[str, Any]) -> dict[int, str]:
    people = {
        number: " ".join(filter(None, (as_string(each.get("first_name")), as_string(each.get("last_name")))))
        for each in as_objects(response.get("profiles"))
        if (number := as_count(each.get("id", each.get("uid")))) is not None
    }
    communities = {
        -number: as_string(each.get("name"))
        for each in as_objects(response.get("groups"))
        if (number := as_count(each.get("id", each.get("gid")))) is not None
    }
    return people | communities


def _post(item: dict[str, Any], names: dict[int, str], *, is_markup: bool) -> ParsedPost:
    reposts = as_objects(item.get("copy_history"))
    writer = as_count(item.get("from_id")) or _owner(item)
    texts = [as_string(each.get("text")).strip() for each in (item, *reposts)]
    return ParsedPost(
        native_id=bounded_id(_wall_id(item)),
        url=_permalink(item),
        text="\n\n".join(filter(None, map(text_of_markup, texts) if is_markup else texts)),
        author=names.get(writer, "") or str(writer) if writer is not None else None,
        posted_at=from_epoch(item.get("date")),
        extra=_extra(item, reposts, names, writer),
    )


def _permalink(item: dict[str, Any]) -> str:
    """A comment has its own number, and the number of the post that it is on."""
    above, number = as_count(item.get("post_id")), as_count(item.get("id"))
    if above and number:
        return f"{HOME}/wall{_owner(item) or 0}_{above}?reply={number}"
    return f"{HOME}/wall{_wall_id(item)}"


def _extra(
    item: dict[str, Any], reposts: list[dict[str, Any]], names: dict[int, str], writer: int | None
) -> dict[str, Any]:
    edited_at = from_epoch(item.get("edited"))
    origin = reposts[-1] if reposts else {}
    owner = _owner(origin)
    attachments = [each for holder in (item, *reposts) for each in as_objects(holder.get("attachments"))]
    return only_stated(
        {
            "ad": item.get("marked_as_ads") == 1 or item.get("post_type") == "post_ads",
            "author_id": writer,
            "channel": names.get(_owner(item) or 0),
            "deleted": bool(item.get("is_deleted") or item.get("deleted_reason")),
            "edited": edited_at is not None,
            "edited_at": rfc3339(edited_at) if edited_at else None,
            "forwarded_from": (names.get(owner or 0) or as_string(owner)) if origin else None,
            "forwarded_from_url": f"{HOME}/wall{_wall_id(origin)}" if origin else None,
            "likes": as_count(as_object(item.get("likes")).get("count")),
            "link_preview": _link_preview(attachments),
            "media": [_medium(each) for each in attachments if each.get("type") != "link"],
            "replies": as_count(as_object(item.get("comments")).get("count")),
            "reply_to": _answered(item),
            "reposts": as_count(as_object(item.get("reposts")).get("count")),
            "signature": names.get(as_count(item.get("signer_id")) or 0),
            "views": as_string(as_object(item.get("views")).get("count")),
        }
    )


def _answered(item: dict[str, Any]) -> str | None:
    above = as_count(item.get("reply_to_comment")) or (as_count(item.get("post_id")) if item.get("id") else None)
    return f"{_owner(item) or 0}_{above}" if above else None


def _medium(attachment: dict[str, Any]) -> dict[str, str]:
    kind = as_string(attachment.get("type"))
    inner = as_object(attachment.get(kind))
    caption = next(filter(None, (as_string(inner.get(key)).strip() for key in CAPTION_KEYS)), "")
    return only_stated({"kind": media_kind(kind), "description": caption})


def _link_preview(attachments: list[dict[str, Any]]) -> dict[str, str]:
    link = next((as_object(each.get("link")) for each in attachments if each.get("type") == "link"), {})
    return only_stated({key: as_string(link.get(key)) for key in ("url", "title", "description")})


def method_address(url: str) -> str:
    """The interface's address for a wall or post that people read; an address of the interface stays as it is."""
    parts = urlsplit(url)
    base = "https://api.vk.com/method" if parts.netloc.endswith("vk.com") else f"{parts.scheme}://{parts.netloc}/method"
    common = {"v": VERSION, "extended": "1"}
    if parts.path.startswith("/method/"):
        return add_or_replace_parameters(url, common | _query(url))
    if post := _POST_PAGE.match(parts.path):
        return f"{base}/wall.getById?{urlencode({'posts': post[1]} | common)}"
    if wall := _WALL_PAGE.match(parts.path):
        owner = wall["owner"] if wall["kind"] in ("wall", "id") else f"-{wall['owner']}"
        return f"{base}/wall.get?{urlencode({'owner_id': owner, 'count': PAGE_SIZE} | common)}"
    name = _NAME_PAGE.match(parts.path)
    return f"{base}/wall.get?{urlencode({'domain': name[1], 'count': PAGE_SIZE} | common)}" if name else url


def _query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def older_page(body: bytes, url: str) -> str | None:
    """The address of the posts before these: by offset on a wall, by cursor in a search; None at the end."""
    response = as_object(as_object(read_json(body)).get("response"))
    held, query = len(as_objects(response.get("items"))), _query(url)
    path = urlsplit(url).path
    if not held or path.endswith("getById"):
        return None
    if path.endswith(".search"):
        cursor = as_string(response.get("next_from"))
        return add_or_replace_parameters(url, {"start_from": cursor}) if cursor else None
    offset = int(query["offset"]) if query.get("offset", "").isascii() and query.get("offset", "").isdigit() else 0
    offset += held
    is_further = offset < (as_count(response.get("count")) or 0)
    return add_or_replace_parameters(url, {"offset": str(offset)}) if is_further else None


def error_of(body: bytes) -> int | None:
    """The number of the error that VK answers with status 200; None when there is none."""
    error = as_object(as_object(read_json(body)).get("error"))
    return as_count(error.get("error_code")) or 1 if error else None


class VkSpider(ApiSpider):
    """Reads a wall or a search back to known posts."""

    name = "vk"
    needs_token = True

    def request(self, url: str, **kwargs: Any) -> Request:
        """A call of a method, the token in its form."""
        return self.signed(Request(url, method="POST", **kwargs))

    def unsigned(self, request: Request) -> Request:
        """The request without its form."""
        return request.replace(body=b"")

    def signed(self, request: Request) -> Request:
        """The request with the token in its form, unless a redirect led it to another host."""
        if request.method != "POST" or is_redirected_elsewhere(request):
            return request
        form = urlencode({"access_token": self.context.token})
        return request.replace(body=form, headers={"Content-Type": "application/x-www-form-urlencoded"})

    def first_address(self) -> str:
        """The method that gives the newest posts."""
        return method_address(self.source.url)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The posts of an answer; an error of the interface is counted, and told by its number."""
        # An error is short, and what is long is read at a bounded cost alone.
        if len(response.body) <= READ_HERE_BYTES and (error := error_of(response.body)):
            self.refuse(f"error {error}")
            return
        yield self.captured_page(response, parse_page)

    def address_of(self, post: Post) -> str | None:
        """A post by owner and number, asked as its page would be; a comment's number is none of a post."""
        is_comment = "?reply=" in (post.url or "")
        return None if is_comment else method_address(urljoin(self.source.url, f"/wall{post.native_id}"))

    def older_page(self, page: ReadPage) -> str | None:
        """The posts before these."""
        return older_page(page.body, page.url)
