"""No bytes make a parser of the capture side raise. The examples begin like what is meant, so that some go deep."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crawlers.fuzz_targets import CAPTURE

BEGINNINGS = {
    "charset": [
        b"text/html; charset=",
        b'\n<meta charset="',
        b"text/html; charset=utf-16\n\xff\xfe",
        b"\n\xef\xbb\xbf",
    ],
    "egress": [b"http://", b"https://[::", b"::ffff:", b"http://a@", b"127.0.0."],
    "limits": [b"0\n", b"0.5\n2026-", b"0\n1e"],
    "link": [b'<https://a.test/>; rel="next"', b"<", b'<x>; rel=next, <y>; rel="prev'],
    "members": [gzip.compress(b"a"), gzip.compress(b"")[:12], b"\x1f\x8b\x08\x1c"],
    "raw_http": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.0 200 OK\r\n"],
    "retry_after": [b"Sun, 01 Mar 2026 ", b"-", b"1 Jan ", b"99"],
    "robots": [b"User-agent: *\nDisallow: ", b"User-agent: Lurewatch\nCrawl-delay: ", b"Sitemap: ", b"Allow: /%"],
    "sitemap": [b"<urlset><url><loc>", b"<sitemapindex>", b"<?xml version='1.0' encoding='", b"\x1f\x8b\x08"],
}


def test_every_target_has_its_beginnings() -> None:
    assert BEGINNINGS.keys() == CAPTURE.keys()


@pytest.mark.parametrize("name", CAPTURE)
def test_no_bytes_make_it_raise(name: str) -> None:
    pieces = st.sampled_from(BEGINNINGS[name]) | st.binary(max_size=40)

    @given(st.lists(pieces, max_size=6).map(b"".join))
    @settings(max_examples=60, deadline=None)
    def any_bytes(data: bytes) -> None:
        CAPTURE[name](data)

    any_bytes()
