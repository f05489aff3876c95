"""Mail: `.eml` files, folders of them, and `.mbox`. The sender's words as text; attachments by their SHA-256."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, timedelta, timezone
from email import policy
from email.errors import MessageError
from email.header import Header, decode_header
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

from w3lib.encoding import resolve_encoding

from crawlers.importers.archive import CHUNK_BYTES, opened
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.local_time import LocalClock
from crawlers.importers.media import media_item
from crawlers.importers.stated_time import Placed, place_stated, zone_offset
from crawlers.reading.markup import decode_page, guess_charset, is_charset, text_of_markup
from crawlers.reading.native_ids import bounded_id, digest_id
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

MBOX_LINE = b"From "
# What ends such a line is a date, though some programs leave it out.
_BETWEEN = re.compile(rb"From \S+(?:\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*|\s.*\d:\d\d.*|\s*)$", re.DOTALL)
# Programs that leave no empty line before it: a whole date as C prints it is no sentence.
_BETWEEN_SURELY = re.compile(rb"From \S+ +[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d(?::\d\d)? .{0,12}\d{4}\s*$")
# Providers take 25 MB, of which base64 makes a third more.
LARGEST_BYTES = 36 * 1024 * 1024
# Python keeps each line as an object; the 36 MB of base64 have half a million.
MOST_LINES = 600_000
ENDLESS_LINES = 5_000_000
LONGEST_LINE = 1024 * 1024
MOST_PARTS = 200
MOST_BOUNDARIES = 10_000
MOST_TEXT = 1_000_000
MOST_HEAD = 256 * 1024
MOST_HEADER = 8_000
# Apple Mail writes before a mail how many bytes it has, and behind it what it knows of it.
_EMLX_LENGTH = re.compile(rb"[1-9]\d{0,9}\s*\n")
_NOTHING_STATED = ("unknown-8bit", "us-ascii", "ascii")
_LATIN = ("cp1252", "iso8859-15")
_HEADER = re.compile(rb"[!-9;-~]{1,80}:")
_COMMENT = re.compile(r"\s*\([^()]{0,100}\)\s*$")
# mboxrd puts one `>` more before such lines of a body.
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_mail(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The messages of a file in its order.

    DataError for a file that holds none, for a message that is too large, and for a date without a zone that `choices`
    wants known.
    """
    clock = LocalClock(choices, name=path.name)
    with opened(path) as source:
        found = 0
        for raw in _messages(source, path):
            found += 1
            yield _post(raw, clock)
    if not found:
        raise DataError(f"{path.name} holds no mail.", hint="Give an .eml or .mbox file.")


def _messages(source: BinaryIO, path: Path) -> Iterator[bytes]:
    """The bytes of each message: an mbox parts them by lines that begin with `From `, most often after an empty one."""
    first = source.readline(LONGEST_LINE)
    while first and not first.strip():
        first = source.readline(LONGEST_LINE)
    if _EMLX_LENGTH.fullmatch(first):
        yield _of_bearable_size(source.read(min(int(first), LARGEST_BYTES + 1)), path)
        return
    if not first.startswith(MBOX_LINE):
        raw = first + source.read(LARGEST_BYTES + 1)
        if _HEADER.match(first.removeprefix(b"\xef\xbb\xbf")):
            yield _of_bearable_size(raw, path)
        return
    lines: list[bytes] = []
    size = count = 0
    after_empty = False
    while line := source.readline(LONGEST_LINE):
        if line.startswith(MBOX_LINE) and (_BETWEEN if after_empty else _BETWEEN_SURELY).match(line):
            yield _unquoted(lines)
            lines, size, count = [], 0, 0
        else:
            size, count = size + len(line), count + 1
            # What is beyond the limit is attachments: the text stands before them.
            if size <= LARGEST_BYTES and count <= MOST_LINES:
                lines.append(line)
            elif count > ENDLESS_LINES:
                raise DataError(f"{path.name}: a message goes on for too long.", hint="Give a mailbox.")
        after_empty = not line.strip()
    yield _unquoted(lines)


def _unquoted(lines: list[bytes]) -> bytes:
    raw = b"".join(lines)
    lines.clear()
    return _QUOTED_FROM.sub(rb"\1", raw)


def _of_bearable_size(raw: bytes, path: Path) -> bytes:
    if len(raw) > LARGEST_BYTES:
        raise DataError(f"{path.name} has more than {LARGEST_BYTES} bytes.", hint="Save the mail without attachments.")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _post(raw: bytes, clock: LocalClock) -> ParsedPost:
    message = _parsed(raw)
    subject, (sender, address) = _header(message, "Subject"), _address(message, "From")
    parts = list(_leaves(message))
    text = _text(parts)
    posted_at, time_notes = _date(message, clock)
    notes: dict[str, Any] = {
        "author_address": address,
        "to": _header(message, "To")[:1_000],
        "reply_to": _header(message, "In-Reply-To")[:500],
        "reply_address": _address(message, "Reply-To")[1],
        "media": [_attachment(part) for part in parts if _is_attachment(part)],
    }
    return ParsedPost(
        native_id=bounded_id(_header(message, "Message-ID") or digest_id(raw.decode("latin-1"))),
        title=subject or None,
        text=text,
        author=sender or address or None,
        posted_at=posted_at,
        lang_hint=_header(message, "Content-Language")[:20] or None,
        extra={key: value for key, value in notes.items() if value} | time_notes,
    )


def _parsed(raw: bytes) -> Message:
    blanks = (raw.find(b"\n\n"), raw.find(b"\r\n\r\n"))
    end = min((place for place in blanks if place >= 0), default=len(raw))
    if end > MOST_HEAD:
        raw = raw[:MOST_HEAD].rpartition(b"\n")[0] + raw[end:]
    if raw.count(b"\n--") > MOST_BOUNDARIES:
        raw = _cut(raw, b"\n--", MOST_BOUNDARIES)
    if raw.count(b"\n") > MOST_LINES:
        raw = _cut(raw, b"\n", MOST_LINES)
    parser = BytesFeedParser(policy=policy.compat32)
    try:
        # Piece by piece: in one, Python makes four bytes of each.
        for place in range(0, len(raw), CHUNK_BYTES):
            parser.feed(raw[place : place + CHUNK_BYTES])
        return parser.close()
    except RecursionError:
        # Parts within parts without end: the headers are all that can be read.
        return BytesHeaderParser(policy=policy.compat32).parsebytes(raw)


def _cut(raw: bytes, mark: bytes, times: int) -> bytes:
    """`raw` up to where `mark` stands for the last of so many times."""
    place = -1
    for _ in range(times):
        place = raw.find(mark, place + 1)
    return raw[:place]


def _header(message: Message, name: str) -> str:
    """A header as one line with its encoded words decoded; what cannot be decoded stays as it is."""
    value = message.get(name, "")
    # A header with bytes that are not ASCII is an object; as text its bytes would be lost.
    return _in_words(value[:MOST_HEADER] if isinstance(value, str) else value, message)


def _in_words(value: str | Header, message: Message) -> str:
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError, LookupError):
        pieces = [(str(value), None)]
    decoded = (_decoded(piece, charset, message) if isinstance(piece, bytes) else piece for piece, charset in pieces)
    return " ".join("".join(decoded).split())[:4_000]


def _address(message: Message, name: str) -> tuple[str, str]:
    """Name and address of a header; a comma within an encoded word parts nothing."""
    value = message.get(name, "")
    if not isinstance(value, str):
        return parseaddr(_header(message, name))
    shown, address = parseaddr(value[:MOST_HEADER])
    return (_in_words(shown, message), address) if address else (_header(message, name), "")


def _decoded(content: bytes, charset: str | None, message: Message | None = None) -> str:
    """Bytes as text: by the charset that is stated if it is one and fits, else by the one that they look like.

    Bytes in a header state none: those of the `message` around it are believed first.
    """
    return content.decode(_charset(content, charset, message), "replace")


def _charset(content: bytes, stated: str | None, message: Message | None = None) -> str:
    others = (part.get_content_charset() for part in _leaves(message)) if message else ()
    for name in (each.strip("\"'").lower() for each in (stated, *others) if each):
        # Mail names charsets as Windows does (windows-874), and GB 2312 where it means its successors.
        found = resolve_encoding(name) or name
        if name not in _NOTHING_STATED and is_charset(found) and not (found in _LATIN and _is_utf8(content)):
            return found
    return guess_charset(content) or "utf-8"


def _is_utf8(content: bytes) -> bool:
    """Whether it is UTF-8 beyond ASCII, which by chance no words of Western Europe are."""
    try:
        return not content.isascii() and bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold no others, in their order; without recursion, since a sender decides how deep they go."""
    waiting: list[Any] = [message]
    for _ in range(MOST_PARTS):
        part = waiting.pop() if waiting else None
        if not isinstance(part, Message):
            return
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list):
            waiting.extend(reversed(inner))
        else:
            yield part


def _is_attachment(part: Message) -> bool:
    named = bool(part.get_filename()) or part.get_content_disposition() == "attachment"
    return named or part.get_content_maintype() in ("image", "audio", "video", "application")


def _text(parts: list[Message]) -> str:
    """The plain text, or the HTML as a reader sees it where there is no plain text."""
    for wanted in ("text/plain", "text/html"):
        found = [_part_text(part) for part in parts if part.get_content_type() == wanted and not _is_attachment(part)]
        if any(found):
            return "\n".join(filter(None, found))[:MOST_TEXT]
    return ""


def _part_text(part: Message) -> str:
    content = _payload(part)[: 4 * MOST_TEXT]
    charset = part.get_content_charset()
    if part.get_content_type() == "text/html":
        if charset:
            charset = _charset(content, charset)
        return text_of_markup(decode_page(content, f"text/html; charset={charset}" if charset else None))
    text = "\n".join(_decoded(content, charset).splitlines())
    return (_unfolded(text, part) if str(part.get_param("format")).lower() == "flowed" else text).strip()


def _unfolded(text: str, part: Message) -> str:
    """RFC 3676: a line that ends with a blank goes on in the next one, but for the sign above a signature."""
    joint = "" if str(part.get_param("delsp")).lower() == "yes" else " "
    return re.sub(r"^ ", "", re.sub(r"(?<!\n--)(?<!^--) \n(?![>\n]) ?", joint, text), flags=re.MULTILINE)


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _attachment(part: Message) -> dict[str, Any]:
    try:
        name = part.get_filename() or part.get_content_type()
    except (ValueError, LookupError):
        name = part.get_content_type()
    return media_item(name, hashlib.sha256(_payload(part)).hexdigest())


def _date(message: Message, clock: LocalClock) -> Placed:
    """When it was written; of mail without a Date, when the last server took it in."""
    if stated := _header(message, "Date"):
        return _placed(stated, clock)
    taken_in = _header(message, "Received").rpartition(";")[2].strip()
    placed, notes = _placed(taken_in, clock) if taken_in else (None, {})
    return placed, notes | ({"posted_at_from": "received"} if placed else {})


def _placed(stated: str, clock: LocalClock) -> Placed:
    """RFC 5322: `-0000` is a UTC time of somebody who does not say where; no offset at all is a local time."""
    try:
        moment = parsedate_to_datetime(stated)
        offset = moment.utcoffset() or zone_offset(_COMMENT.sub("", stated).rpartition(" ")[2])
        if moment.tzinfo is None and offset is None and not stated.rstrip().endswith("-0000"):
            return clock.place(moment)
        return moment.replace(tzinfo=timezone(offset or timedelta(0))).astimezone(UTC), {}
    except (ValueError, OverflowError, TypeError, IndexError):
        # Programs that send by themselves write other forms, ISO dates above all.
        return place_stated(stated, clock)
