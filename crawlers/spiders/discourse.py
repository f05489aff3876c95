"""Discourse forums through the JSON of their own pages: latest and category lists, topics, the newest posts.

A topic's page gives its messages; a list gives its topics, each as a post with title and link.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from crawlers.paged_spider import ApiSpider
from crawlers.reading.discourse_pages import answer_of_page
from crawlers.reading.forum_pages import own_words
from crawlers.reading.forum_software import Messages
from crawlers.reading.json_fields import (
    as_count,
    as_object,
    as_objects,
    as_string,
    from_rfc3339,
    only_stated,
    read_json,
)
from crawlers.reading.markup import decode_page, one_line, parsable, text_of_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.permalink import absolute_url, is_same_site
from crawlers.source_spider import CapturedPage, Further, ReadPage
from crawlers.spiders import feed
from store.parsed_post import ParsedPost, rfc3339
from store.posts import SavedPost
from store.tables import Post

# "Closed", "pinned" and the like: notes of the forum on itself, without a text.
SYSTEM_NOTE = 3
POSTS_AT_ONCE = 20
QUOTES = Messages(container="", number="", author=(), date=(), body=(), quotes="aside.quote")
_TOPIC_PATH = re.compile(r"^(?P<base>.*?)/t/(?:(?P<slug>[^/]*\D[^/]*)/)?(?P<id>\d+)(?:/\d+|/posts)?(?:\.json)?/?$")
_LIST_PATH = re.compile(r"^(?P<base>.*?)/(?:latest|new|top|c|tags?|posts|search|user_actions|categories)(?:[/.]|$)")
_NO_LIST = re.compile(r"\.(?:json|rss)$")


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The messages of a topic or of the newest posts, or else the topics of a list, as JSON, HTML or RSS.

    Never raises on content.
    """
    if feed.is_feed(body):
        yield from feed.parse_page(body, url, fetched_at=fetched_at, content_type=content_type)
        return
    answer = read_json(body)
    if answer is None:
        answer = answer_of_page(Selector(text=decode_page(body, content_type), type="html"))
    topic, messages, topics = _parts(answer)
    if messages:
        for message in messages:
            if message.get("post_type") != SYSTEM_NOTE or as_string(message.get("cooked")):
                yield _message(message, topic, url)
        return
    users = as_objects(as_object(answer).get("users"))
    names = {as_count(user.get("id")): as_string(user.get("username")) for user in users}
    for each in topics:
        yield _topic(each, names, url)


def _parts(answer: Any) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """The topic that an answer is about, its messages, and the topics that it lists."""
    whole = as_object(answer)
    stream, listing = as_object(whole.get("post_stream")), as_object(whole.get("topic_list"))
    search = as_object(whole.get("grouped_search_result"))
    messages = as_objects(stream.get("posts")) or as_objects(whole.get("latest_posts"))
    messages = messages or as_objects(whole.get("posts")) or ([whole] if "cooked" in whole else [])
    if search:
        titles = {as_count(each.get("id")): each for each in as_objects(whole.get("topics"))}
        messages = [{"topic": titles.get(as_count(each.get("topic_id")))} | each for each in messages]
    # A person's own list has the beginnings of messages.
    messages = messages or [each | {"cooked": each.get("excerpt")} for each in as_objects(whole.get("user_actions"))]
    topics = as_objects(listing.get("topics")) or as_objects(whole.get("topics"))
    categories = as_objects(as_object(whole.get("category_list")).get("categories"))
    topics = topics or [topic for each in categories for topic in as_objects(each.get("topics"))]
    # A single post calls its topic by other names than a topic calls itself.
    return (whole if stream else {}), messages, topics


def _message(message: dict[str, Any], topic: dict[str, Any], url: str) -> ParsedPost:
    topic = topic or as_object(message.get("topic"))
    path = _topic_path(url)
    # Of the address only what is a topic's: the newest posts stand at /posts.json.
    topic_id = as_string(message.get("topic_id") or topic.get("id")) or (path["id"] if path else "")
    slug = as_string(message.get("topic_slug") or topic.get("slug") or message.get("slug")) or (
        path["slug"] or "" if path else ""
    )
    number = as_string(message.get("post_number"))
    title = one_line(as_string(topic.get("title") or message.get("topic_title") or message.get("title")))
    quoted, text = _words(message)
    return ParsedPost(
        native_id=bounded_id(
            as_string(message.get("id") or message.get("post_id")) or f"{topic_id or digest_id(url)}/{number}"
        ),
        url=_topic_link(url, slug, topic_id, number),
        title=title or None if number in ("", "1") else None,
        text=text,
        author=as_string(message.get("username")) or as_string(message.get("name")) or None,
        posted_at=from_rfc3339(message.get("created_at")),
        extra=_extra(message, title if number not in ("", "1") else "", url, slug, topic_id)
        | only_stated({"quoted": quoted}),
    )


def _words(message: dict[str, Any]) -> tuple[list[dict[str, str]], str]:
    """What a message quotes, and its own text."""
    cooked = as_string(message.get("cooked"))
    if "<aside" in cooked:
        return own_words(Selector(text=f"<div>{parsable(cooked)}</div>", type="html").css("body > div")[0].root, QUOTES)
    return [], text_of_markup(cooked) if cooked else as_string(message.get("raw") or message.get("blurb")).strip()


def _topic_path(link: str) -> re.Match[str] | None:
    try:
        return _TOPIC_PATH.match(urlsplit(link).path)
    except ValueError:
        return None


def _topic_link(page_url: str, slug: str, topic_id: str, number: str = "") -> str | None:
    if not topic_id:
        return absolute_url(page_url, _NO_LIST.sub("", urlsplit(page_url).path) or None)
    base = _forum_path(page_url)
    return absolute_url(page_url, "/".join(filter(None, (f"{base}/t", slug or "-", topic_id, number))))


def _forum_path(page_url: str) -> str:
    """The path that the forum lives under; most have none."""
    path = urlsplit(page_url).path
    found = _TOPIC_PATH.match(path) or _LIST_PATH.match(path)
    return found["base"] if found else ""


def _extra(message: dict[str, Any], thread: str, url: str, slug: str, topic_id: str) -> dict[str, Any]:
    edited_at, posted_at = from_rfc3339(message.get("updated_at")), from_rfc3339(message.get("created_at"))
    edited = bool(edited_at and posted_at and (as_count(message.get("version")) or 0) > 1)
    answered = as_string(message.get("reply_to_post_number"))
    return only_stated(
        {
            "author_id": as_string(message.get("user_id")),
            "author_name": as_string(message.get("name")),
            "deleted": bool(message.get("deleted_at") or message.get("user_deleted")),
            "edited": edited,
            "edited_at": rfc3339(edited_at) if edited and edited_at else None,
            "likes": as_count(message.get("like_count")),
            "position": as_count(message.get("post_number")),
            "replies": as_count(message.get("reply_count")),
            "reply_to": _topic_link(url, slug, topic_id, answered) if answered and topic_id else None,
            "thread": thread,
        }
    )


def _topic(topic: dict[str, Any], names: dict[int | None, str], url: str) -> ParsedPost:
    title = one_line(as_string(topic.get("title") or topic.get("fancy_title")))
    path = _topic_path(as_string(topic.get("link")))
    number = as_string(topic.get("id")) or (path["id"] if path else "")
    slug = as_string(topic.get("slug")) or (path["slug"] or "" if path else "")
    first = next(iter(as_objects(topic.get("posters"))), {})
    # Newer versions name the person, older ones give a number that `users` explains.
    author = as_string(as_object(first.get("user")).get("username")) or names.get(as_count(first.get("user_id")), "")
    return ParsedPost(
        native_id=bounded_id(f"topic/{number or digest_id(title)}"),
        url=_topic_link(url, slug, number),
        title=title or None,
        text=text_of_markup(as_string(topic.get("excerpt"))),
        author=author or None,
        posted_at=from_rfc3339(topic.get("created_at")),
        extra=only_stated(
            {
                "kind": "thread",
                "likes": as_count(topic.get("like_count")),
                "replies": as_count(topic.get("reply_count")),
                "tags": _tags(topic.get("tags")),
                "views": as_string(topic.get("views")),
            }
        ),
    )


def _tags(stated: Any) -> list[str]:
    """Tags are words in older versions and objects in newer ones."""
    found = stated if isinstance(stated, list) else []
    return [name for name in (as_string(as_object(tag).get("name") or tag) for tag in found) if name]


def json_address(url: str) -> str:
    """The address of a page's JSON; one that has it already stays as it is."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if path.endswith(".json"):
        return url
    return urlunsplit((parts.scheme, parts.netloc, f"{path or '/latest'}.json", parts.query, ""))


def missing_posts(body: bytes) -> tuple[str, list[str]]:
    """The id of a topic and the ids of those of its posts that the answer does not hold."""
    topic = as_object(read_json(body))
    stream = as_object(topic.get("post_stream"))
    held = {as_string(post.get("id")) for post in as_objects(stream.get("posts"))}
    listed = stream.get("stream")
    ids = [as_string(each) for each in listed] if isinstance(listed, list) else []
    wanted = [each for each in ids if each.isascii() and each.isdigit() and each not in held]
    return as_string(topic.get("id")), wanted


def list_continues(body: bytes, url: str) -> str | None:
    """The address of the list's next page, or of the posts before the oldest of these; None at the end."""
    answer = as_object(read_json(body))
    more = as_string(as_object(answer.get("topic_list")).get("more_topics_url"))
    if more:
        found = absolute_url(url, more)
        return json_address(found) if found and is_same_site(found, url) else None
    oldest = as_string((as_objects(answer.get("latest_posts")) or [{}])[-1].get("id"))
    return urljoin(url, f"{urlsplit(url).path}?before={oldest}") if oldest else None


class DiscourseSpider(ApiSpider):
    """Reads a list and its topics, one topic, or the newest posts; a topic is read to its last post."""

    name = "discourse"

    def first_address(self) -> str:
        """The JSON of the list or topic of the register."""
        return json_address(self.source.url)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The posts of an answer."""
        yield self.captured_page(response, parse_page)

    def older_page(self, page: ReadPage) -> str | None:
        """The list's next page."""
        return list_continues(page.body, page.url)

    def address_of(self, post: Post) -> str | None:
        """A message by its number; a list's topic has none of its own."""
        is_message = post.native_id.isdigit() and post.url
        return (
            urljoin(post.url or "", f"{_forum_path(post.url or '')}/posts/{post.native_id}.json")
            if is_message
            else None
        )

    def next_requests(self, page: CapturedPage, saved: list[SavedPost]) -> list[Request]:
        """What a topic's first answer leaves out; a list's topics, and its next page while there is something new."""
        further = self.older_requests(page) if any(post.is_first_here for post in saved) else []
        return [*self.fresh_requests(page.further.rest), *further]

    def further(self, page: ReadPage) -> Further:
        """The list's next page, its topics, and what a topic's first answer leaves out."""
        topics = (json_address(post.url) for post in page.posts if post.url and post.extra.get("kind") == "thread")
        return replace(super().further(page), rest=(*self._rest_of_topic(page), *topics))

    def _rest_of_topic(self, page: ReadPage) -> Iterator[str]:
        topic, wanted = missing_posts(page.body)
        for start in range(0, len(wanted) if topic else 0, POSTS_AT_ONCE):
            query = "&".join(f"post_ids%5B%5D={number}" for number in wanted[start : start + POSTS_AT_ONCE])
            yield urljoin(page.url, f"{_forum_path(page.url)}/t/{topic}/posts.json?{query}")
