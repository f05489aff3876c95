"""Mastodon and its relatives (Akkoma, Pleroma, GoToSocial, Pixelfed, Misskey) through their public interface.

Timelines of a tag, an instance, an account or a list, search results, a single status and its conversation; the same
as ActivityPub (an outbox, a note) or RSS.
Accounts that ask not to be indexed are marked, and the spider leaves them out.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from scrapy.http import Response
from w3lib.url import add_or_replace_parameters, url_query_cleaner

from crawlers.paged_spider import ApiSpider
from crawlers.reading.json_fields import (
    as_count,
    as_object,
    as_objects,
    as_string,
    from_rfc3339,
    only_stated,
    read_json,
)
from crawlers.reading.markup import one_line, text_of_markup
from crawlers.reading.media_kinds import media_kind
from crawlers.reading.misskey_notes import is_misskey, status_of_misskey
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, is_same_site
from crawlers.source_spider import CapturedPage, ReadPage
from crawlers.spiders import feed
from store.parsed_post import ParsedPost, rfc3339
from store.tables import Post

# The most that the interface gives at once, https://docs.joinmastodon.org/methods/timelines/
PAGE_SIZE = 40
# Where an object holds statuses: search results, a conversation, a wrapped list.
STATUS_LISTS = ("ancestors", "descendants", "statuses", "orderedItems", "items")
NOTES = ("Note", "Article", "Page", "Question")
_NO_BOT = re.compile(r"#nobots?\b", re.IGNORECASE)
_TAG_PAGE = re.compile(r"^/tags?/([^/]+)/?$")
_PUBLIC_PAGE = re.compile(r"^/(?:public(?:/local)?/?)?$")


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The statuses of an answer in its order; an answer without any gives none. Never raises on content."""
    if feed.is_feed(body):
        yield from feed.parse_page(body, url, fetched_at=fetched_at, content_type=content_type)
        return
    for status in _statuses(read_json(body)):
        yield _post(status, url)


def _statuses(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict) and _status_in(answer) is None:
        answer = [status for key in STATUS_LISTS for status in as_objects(answer.get(key))]
    for each in as_objects([answer] if isinstance(answer, dict) else answer):
        # Notifications, conversations and activities wrap theirs.
        wrapped = (each, each.get("status"), each.get("last_status"), each.get("object"))
        status = next(filter(None, map(_status_in, wrapped)), None)
        if status is not None:
            yield status


def _status_in(value: Any) -> dict[str, Any] | None:
    if _is_status(value):
        return as_object(value)
    if _is_note(value):
        return _status_of_note(value)
    return status_of_misskey(value) if is_misskey(value) else None


def _is_status(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value and isinstance(value.get("account"), dict) and "content" in value


def _is_note(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") in NOTES and "content" in value


def _status_of_note(note: dict[str, Any]) -> dict[str, Any]:
    """An ActivityPub note (https://www.w3.org/TR/activitystreams-vocabulary/#dfn-note) under a status's names."""
    author = as_string(note.get("attributedTo"))
    language = next(iter(as_object(note.get("contentMap"))), None)
    media = [
        {"type": as_string(each.get("mediaType")).partition("/")[0], "description": each.get("name")}
        for each in as_objects(note.get("attachment"))
    ]
    return note | {
        "uri": note.get("id"),
        "account": {"acct": author.rstrip("/").rpartition("/")[2].lstrip("@"), "url": author},
        "created_at": note.get("published"),
        "edited_at": note.get("updated"),
        "in_reply_to_id": note.get("inReplyTo"),
        "language": language,
        "media_attachments": media,
        "spoiler_text": note.get("summary"),
        "tags": [],
    }


def _post(status: dict[str, Any], page_url: str) -> ParsedPost:
    account, boosted = as_object(status["account"]), as_object(status.get("reblog"))
    shown = boosted or status
    text = _text(shown) or _text(status)
    link = absolute_url(page_url, as_string(status.get("url")) or as_string(boosted.get("url")))
    return ParsedPost(
        native_id=bounded_id(as_string(status.get("id")) or as_string(status.get("uri")) or digest_id(page_url, text)),
        url=link or absolute_url(page_url, as_string(status.get("uri"))),
        title=one_line(as_string(shown.get("spoiler_text"))) or None,
        text=text,
        author=as_string(account.get("acct")) or as_string(account.get("username")) or None,
        posted_at=from_rfc3339(status.get("created_at")),
        lang_hint=as_string(shown.get("language"))[:20] or None,
        extra=_extra(account, boosted, shown) | only_stated({"reply_to": as_string(status.get("in_reply_to_id"))}),
    )


def _text(status: dict[str, Any]) -> str:
    return text_of_markup(as_string(status.get("content")))


def _extra(account: dict[str, Any], boosted: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    edited_at = from_rfc3339(shown.get("edited_at"))
    return only_stated(
        {
            "author_id": as_string(account.get("id")),
            "author_name": as_string(account.get("display_name")),
            "author_url": as_string(account.get("url")),
            "bot": account.get("bot") is True,
            "edited": edited_at is not None,
            "edited_at": rfc3339(edited_at) if edited_at else None,
            "forwarded_from": as_string(as_object(boosted.get("account")).get("acct")),
            "forwarded_from_url": as_string(boosted.get("url")),
            "likes": as_count(shown.get("favourites_count")),
            "link_preview": _link_preview(as_object(shown.get("card"))),
            "media": _media(shown),
            "no_index": _asks_not_to_be_indexed(account),
            "poll": _titles(as_object(shown.get("poll")).get("options"), "title"),
            "quoted": _quoted(shown),
            "replies": as_count(shown.get("replies_count")),
            "reposts": as_count(shown.get("reblogs_count")),
            "tags": _titles(shown.get("tags"), "name"),
            "visibility": as_string(shown.get("visibility")),
        }
    )


def _titles(stated: Any, key: str) -> list[str]:
    return [title for each in as_objects(stated) if (title := as_string(each.get(key)))]


def _asks_not_to_be_indexed(account: dict[str, Any]) -> bool:
    is_hidden = account.get("noindex") is True or account.get("discoverable") is False
    return is_hidden or bool(_NO_BOT.search(one_line(as_string(account.get("note")))))


def _media(status: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"kind": media_kind(as_string(each.get("type")))}
        | only_stated({"description": as_string(each.get("description"))})
        for each in as_objects(status.get("media_attachments"))
    ]


def _link_preview(card: dict[str, Any]) -> dict[str, str]:
    return only_stated({key: as_string(card.get(key)) for key in ("url", "title", "description")})


def _quoted(status: dict[str, Any]) -> list[dict[str, str]]:
    """The status that this one quotes: inside `quote` since Mastodon 4.5, `quote` itself on Akkoma and others."""
    quote = as_object(status.get("quote"))
    inner = as_object(quote.get("quoted_status")) or quote
    told = only_stated(
        {
            "author": as_string(as_object(inner.get("account")).get("acct")),
            "text": _text(inner),
            "url": as_string(inner.get("url")),
        }
    )
    return [told] if told else []


def timeline_address(url: str) -> str:
    """The interface's address for a page that people read (`/tags/x`, `/public`); any other address as it is."""
    parts = urlsplit(url)
    query = urlencode({"limit": PAGE_SIZE})
    if tag := _TAG_PAGE.match(parts.path):
        return urlunsplit((parts.scheme, parts.netloc, f"/api/v1/timelines/tag/{tag[1]}", query, ""))
    if _PUBLIC_PAGE.match(parts.path):
        return urlunsplit((parts.scheme, parts.netloc, "/api/v1/timelines/public", f"local=true&{query}", ""))
    return url


def older_page(body: bytes, url: str) -> str | None:
    """The address of the timeline before this page, by its last status; None when it has none."""
    answer = read_json(body)
    statuses = as_objects(answer) if isinstance(answer, list) else []
    last = as_string(statuses[-1].get("id")) if statuses else ""
    if not last:
        return None
    bare = url_query_cleaner(url, ("max_id", "min_id", "since_id"), remove=True)
    return add_or_replace_parameters(bare, {"max_id": last})


class MastodonSpider(ApiSpider):
    """Reads a timeline's newest page, then older ones, by the Link header or else by the last status."""

    name = "mastodon"

    def first_address(self) -> str:
        """The timeline's newest page."""
        return timeline_address(self.source.url)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The statuses of a page, but for those of accounts that ask not to be indexed."""
        page = self.captured_page(response, parse_page)
        kept = tuple(post for post in page.posts if not post.extra.get("no_index"))
        self.crawler.stats.inc_value("mastodon/no_index", len(page.posts) - len(kept))
        # A post that is left out is not gone.
        yield replace(page, posts=kept, looked_for=page.looked_for if len(kept) == len(page.posts) else ())

    def address_of(self, post: Post) -> str | None:
        """A status by its id, https://docs.joinmastodon.org/methods/statuses/#get

        None for one out of a feed or of ActivityPub, whose id is an address: the interface knows it by another.
        """
        return urljoin(self.source.url, f"/api/v1/statuses/{post.native_id}") if post.native_id.isalnum() else None

    def older_page(self, page: ReadPage) -> str | None:
        """The page before this one on the same instance."""
        if "/timelines/" not in urlsplit(page.url).path and not page.url.partition("?")[0].endswith("/statuses"):
            return None
        link = urljoin(page.url, page.next_link) if page.next_link else older_page(page.body, page.url)
        return link if link and is_same_site(link, page.url) else None
