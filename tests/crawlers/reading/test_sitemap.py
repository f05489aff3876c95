import gzip
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.sitemap import PIECE_BYTES, UNPACKED_LIMIT_BYTES, is_sitemap, sitemap_entries, unpack

URLSET = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc><![CDATA[https://example.org/1]]></loc><lastmod>2026-01-01</lastmod></url>
<url><loc>file:///etc/passwd</loc></url><url><loc> https://example.org/2 </loc></url></urlset>"""
URLS = b"<url><loc>https://example.org/1</loc></url><url><loc>https://example.org/2</loc></url></urlset>"
PREFIXED = re.sub(b"(</?)", rb"\1s:", URLS)
INDEX = b"<sitemapindex><sitemap><loc>https://example.org/a.xml.gz</loc></sitemap></sitemapindex>"


@pytest.mark.parametrize("body", [URLSET, gzip.compress(URLSET)], ids=["plain", "gzipped"])
def test_web_addresses_of_a_sitemap(body: bytes) -> None:
    assert is_sitemap(body)
    assert sitemap_entries(body).urls == ["https://example.org/1", "https://example.org/2"]
    assert sitemap_entries(body).is_index is False


@pytest.mark.parametrize(
    "body",
    [
        b"<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>" + PREFIXED,
        b"<?xml version='1.0'?><!-- " + b"made by a plug-in " * 300 + b"-->" + URLSET.partition(b"?>")[2],
        gzip.compress(URLSET[:150]) + gzip.compress(URLSET[150:]),
        b"\xef\xbb\xbfhttps://example.org/1\r\nhttps://example.org/2\r\n",
        b"<urlset><url><loc>/1</loc></url><url><loc>//example.org/2</loc></url></urlset>",
    ],
    ids=["prefix", "long comment", "gzipped in parts", "plain list", "relative"],
)
def test_other_shapes_of_a_sitemap(body: bytes) -> None:
    assert is_sitemap(body)
    found = sitemap_entries(body, "https://example.org/sitemap.xml")
    assert (found.urls, found.is_index) == (["https://example.org/1", "https://example.org/2"], False)


def test_parts_that_are_longer_than_what_is_unpacked_at_once() -> None:
    noise = [random.Random(seed).randbytes(2 * PIECE_BYTES) for seed in (1, 2)]
    body = b"".join(gzip.compress(each) for each in noise)
    assert unpack(body) == noise[0] + noise[1]
    assert unpack(body[:-100]).startswith(noise[0] + noise[1][:PIECE_BYTES])
    assert len(unpack(body, 1_000)) == 1_000


def test_a_long_list_is_known_by_its_head() -> None:
    body = b"".join(b"https://example.org/%d\n" % number for number in range(2_000))
    assert is_sitemap(body)
    assert len(sitemap_entries(body).urls) == 2_000


@pytest.mark.parametrize("body", [b"", b"https://example.org/1 and more", b"words\nhttps://example.org/"])
def test_words_are_no_sitemap(body: bytes) -> None:
    assert not is_sitemap(body)


def test_index_lists_sitemaps() -> None:
    assert sitemap_entries(INDEX).is_index
    assert sitemap_entries(INDEX).urls == ["https://example.org/a.xml.gz"]


def test_cut_sitemap_gives_what_stands_before() -> None:
    assert sitemap_entries(URLSET[: URLSET.index(b"<url><loc>file")]).urls == ["https://example.org/1"]


def test_a_page_is_no_sitemap() -> None:
    assert not is_sitemap(b"<html><p>urlset</p></html>")


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE u [<!ENTITY a "https://example.org/x"><!ENTITY f SYSTEM "file:///etc/hostname">]><urlset><url><loc>&f;</loc></url></urlset>'
    assert sitemap_entries(bomb).urls == []


def test_gzip_bomb_stops_at_the_limit() -> None:
    assert len(unpack(gzip.compress(b"\0" * (UNPACKED_LIMIT_BYTES + 1_000_000)))) == UNPACKED_LIMIT_BYTES


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_raise(body: bytes) -> None:
    sitemap_entries(b"<urlset>" + body)
    sitemap_entries(b"\x1f\x8b" + body)
