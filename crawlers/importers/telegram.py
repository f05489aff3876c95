"""Telegram Desktop's `result.json`: one chat or a whole account, read message by message.

`date` is the local time of the exporting computer without a zone, so only `date_unixtime` (exports since version
3.7.6) gives an instant; without it the time stays unknown and the local one is noted.
"""

import json
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.importers.archive import opened
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.json_stream import JsonStream
from crawlers.reading.native_ids import bounded_id, digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

# Parts of an account export that hold chats.
CHAT_LISTS = ("chats", "left_chats")
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
NOTED_KEYS = {
    "reply_to": "reply_to_message_id",
    "forwarded_from": "forwarded_from",
    "via_bot": "via_bot",
    "edited_unixtime": "edited_unixtime",
}


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The messages of an export in its order; service messages are left out.

    Raises DataError that names file and place when it is broken there, after what stands before was given.
    """
    del choices  # An instant stands beside every local time since 2022; older exports keep the local one.
    with opened(path) as source:
        stream = JsonStream(source, name=path.name)
        if stream.peek() != "{":
            raise stream.error("a Telegram Desktop export begins with '{'")
        chats = yield from _object(stream)
    if not chats:
        raise DataError(
            f"{path.name} holds no chat with messages.", hint="Export with the format “Machine-readable JSON”."
        )


def _object(stream: JsonStream, depth: int = 0) -> Generator[ParsedPost, None, int]:
    """The posts below an object that is a chat or holds chats; returns how many message lists it had."""
    if depth > DEEPEST_CHAT:
        raise stream.error("chats are nested too deeply")
    chat: dict[str, Any] = {}
    found = 0
    for key in stream.members():
        opening = stream.peek()
        if key == "messages" and opening == "[":
            found += 1
            yield from _messages(stream, chat)
        elif key in CHAT_LISTS and opening == "{":
            found += yield from _object(stream, depth + 1)
        elif key == "list" and opening == "[":
            for _position in stream.items():
                found += yield from _object(stream, depth + 1)
        else:
            chat[key] = stream.value()
    return found


def _messages(stream: JsonStream, chat: dict[str, Any]) -> Iterator[ParsedPost]:
    for position in stream.items():
        message = stream.value()
        if not isinstance(message, dict):
            raise stream.error(f"message {position + 1} is no object")
        if message.get("type") == "message":
            yield _post(message, chat)


def _post(message: dict[str, Any], chat: dict[str, Any]) -> ParsedPost:
    posted_at, date_note = _posted_at(message)
    return ParsedPost(
        native_id=bounded_id(_native_id(message, chat)),
        text=_text(message.get("text")).strip(),
        author=_string(message.get("from")),
        posted_at=posted_at,
        extra=_extra(message, chat) | date_note,
    )


def _native_id(message: dict[str, Any], chat: dict[str, Any]) -> str:
    chat_id = chat.get("id", chat.get("name", ""))
    number = message.get("id")
    if isinstance(number, int | str):
        return f"{chat_id}/{number}"
    return f"{chat_id}/{digest_id(json.dumps(message, sort_keys=True))}"


def _posted_at(message: dict[str, Any]) -> tuple[datetime | None, dict[str, str]]:
    exact = _from_unix(message.get("date_unixtime"))
    if exact:
        return exact, {}
    stated = message.get("date")
    if not isinstance(stated, str):
        return None, {}
    try:
        moment = datetime.fromisoformat(stated)
        if moment.tzinfo:
            return moment.astimezone(UTC), {}
    except (ValueError, OverflowError):
        pass
    return None, {"date_local": stated[:100]}


def _from_unix(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _text(value: Any) -> str:
    """Telegram writes plain text as a string and formatted text as a list of strings and entities, never deeper."""
    return "".join(map(_part, value)) if isinstance(value, list) else _part(value)


def _part(value: Any) -> str:
    text = value.get("text") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _string(value: Any) -> str | None:
    return value or None if isinstance(value, str) else None


def _extra(message: dict[str, Any], chat: dict[str, Any]) -> dict[str, Any]:
    found = {
        "chat": _string(chat.get("name")),
        "chat_type": _string(chat.get("type")),
        "author_id": message.get("from_id"),
        "signature": _string(message.get("author")),
        **{name: message.get(key) for name, key in NOTED_KEYS.items()},
    }
    plain = {key: value for key, value in found.items() if value and _is_plain(value)}
    media = _media(message)
    return plain | ({"media": media} if media else {})


def _media(message: dict[str, Any]) -> list[dict[str, str]]:
    kinds = [kind for key, kind in MEDIA_KINDS.items() if message.get(key)]
    stated = _string(message.get("media_type")) or ""
    exact = _FILE_KINDS.get(stated) or ("video" if stated in ("video_file", "video_message", "animation") else None)
    return [{"kind": exact if exact and kind == "document" else kind} for kind in kinds]


def _is_plain(value: Any) -> bool:
    """What the store takes: no list within a list, and no number that JSON does not know."""
    parts = value if isinstance(value, list) else [value]
    return all(isinstance(part, str | int) for part in parts)
