"""Telegram Desktop's exports, message by message: `result.json`, of one chat or a whole account, or `telegram_pages`.

`date` is the local time of the exporting computer without a zone, so only `date_unixtime` (exports since version
3.7.6) gives an instant; without it a person has to say where that computer stood.
"""

import json
import re
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from crawlers.importers.archive import is_zip, opened, unpacking
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.json_stream import JsonStream
from crawlers.importers.local_time import LocalClock
from crawlers.importers.stated_time import place_stated
from crawlers.importers.telegram_pages import read_page
from crawlers.reading.json_fields import as_count, as_object, as_objects, as_string, from_epoch, only_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost, rfc3339

# Parts of an account export that hold chats.
CHAT_LISTS = ("chats", "left_chats")
_EXPORT = "result.json"
_PAGE = re.compile(r"messages(\d{0,6})\.html")
# Account, list of chats, chat: a real export goes no deeper.
DEEPEST_CHAT = 8
MEDIA_KINDS = {
    "photo": "photo",
    "file": "document",
    "location_information": "place",
    "contact_information": "contact",
    "poll": "poll",
}
_FILE_KINDS = {"sticker": "sticker", "voice_message": "voice", "audio_file": "audio"}
_NOTED_KEYS = {"reply_to": "reply_to_message_id", "forwarded_from": "forwarded_from", "via_bot": "via_bot"}
# Exports of 2018 and 2019 have the first day of Unix for what was not edited.
_NEVER_EDITED = ("1970-01-01", "1969-12-31")
# What is kept of a chat while its messages are read.
_OF_CHAT = ("id", "name", "type")
_MOST_TOPICS = 10_000
_MOST_PARTS = 100


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The messages of an export in its order; service messages are left out.

    Raises DataError that names file and place when it is broken there, after what stands before was given.
    """
    clock = LocalClock(choices, name=path.name)
    if not is_zip(path):
        with opened(path) as source:
            yield from _file(source, path.name, clock)
        return
    with unpacking(path) as archive:
        names = files_of_export(archive.members)
        if not names:
            raise DataError(f"{path.name} holds no {_EXPORT} and no messages.html.", hint="Give the zip of an export.")
        for name in names:
            with archive.open(name) as member:
                yield from _file(member, name, clock)


def files_of_export(names: Iterable[str]) -> list[str]:
    """Which of a folder's files, named by their ways from it, hold messages, in order; pages where there is no JSON.

    What lies below a chat's folder was sent in it, whatever it is called.
    """
    ways = [PurePosixPath(name) for name in names]
    ways = [way for way in ways if way.name == _EXPORT or _PAGE.fullmatch(way.name)]
    told = {way.parent for way in ways if way.name == _EXPORT}
    around = {way.parent for way in ways}
    chosen = [way for way in ways if around.isdisjoint(way.parent.parents)]
    return list(map(str, sorted((way for way in chosen if way.parent not in told or way.name == _EXPORT), key=_place)))


def _place(way: PurePosixPath) -> tuple[str, int]:
    page = _PAGE.fullmatch(way.name)
    return str(way.parent), int(page[1] or 1) if page else 0


def _file(source: BinaryIO, name: str, clock: LocalClock) -> Iterator[ParsedPost]:
    is_page = source.read(100).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    source.seek(0)
    if is_page:
        yield from read_page(source, clock, name=name)
        return
    stream = JsonStream(source, name=name)
    if stream.peek() != "{":
        raise stream.error("a Telegram Desktop export begins with '{', or with '<' as a page")
    if not (yield from _object(stream, clock)):
        raise DataError(f"{name} holds no chat with messages.", hint=f"Give {_EXPORT}, or messages.html.")


def _object(stream: JsonStream, clock: LocalClock, depth: int = 0) -> Generator[ParsedPost, None, int]:
    """The posts below an object that is a chat or holds chats; returns how many message lists it had."""
    if depth > DEEPEST_CHAT:
        raise stream.error("chats are nested too deeply")
    chat: dict[str, Any] = {}
    found = 0
    for key in stream.members():
        opening = stream.peek()
        if key == "messages" and opening == "[":
            found += 1
            yield from _messages(stream, clock, chat)
        elif key in CHAT_LISTS and opening == "{":
            found += yield from _object(stream, clock, depth + 1)
        elif key == "list" and opening == "[":
            for _position in stream.items():
                found += yield from _object(stream, clock, depth + 1)
        else:
            value = stream.value()
            if key in _OF_CHAT:
                chat[key] = value
    return found


def _messages(stream: JsonStream, clock: LocalClock, chat: dict[str, Any]) -> Iterator[ParsedPost]:
    topics: dict[Any, str] = {}
    for position in stream.items():
        message = stream.value()
        if not isinstance(message, dict):
            raise stream.error(f"message {position + 1} is no object")
        if message.get("type") == "message":
            yield _post(message, clock, chat, topics)
        elif message.get("action") == "topic_created" and len(topics) < _MOST_TOPICS and _is_plain(message.get("id")):
            topics[message.get("id")] = as_string(message.get("title"))


def _post(message: dict[str, Any], clock: LocalClock, chat: dict[str, Any], topics: dict[Any, str]) -> ParsedPost:
    posted_at, date_note = _posted_at(message, clock)
    return ParsedPost(
        native_id=bounded_id(_native_id(message, chat)),
        text=(_text(message.get("text")) or _text(message.get("text_entities"))).strip(),
        author=as_string(message.get("from")) or None,
        posted_at=posted_at,
        extra=_extra(message, chat, topics) | date_note,
    )


def _native_id(message: dict[str, Any], chat: dict[str, Any]) -> str:
    chat_id = chat.get("id", chat.get("name", ""))
    number = message.get("id")
    if isinstance(number, int | str):
        return f"{chat_id}/{number}"
    return f"{chat_id}/{digest_id(json.dumps(message, sort_keys=True))}"


def _posted_at(message: dict[str, Any], clock: LocalClock) -> tuple[datetime | None, dict[str, Any]]:
    exact = from_epoch(message.get("date_unixtime"))
    if exact:
        return exact, {}
    return place_stated(as_string(message.get("date")), clock)


def _text(value: Any) -> str:
    """Telegram writes plain text as a string and formatted text as a list of strings and entities, never deeper."""
    return "".join(map(_part, value)) if isinstance(value, list) else _part(value)


def _part(value: Any) -> str:
    text = value.get("text") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _extra(message: dict[str, Any], chat: dict[str, Any], topics: dict[Any, str]) -> dict[str, Any]:
    edited, edited_at = as_string(message.get("edited")), from_epoch(message.get("edited_unixtime"))
    answered = message.get("reply_to_message_id")
    found = {
        "chat": as_string(chat.get("name")),
        "chat_type": as_string(chat.get("type")),
        "author_id": message.get("from_id"),
        "signature": as_string(message.get("author")),
        "thread": topics.get(answered) if _is_plain(answered) else None,
        "edited": bool(edited_at or (edited and not edited.startswith(_NEVER_EDITED))),
        "edited_at": rfc3339(edited_at) if edited_at else None,
        **{name: message.get(key) for name, key in _NOTED_KEYS.items()},
    }
    plain = {key: value for key, value in found.items() if value and _is_plain(value)}
    return plain | only_stated(
        {
            "media": _media(message),
            "poll": _poll(as_object(message.get("poll"))),
            "buttons": _buttons(message.get("inline_bot_buttons")),
            "reactions": [_reaction(each) for each in as_objects(message.get("reactions"))[:_MOST_PARTS]],
            "links": _hidden_links(message),
        }
    )


def _hidden_links(message: dict[str, Any]) -> list[str]:
    """Addresses behind words of the text."""
    parts = as_objects(message.get("text")) or as_objects(message.get("text_entities"))
    return [link for part in parts if part.get("type") == "text_link" and (link := as_string(part.get("href")))][:20]


def _media(message: dict[str, Any]) -> list[dict[str, Any]]:
    stated = as_string(message.get("media_type"))
    exact = _FILE_KINDS.get(stated) or ("video" if stated in ("video_file", "video_message", "animation") else None)
    return [
        {"kind": exact if exact and kind == "document" else kind} | _described(message, key)
        for key, kind in MEDIA_KINDS.items()
        if message.get(key)
    ]


def _described(message: dict[str, Any], key: str) -> dict[str, Any]:
    """What is known of the file or the contact under `key`; a contact card is what recruiters send."""
    contact = as_object(message.get(key)) if key == "contact_information" else {}
    card = " ".join(
        filter(None, (as_string(contact.get(part)) for part in ("first_name", "last_name", "phone_number")))
    )
    name = as_string(message.get("file_name")) if key == "file" else ""
    return only_stated({"name": name[:200], "description": card[:200]})


def _poll(poll: dict[str, Any]) -> list[str]:
    answers = [_text(each.get("text")) for each in as_objects(poll.get("answers"))]
    return [line for line in (_text(poll.get("question")), *answers) if line][:_MOST_PARTS]


def _buttons(rows: Any) -> list[dict[str, Any]]:
    each_button = [button for row in (rows if isinstance(rows, list) else []) for button in as_objects(row)]
    return [
        only_stated(
            {
                "text": as_string(button.get("text")),
                "url": as_string(button.get("data")) if button.get("type") == "url" else None,
            }
        )
        for button in each_button[:_MOST_PARTS]
    ]


def _reaction(reaction: dict[str, Any]) -> str:
    return (
        f"{as_string(reaction.get('emoji')) or as_string(reaction.get('type'))} {as_count(reaction.get('count')) or 1}"
    )


def _is_plain(value: Any) -> bool:
    """A text or a whole number: what an id or a name is."""
    return isinstance(value, str | int)
