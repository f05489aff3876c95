"""Pages of Discourse in the shape of its JSON: the data that they carry for scripts, else what search engines see.

Read by `crawlers.spiders.discourse`, which knows that shape. Nothing here raises on content.
"""

from collections.abc import Iterator
from typing import Any

from parsel import Selector

from crawlers.reading.json_fields import as_object, as_string, read_json
from crawlers.reading.markup import one_line

MOST_POSTS = 5_000
_MESSAGES = ".crawler-post"
_TOPICS = ".topic-list a.title, .topic-list a.raw-topic-link"


def is_discourse(page: Selector) -> bool:
    """Whether a page is one of Discourse, by either of what it may hold."""
    return bool(page.css(f"[data-preloaded], {_MESSAGES}"))


def answer_of_page(page: Selector) -> dict[str, Any]:
    """The topic or the list that a page shows; empty for any other page."""
    for held in _preloaded(page):
        if "post_stream" in held or "topic_list" in held:
            return held
    posts = []
    # Last first, and each out of the tree once it is read: a hostile page nests them.
    for position, each in reversed(list(enumerate(page.css(_MESSAGES)[:MOST_POSTS], start=1))):
        posts.append(_message(each, position))
        each.drop()
    if posts:
        return {"title": _line(page, "#topic-title h1, h1"), "post_stream": {"posts": posts[::-1]}}
    return {"topics": [_topic(each) for each in page.css(_TOPICS)[:MOST_POSTS]]}


def _preloaded(page: Selector) -> Iterator[dict[str, Any]]:
    """Each part is JSON in a string of its own; how a part is called tells less than what it holds."""
    for stated in page.css("[data-preloaded]::attr(data-preloaded)").getall()[:3]:
        for part in list(as_object(read_json(stated.encode("utf-8", "replace"))).values())[:100]:
            yield as_object(read_json(as_string(part).encode("utf-8", "replace")) if isinstance(part, str) else part)


def _message(post: Selector, position: int) -> dict[str, Any]:
    stated = post.root.attrib.get("id", "").removeprefix("post_") or _line(post, "[itemprop=position]").lstrip("#")
    body = post.css("[itemprop=text], .post, [itemprop=articleBody]")
    return {
        "post_number": int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else position,
        # Behind the name stands, in brackets, what its owner is called besides.
        "username": _line(post, ".creator [itemprop=name]") or _line(post, ".creator, .username"),
        "created_at": post.css("time[datetime]::attr(datetime)").get(),
        "cooked": body[0].get() if body else "",
    }


def _topic(link: Selector) -> dict[str, Any]:
    return {"title": one_line(link.xpath("string()").get(default="")[:500]), "link": link.root.attrib.get("href", "")}


def _line(within: Selector, selector: str) -> str:
    return one_line((within.css(selector).xpath("string()").get(default=""))[:500])
