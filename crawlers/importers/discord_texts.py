"""Discord chats as DiscordChatExporter writes them as plain text and as CSV.

Neither has ids of messages, nor marks what Discord itself says, whose few sentences are left out. Times are local, and
in the order of days and months of somebody's computer, unless the CSV has them with their zone.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from crawlers.importers.archive import opened, said_plainly
from crawlers.importers.choices import Choices
from crawlers.importers.local_time import LocalClock
from crawlers.importers.media import media_item
from crawlers.importers.numbering import Numbering
from crawlers.importers.rows import csv_rows
from crawlers.importers.stated_time import order_of, place_stated
from crawlers.importers.text_lines import lines_of
from crawlers.reading.json_fields import only_stated
from crawlers.reading.native_ids import digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

_RULE = "=" * 62
_HEAD = re.compile(r"(?P<name>Guild|Server|Channel): (?P<value>.+)")
_FIRST_LINE = re.compile(r"\[(?P<date>[^\[\]]*\d[:.]\d\d[^\[\]]*)\] (?P<author>.{1,200}?)(?: \(pinned\))?")
# What stands below a text.
_TEXT, _FILES, _STICKERS, _REACTIONS = "", "{Attachments}", "{Stickers}", "{Reactions}"
_PARTS = (_FILES, _STICKERS, _REACTIONS, "{Embed}")
_OF_DISCORD = re.compile(
    r"Added .{1,100} to the group\.|Left the group\.|Removed .{1,100} from the group\."
    r"|Started a call that lasted [\d.,]+ minutes?\.|Changed the channel (?:name(?:: .{1,200}|\.)|icon\.)"
    r"|Pinned a message(?: to this channel)?\.|Started a thread\.|Joined the server\."
)
# Until 2022: 05-Mar-26 09:30 PM. Discord is from 2015.
_SHORT_YEAR = re.compile(r"(\d{1,2})-([^\W\d]{3,5}\.?)-(\d{2}) (.+)")
# Discord's longest message has 4,000 characters.
_LONGEST_TEXT = 200_000
_MOST_PARTS = 100


@dataclass(slots=True)
class _Message:
    date: str
    author: str
    author_id: str = ""
    # Lines by the part that they stand in.
    parts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    around: dict[str, str] = field(default_factory=dict)


Reading = Callable[[Path], Iterator[_Message]]


def read_text(path: Path, choices: Choices) -> Iterator[ParsedPost]:
    """The messages of a channel's text; DataError for none, or where nobody knows what `choices` wants known."""
    yield from _posts(path, choices, _messages_of_text)


def read_table(path: Path, choices: Choices) -> Iterator[ParsedPost]:
    """The same of CSV with the columns AuthorID, Author, Date, Content, Attachments and Reactions."""
    yield from _posts(path, choices, _messages_of_table)


def _posts(path: Path, choices: Choices, messages: Reading) -> Iterator[ParsedPost]:
    order = cache(
        lambda: order_of((_whole_year(each.date) for each in messages(path)), choices, name=path.name, in_sequence=True)
    )
    clock, numbering, found = LocalClock(choices, name=path.name), Numbering(), False
    for message in messages(path):
        found = True
        text = "\n".join(message.parts[_TEXT]).strip()
        if _OF_DISCORD.fullmatch(text):
            continue
        posted_at, notes = place_stated(_whole_year(message.date), clock, order)
        yield numbering.apply(
            ParsedPost(
                native_id=digest_id(message.date, message.author, text),
                text=text,
                author=message.author or None,
                posted_at=posted_at,
                extra=notes | _extra(message),
            )
        )
    if not found:
        raise DataError(f"{path.name} holds no messages.", hint="Give a file that DiscordChatExporter wrote.")


def _whole_year(date: str) -> str:
    return _SHORT_YEAR.sub(r"\1 \2 20\3 \4", date.strip()[:100])


def _extra(message: _Message) -> dict[str, Any]:
    names = [PurePosixPath(unquote(urlsplit(line.strip()).path)).name for line in message.parts[_FILES][:_MOST_PARTS]]
    stickers = [{"kind": "sticker"} for line in message.parts[_STICKERS][:_MOST_PARTS] if line]
    return only_stated(
        {
            "chat": message.around.get("Channel", "").rpartition(" / ")[2][:200],
            "channel": (message.around.get("Guild") or message.around.get("Server", ""))[:200],
            "author_id": message.author_id,
            "media": [*(media_item(name) for name in names if name), *stickers],
            "reactions": [each.strip() for each in message.parts[_REACTIONS][:_MOST_PARTS] if each.strip()],
        }
    )


def _messages_of_table(path: Path) -> Iterator[_Message]:
    for row in csv_rows(path):
        if not row.keys() >= {"author", "date", "content"}:
            raise DataError(
                f"{path.name} lacks the columns Author, Date and Content.",
                hint="Give a file that DiscordChatExporter wrote, or use `table`.",
            )
        yield _Message(
            date=row.get("date", ""),
            author=row.get("author", ""),
            author_id=row.get("authorid", ""),
            parts=defaultdict(
                list,
                {
                    _TEXT: [row.get("content", "")],
                    _FILES: row.get("attachments", "").split(","),
                    _REACTIONS: row.get("reactions", "").split(","),
                },
            ),
        )


def _messages_of_text(path: Path) -> Iterator[_Message]:
    around: dict[str, str] = {}
    message: _Message | None = None
    rules, part, size, after_blank = 0, _TEXT, 0, True
    with opened(path) as source, said_plainly(path):
        for line in lines_of(source):
            rules += line == _RULE
            first = _FIRST_LINE.fullmatch(line[:500]) if after_blank and rules in (0, 2) else None
            head = _HEAD.fullmatch(line[:500]) if rules == 1 else None
            after_blank = not line
            if first:
                if message:
                    yield message
                message, part, size = _Message(first["date"], first["author"], around=around), _TEXT, 0
            elif head:
                around[head["name"]] = head["value"]
            elif line in _PARTS:
                part = line
            elif message and rules < 3 and size < _LONGEST_TEXT:
                size += len(line) + 1
                message.parts[part].append(line)
    if message:
        yield message
