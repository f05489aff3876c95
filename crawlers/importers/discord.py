"""Discord chats as the tool DiscordChatExporter writes them, one channel a file.

The JSON says most, every id and every time with its zone; `discord_pages` reads its HTML, `discord_texts` CSV and text.
What Discord itself says of a channel (calls, names, members) is no post. Addresses of files expire and are not kept.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from crawlers.importers.archive import opened
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.discord_pages import read_page
from crawlers.importers.discord_texts import read_table, read_text
from crawlers.importers.json_stream import JsonStream
from crawlers.importers.local_time import LocalClock
from crawlers.importers.media import media_item
from crawlers.reading.json_fields import as_count, as_object, as_objects, as_string, from_rfc3339, only_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost, rfc3339

# Types of what people wrote; those that the tool does not know, and all in older exports, are numbers.
_WRITTEN = frozenset({"Default", "Reply", "ChatInputCommand", "ContextMenuCommand", "ThreadStarterMessage", "0"})
# Up to here all but 0 are Discord's own (joined, pinned, ...).
_LAST_OF_DISCORD = 18
# What stands around the messages and is kept until they are read.
_AROUND = ("guild", "channel")
# The server of direct messages.
_NO_SERVER = ("", "0")
_MOST_PARTS = 100


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The messages of a channel in its order; DataError that names the place of what is broken."""
    with opened(path) as source:
        beginning = source.read(100).lstrip(b"\xef\xbb\xbf \t\r\n")
        source.seek(0)
        if beginning.startswith(b"<"):
            yield from read_page(source, LocalClock(choices, name=path.name), name=path.name)
        elif beginning.startswith((b"=", b"[")):
            yield from read_text(path, choices)
        elif beginning.lower().startswith((b"author", b'"author')):
            yield from read_table(path, choices)
        else:
            yield from _read_json(source, path.name)


def _read_json(source: BinaryIO, name: str) -> Iterator[ParsedPost]:
    around: dict[str, Any] = {}
    found = False
    stream = JsonStream(source, name=name)
    for key in stream.members():
        if key == "messages" and stream.peek() == "[":
            found = True
            yield from _messages(stream, around)
            continue
        value = stream.value()
        if key in _AROUND:
            around[key] = value
    if not found:
        raise DataError(f"{name} holds no messages.", hint="Give a file that DiscordChatExporter wrote.")


def _messages(stream: JsonStream, around: dict[str, Any]) -> Iterator[ParsedPost]:
    before: object = None
    for position in stream.items():
        message = stream.value()
        if not isinstance(message, dict):
            raise stream.error(f"message {position + 1} is no object")
        # The tool asks for a hundred at a time, and may get one twice.
        is_new, before = before is None or message.get("id") != before, message.get("id")
        if is_new and _is_written(as_string(message.get("type"))):
            yield _post(message, as_object(around.get("guild")), as_object(around.get("channel")))


def _is_written(kind: str) -> bool:
    return kind in _WRITTEN or (kind.isdecimal() and len(kind) < 4 and int(kind) > _LAST_OF_DISCORD)


def _post(message: dict[str, Any], server: dict[str, Any], channel: dict[str, Any]) -> ParsedPost:
    author = as_object(message.get("author"))
    number, place = as_string(message.get("id")), as_string(channel.get("id"))
    own = as_string(server.get("id"))
    url = f"https://discord.com/channels/{'@me' if own in _NO_SERVER else own}/{place}/{number}"
    text = as_string(message.get("content")).strip()
    stamp = as_string(message.get("timestamp"))
    return ParsedPost(
        native_id=bounded_id(f"{place}/{number or digest_id(stamp, text)}"),
        url=url if place.isdecimal() and number.isdecimal() and len(url) < 200 else None,
        text=text,
        author=as_string(author.get("nickname")) or as_string(author.get("name")) or None,
        posted_at=from_rfc3339(stamp),
        extra=_extra(message, author, server, channel),
    )


def _extra(
    message: dict[str, Any], author: dict[str, Any], server: dict[str, Any], channel: dict[str, Any]
) -> dict[str, Any]:
    edited_at = from_rfc3339(message.get("timestampEdited"))
    attached = [media_item(as_string(each.get("fileName"))) for each in as_objects(message.get("attachments"))]
    stickers = [
        only_stated({"kind": "sticker", "description": as_string(each.get("name"))[:200]})
        for each in as_objects(message.get("stickers"))
    ]
    return only_stated(
        {
            "chat": as_string(channel.get("name")),
            "chat_type": as_string(channel.get("type")),
            "channel": as_string(server.get("name")),
            "author_id": as_string(author.get("id")),
            "author_username": as_string(author.get("name")),
            "bot": author.get("isBot") is True,
            "edited": edited_at is not None,
            "edited_at": rfc3339(edited_at) if edited_at else None,
            "link_preview": _embed(message),
            "reply_to": as_string(as_object(message.get("reference")).get("messageId")),
            "media": [*attached, *stickers][:_MOST_PARTS],
            "reactions": [_reaction(each) for each in as_objects(message.get("reactions"))[:_MOST_PARTS]],
        }
    )


def _embed(message: dict[str, Any]) -> dict[str, str]:
    """The first of the boxes below a text: a page that it links to, or what a bot says instead of a text."""
    for embed in as_objects(message.get("embeds")):
        if found := only_stated({name: as_string(embed.get(name))[:2_000] for name in ("url", "title", "description")}):
            return found
    return {}


def _reaction(reaction: dict[str, Any]) -> str:
    return f"{as_string(as_object(reaction.get('emoji')).get('name'))} {as_count(reaction.get('count')) or 1}"
