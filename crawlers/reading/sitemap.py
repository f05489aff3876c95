"""Sitemaps: XML, indexed, gzipped or plain lists of addresses, read with Scrapy's own parser under a size limit."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.etree  # type: ignore[import-untyped]
from scrapy.utils.sitemap import Sitemap

from crawlers.reading.permalink import absolute_url

GZIP_MAGIC = b"\x1f\x8b"
UNPACKED_LIMIT_BYTES = 64 * 1024 * 1024
# The protocol's own limit for one file, https://www.sitemaps.org/protocol.html
ENTRY_LIMIT = 50_000
MOST_PARTS = 1_000
PIECE_BYTES = 64 * 1024
_HEAD_BYTES = 20_000
_ROOT = re.compile(rb"<(?:[a-z0-9]{1,20}:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*https?://[^\s<>]++(?:\s++https?://[^\s<>]++)*+\s*\Z")


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """The addresses that a sitemap lists; those of an index are further sitemaps."""

    urls: list[str]
    is_index: bool


def is_sitemap(body: bytes) -> bool:
    """Whether these bytes are a sitemap or an index of sitemaps, gzipped or not."""
    head = unpack(body, _HEAD_BYTES)[:_HEAD_BYTES]
    return bool(_ROOT.search(head)) or _is_list(head)


def _is_list(head: bytes) -> bool:
    """Whether there are addresses alone; where the bytes were cut, but for the last line."""
    whole = head if len(head) < _HEAD_BYTES else head.rpartition(b"\n")[0]
    return bool(_LIST.match(whole))


def sitemap_entries(body: bytes, address: str = "") -> SitemapPage:
    """The http and https addresses of a sitemap at `address`; what is broken after them is left out."""
    content = unpack(body)
    if _is_list(content[:_HEAD_BYTES]):
        lines = content.decode("utf-8-sig", "replace").split(maxsplit=ENTRY_LIMIT)[:ENTRY_LIMIT]
        return SitemapPage([line for line in lines if absolute_url("", line)], is_index=False)
    try:
        sitemap = Sitemap(content)
        urls = list(_web_addresses(sitemap, address))
    except (lxml.etree.LxmlError, StopIteration, ValueError):
        return SitemapPage([], is_index=False)
    return SitemapPage(urls, is_index=sitemap.type == "sitemapindex")


def _web_addresses(sitemap: Sitemap, address: str) -> Iterator[str]:
    for number, entry in enumerate(sitemap):
        if number >= ENTRY_LIMIT:
            return
        if url := absolute_url(address, entry["loc"]):
            yield url


def unpack(body: bytes, limit_bytes: int = UNPACKED_LIMIT_BYTES) -> bytes:
    """A gzipped body unpacked up to the limit, a cut one as far as it goes; any other body as it is."""
    if not body.startswith(GZIP_MAGIC):
        return body
    unpacked, position = bytearray(), 0
    # Some are several gzip files behind each other.
    for _count in range(MOST_PARTS):
        if not body.startswith(GZIP_MAGIC, position) or len(unpacked) >= limit_bytes:
            break
        position = _unpack_part(body, position, unpacked, limit_bytes)
    return bytes(unpacked)


def _unpack_part(body: bytes, position: int, unpacked: bytearray, limit_bytes: int) -> int:
    """Unpack the gzip file at `position`; where the next one begins. Piece by piece, since each part copies a rest."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while not unpacker.eof and position < len(body) and len(unpacked) < limit_bytes:
        piece = body[position : position + PIECE_BYTES]
        try:
            unpacked += unpacker.decompress(piece, limit_bytes - len(unpacked))
        except zlib.error:
            return len(body)
        position += len(piece) - len(unpacker.unused_data)
    return position
