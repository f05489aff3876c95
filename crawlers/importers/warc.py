"""Web archives: WARC and ARC, gzipped or not, and WACZ. Their pages go through the parsers of `crawlers.kinds`.

A page that no parser recognises is one post: its title and its text. Nothing of a page runs or is fetched.
"""

import io
import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeadersParserException  # type: ignore[import-untyped]

from crawlers.importers.archive import CHUNK_BYTES, is_zip, most_unpacked_bytes, opened, unpacking
from crawlers.importers.archived_items import archived_posts
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.content_coding import unpacked
from crawlers.importers.fields import instant_of_text, text_at
from crawlers.importers.json_stream import JsonStream
from crawlers.importers.page_signs import kinds_by_signs
from crawlers.reading.markup import decode_page, one_line, text_of_markup
from crawlers.reading.native_ids import bounded_id
from crawlers.reading.permalink import bare_host, clean_permalink
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost, rfc3339

# It tells of addresses with blanks, which are of what was collected.
logging.getLogger("warcio").setLevel(logging.ERROR)

GZIP_MAGIC = b"\x1f\x8b"
LARGEST_PAGE_BYTES = 2 * 1024 * 1024
# Of a record and of the HTTP answer in it; real ones have some thousand bytes.
MOST_HEAD_BYTES = 1024 * 1024
MOST_PAGES_LISTED = 100_000
# What `extra["read_as"]` says of a page that no parser knows.
ANY_PAGE = "page"
_NO_TIME = datetime.fromtimestamp(0, UTC)
_BROKEN = (
    ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, LookupError, AttributeError, TypeError, OSError,
    EOFError, zlib.error,
)  # fmt: skip
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_BEGINS_AS_PAGE = re.compile(rb"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
# What browsertrix writes of a page beside it (urn:text:, urn:pageinfo:), metadata of other programs.
_NO_PAGES = ("urn:", "metadata:", "dns:", "filedesc:", "whois:")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,2000})</title\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """An answer as it was archived, its body without transfer and content coding."""

    url: str
    fetched_at: datetime | None
    content_type: str
    body: bytes


def read_archive(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The posts of all pages in the archive's order; DataError for what is none or broken, after what stands before."""
    del choices  # Pages are read as their spiders would read them at the time of the archive.
    if not is_zip(path):
        for page in pages_of(path):
            yield from _posts(page, frozenset())
        return
    visited = _visited(path)
    for page in pages_of(path):
        yield from _posts(page, visited)


def _visited(path: Path) -> frozenset[str]:
    """The addresses that a WACZ lists as pages; what else it holds was loaded by them."""
    found: set[str] = set()
    with unpacking(path) as archive:
        for name in [name for name in archive.members if name.startswith("pages/") and name.endswith(".jsonl")]:
            with archive.open(name) as member, suppress(DataError):
                stream = JsonStream(member, name=name)
                while stream.peek() and len(found) < MOST_PAGES_LISTED:
                    # What stands behind # was never sent.
                    found.add((text_at(stream.value(), "url") or "").partition("#")[0])
    return frozenset(found - {""})


def pages_of(path: Path) -> Iterator[ArchivedPage]:
    """The answers with status 200 and the resources of a WARC, ARC or WACZ file."""
    if not is_zip(path):
        with opened(path) as source:
            yield from _records(source, path)
        return
    with unpacking(path) as archive:
        names = [name for name in archive.members if name.lower().endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))]
        if not names:
            raise DataError(f"{path.name} holds no WARC file.", hint="Give a WACZ, WARC or ARC file.")
        for name in sorted(names):
            with archive.open(name) as member:
                yield from _records(member, path, PurePosixPath(name).name)


def _records(source: BinaryIO, path: Path, name: str = "") -> Iterator[ArchivedPage]:
    place = f"{path.name}, {name}" if name else path.name
    plain = _Unpacked(source, most_unpacked_bytes(path))
    records = iter(_Records(plain, arc2warc=True))
    for number in count(1):
        try:
            plain.bound(MOST_HEAD_BYTES)
            record = next(records, None)
            plain.bound(None)
            page = _page(record) if record is not None else None
            while record is not None and record.raw_stream.read(CHUNK_BYTES):
                pass
        except _BROKEN as error:
            raise DataError(
                f"{place}: record {number} cannot be read: {type(error).__name__}: {str(error)[:200]}.",
                hint="What stands before was read; the file is cut or no web archive.",
            ) from error
        if record is None and number == 1:
            raise DataError(f"{place} holds no record.", hint="Give a WACZ, WARC or ARC file.")
        if record is None:
            return
        if page is not None:
            yield page


class _Records(ArchiveIterator):  # type: ignore[misc]
    """warcio's reader; what it prints of a record that is longer than it says would be of what was collected."""

    INC_RECORD = ""


class _Unpacked(io.RawIOBase):
    """The archive without gzip, under guard; members may be one for each record or one for all.

    Whatever stands before a broken place is given before it is raised: Python's gzip reader gives none of it.
    """

    def __init__(self, source: BinaryIO, allowed_bytes: int) -> None:
        self._source = source
        self._rest = source.read(CHUNK_BYTES)
        self._is_packed = self._rest.startswith(GZIP_MAGIC)
        self._unpacker: Any = None
        self._left = allowed_bytes
        self._given = 0
        self._most_given: int | None = None

    def bound(self, most_bytes: int | None) -> None:
        """Give no more than so many bytes from here on, until it is said anew; None for any number."""
        self._most_given = None if most_bytes is None else self._given + most_bytes

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def readinto(self, buffer: Any) -> int:
        if self._most_given is not None and self._given > self._most_given:
            raise ValueError("its head goes on for too long")
        chunk = self._unpack(len(buffer)) if self._is_packed else self._take(len(buffer))
        self._given += len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _take(self, most: int) -> bytes:
        fed = self._rest or self._source.read(CHUNK_BYTES)
        self._rest = fed[most:]
        return fed[:most]

    def _unpack(self, most: int) -> bytes:
        while fed := self._take(CHUNK_BYTES):
            self._unpacker = self._unpacker or zlib.decompressobj(zlib.MAX_WBITS | 16)
            found: bytes = self._unpacker.decompress(fed, most)
            is_whole = self._unpacker.eof
            self._rest = (self._unpacker.unused_data if is_whole else self._unpacker.unconsumed_tail) + self._rest
            self._unpacker = None if is_whole else self._unpacker
            self._left -= len(found)
            if self._left < 0:
                raise ValueError("it unpacks to too much for its size")
            if found:
                return found
        if self._unpacker is not None:
            raise ValueError("it ends in the middle of a record")
        return b""


def _page(record: Any) -> ArchivedPage | None:
    """What a record holds, or None: revisits have no body, requests are ours, errors are no pages."""
    if record.rec_type not in ("response", "resource", "conversion"):
        return None
    headers = record.http_headers
    if headers is not None and headers.get_statuscode() != "200":
        return None
    content_type = (headers or record.rec_headers).get_header("Content-Type") or ""
    # wget 1.19.4 put the address in angle brackets.
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    body = _body(record)
    if url.startswith(_NO_PAGES) or body is None:
        return None
    return ArchivedPage(url, instant_of_text(record.rec_headers.get_header("WARC-Date")), content_type, body)


def _body(record: Any) -> bytes | None:
    """The body of an answer without transfer and content coding; None for a coding that is not known."""
    headers, stream = record.http_headers, record.raw_stream
    if headers is None:
        return _bytes(stream.read(LARGEST_PAGE_BYTES))
    if (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        stream = ChunkedDataReader(stream)
    packed = _bytes(stream.read(LARGEST_PAGE_BYTES))
    return unpacked(packed, headers.get_header("Content-Encoding") or "", most_bytes=LARGEST_PAGE_BYTES)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b""


def _posts(page: ArchivedPage, visited: frozenset[str]) -> Iterator[ParsedPost]:
    """The posts in a page; where `visited` says what was, a page that no parser knows is one only if it is there."""
    read_as, found = _parsed(page)
    if read_as == ANY_PAGE and visited and page.url.partition("#")[0] not in visited:
        return
    noted: dict[str, Any] = {"read_as": read_as}
    if page.fetched_at:
        noted["collected_at"] = rfc3339(page.fetched_at)
    for post in found:
        yield replace(
            post,
            # Ids are unique within a source; an archive holds many.
            native_id=bounded_id(f"{read_as}:{bare_host(page.url)}/{post.native_id}"),
            url=post.url or page.url or None,
            posted_at=post.posted_at if page.fetched_at or not _counts_back(post) else None,
            extra=post.extra | noted,
        )


def _counts_back(post: ParsedPost) -> bool:
    """Whether a date such as "3 days ago" was counted from a time that nobody knows."""
    return post.posted_at is not None and post.posted_at.year <= _NO_TIME.year


def _parsed(page: ArchivedPage) -> tuple[str, list[ParsedPost]]:
    from crawlers.kinds import KINDS

    if of_platform := list(archived_posts(page.url, page.body)):
        return "platform", of_platform
    at, content_type = page.fetched_at or _NO_TIME, page.content_type or None
    for kind in kinds_by_signs(page.body):
        found = list(KINDS[kind].parse_page(page.body, page.url, fetched_at=at, content_type=content_type))
        if found:
            return kind, found
    return ANY_PAGE, list(_any_page(page))


def _any_page(page: ArchivedPage) -> Iterator[ParsedPost]:
    media_type = page.content_type.partition(";")[0].strip().lower()
    if not media_type and _BEGINS_AS_PAGE.match(page.body):
        media_type = "text/html"
    if media_type not in _PAGE_TYPES or page.url.endswith("/robots.txt"):
        return
    source, address = decode_page(page.body, page.content_type or None), clean_permalink(page.url)
    if media_type == "text/plain":
        title, text = "", source.strip()
    else:
        stated = _TITLE.search(source[:100_000])
        title = one_line(stated[1]) if stated else ""
        text = text_of_markup(_TITLE.sub("", source, count=1))
    if text or title:
        yield ParsedPost(native_id=address, url=address, title=title or None, text=text)
