"""Sitemaps: the plain, indexed and gzipped ones, read with Scrapy's own parser under a size limit."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import lxml.etree  # type: ignore[import-untyped]
from scrapy.utils.sitemap import Sitemap

GZIP_MAGIC = b"\x1f\x8b"
UNPACKED_LIMIT_BYTES = 64 * 1024 * 1024
# The protocol's own limit for one file, https://www.sitemaps.org/protocol.html
ENTRY_LIMIT = 50_000


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """The addresses that a sitemap lists; those of an index are further sitemaps."""

    urls: list[str]
    is_index: bool


def is_sitemap(body: bytes) -> bool:
    """Whether these bytes are a sitemap or an index of sitemaps, gzipped or not."""
    head = unpack(body, 2_000)[:2_000].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def sitemap_entries(body: bytes) -> SitemapPage:
    """The http and https addresses of a sitemap; what is broken after them is left out."""
    try:
        sitemap = Sitemap(unpack(body))
        urls = list(_web_addresses(sitemap))
    except (lxml.etree.LxmlError, StopIteration, ValueError):
        return SitemapPage([], is_index=False)
    return SitemapPage(urls, is_index=sitemap.type == "sitemapindex")


def _web_addresses(sitemap: Sitemap) -> Iterator[str]:
    for number, entry in enumerate(sitemap):
        if number >= ENTRY_LIMIT:
            return
        if urlsplit(entry["loc"]).scheme in ("http", "https"):
            yield entry["loc"]


def unpack(body: bytes, limit_bytes: int = UNPACKED_LIMIT_BYTES) -> bytes:
    """A gzipped body unpacked up to the limit, a cut one as far as it goes; any other body as it is."""
    if not body.startswith(GZIP_MAGIC):
        return body
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return unpacker.decompress(body, limit_bytes)
    except zlib.error:
        return b""
