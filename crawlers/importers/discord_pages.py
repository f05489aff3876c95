"""Discord chats as DiscordChatExporter writes them as HTML, of all its versions, read group by group.

A page states its times in somebody's local form without a zone; but the number of a message holds its instant. The
numbers of channel and server are not in it, so that no address can be told.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

from crawlers.importers.html_stream import below, classes_of, elements, line_of, text_of
from crawlers.importers.local_time import LocalClock
from crawlers.importers.media import media_item
from crawlers.importers.numbering import Numbering
from crawlers.importers.stated_time import Placed, place_stated
from crawlers.reading.json_fields import only_stated
from crawlers.reading.native_ids import digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# Discord's numbers ("snowflakes") begin with the milliseconds since 2015, and have at least so many digits.
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[1-9]\d{15,19}")
_GROUP = "chatlog__message-group"
_MESSAGES = XPath("descendant::*[@data-message-id][not(ancestor::*/@data-message-id)]")
# Server, then channel with what it is in.
_HEADS = ("preamble__entry", "preamble__guild-name", "preamble__channel-name", "info__guild-name", "info__channel-name")
_AUTHORS = ("chatlog__author", "chatlog__author-name")
_BOTS = ("chatlog__author-tag", "chatlog__bot-tag")
_STAMPS = ("chatlog__timestamp", "chatlog__short-timestamp")
_REPLIES = ("chatlog__reply-link", "chatlog__reference-link")
_OF_DISCORD = "chatlog__system-notification-content"
_EDITED = "chatlog__edited-timestamp"
_TITLED = re.compile(r"(?:Image|Video|Audio|Image attachment|Attachment): (?P<name>.{1,200}) \([\d.,]+ \w+\)")
_MOST_PARTS = 100


def read_page(source: BinaryIO, clock: LocalClock, *, name: str) -> Iterator[ParsedPost]:
    """The messages of a channel in its order. `name` is what errors call the file.

    DataError for what is no such page, and where it breaks off, after what stands before was given.
    """
    heads: list[str] = []
    found = False
    numbering = Numbering()
    for element in elements(source, frozenset({_GROUP, *_HEADS}), name=name):
        if _GROUP not in classes_of(element):
            heads.append(line_of(element)[:200])
            continue
        found = True
        author, stamp = _first(element, *_AUTHORS), _first(element, *_STAMPS)
        for message in _MESSAGES(element):
            if _first(message, _OF_DISCORD) is None:
                yield numbering.apply(_post(message, author, stamp, heads, clock))
    if not (found or heads):
        raise DataError(f"{name} holds no messages.", hint="Give a file that DiscordChatExporter wrote.")


def _first(element: _Element, *names: str) -> _Element | None:
    return next((each for name in names for each in below(element, name)), None)


def _post(
    message: _Element, author: _Element | None, first_stamp: _Element | None, heads: list[str], clock: LocalClock
) -> ParsedPost:
    """A message of a group, which names the author once, and in older versions the time."""
    number = message.get("data-message-id", "")
    stamp = _first(message, *_STAMPS)
    stamp = first_stamp if stamp is None else stamp
    stated = "" if stamp is None else line_of(stamp) or stamp.get("title", "")
    posted_at, notes = _placed(number, stated, clock)
    # What says that it was edited stands within the text.
    edited = _first(message, _EDITED)
    if edited is not None:
        edited.clear(keep_tail=True)
    content = _first(message, "chatlog__content")
    text = text_of(content)
    return ParsedPost(
        native_id=number if _NUMBER.fullmatch(number) else digest_id(number, stated, line_of(author), text),
        text=text,
        author=line_of(author) or None,
        posted_at=posted_at,
        extra=notes | _extra(message, author, heads) | ({"edited": True} if edited is not None else {}),
    )


def _placed(number: str, stated: str, clock: LocalClock) -> Placed:
    if not _NUMBER.fullmatch(number):
        return place_stated(stated, clock)
    at = _EPOCH + timedelta(milliseconds=int(number) >> 22)
    return at, {"posted_at_from": "id"} | only_stated({"posted_at_given": stated[:100]})


def _extra(message: _Element, author: _Element | None, heads: list[str]) -> dict[str, Any]:
    server, channel = (*heads, "", "")[:2]
    reply = _first(message, *_REPLIES)
    reply_to = re.search(r"\d{15,20}", "" if reply is None else reply.get("onclick", ""))
    files = [_file(each) for each in _all(message, "chatlog__attachment")]
    stickers = [_sticker(each) for each in _all(message, "chatlog__sticker")]
    return only_stated(
        {
            "chat": channel.rpartition(" / ")[2],
            "channel": server,
            "author_id": "" if author is None else author.get("data-user-id", ""),
            "author_username": "" if author is None else author.get("title", ""),
            "bot": author is not None and _first(author.getparent(), *_BOTS) is not None,
            "reply_to": reply_to[0] if reply_to else None,
            "media": [*files, *stickers],
            "reactions": [_reaction(each) for each in _all(message, "chatlog__reaction")],
        }
    )


def _all(element: _Element, name: str) -> list[_Element]:
    return below(element, name)[:_MOST_PARTS]


def _file(attachment: _Element) -> dict[str, Any]:
    titles = (_TITLED.fullmatch(each.get("title", "")) for each in attachment.iter())
    titled = next(filter(None, titles), None)
    addresses = (each.get("href") or each.get("src") for each in attachment.iter())
    address = next(filter(None, addresses), "")
    return media_item(titled["name"] if titled else PurePosixPath(unquote(urlsplit(address).path)).name)


def _sticker(sticker: _Element) -> dict[str, Any]:
    return {"kind": "sticker"} | only_stated({"description": sticker.get("title", "")[:200]})


def _reaction(reaction: _Element) -> str:
    count = line_of(_first(reaction, "chatlog__reaction-count")) or "1"
    return f"{reaction.get('title') or line_of(reaction).removesuffix(count).strip()} {count}"
