import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.spiders.feed import is_feed, parse_page
from store.parsed_post import ParsedPost

URL = "https://feeds.example.org/jobs.xml"
FETCHED = datetime(2026, 3, 10, tzinfo=UTC)


def rss(items: str, *, declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    head = "<title>F</title><language>th</language>"
    return f'{declaration}<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def read(body: bytes, content_type: str | None = "application/rss+xml") -> list[ParsedPost]:
    return list(parse_page(body, URL, fetched_at=FETCHED, content_type=content_type))


def test_every_field_of_an_item_is_read() -> None:
    item = (
        "<item><title>Cook &amp;amp; waiter</title><link>/ads/1?utm_source=rss</link>"
        "<guid isPermaLink='false'>n-1</guid><pubDate>Sun, 01 Mar 2026 15:00:00 +0700</pubDate>"
        "<author>hr@example.org (HR)</author><region>Anywhere</region>"
        "<description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;</description></item>"
    )
    (post,) = read(rss(item))
    assert post.as_line() == {
        "native_id": "n-1",
        "url": "https://feeds.example.org/ads/1",
        "title": "Cook & waiter",
        "text": "One\n\nTwo",
        "author": "hr@example.org (HR)",
        "posted_at": "2026-03-01T08:00:00Z",
        "location": "Anywhere",
        "salary": None,
        "lang_hint": "th",
        "extra": {},
    }


def test_the_whole_text_wins_over_the_teaser() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x:1</id><title>T</title><updated>2026-03-01T00:00:00Z</updated>'
        '<summary>Short</summary><content type="html">&lt;p&gt;Much longer text&lt;/p&gt;</content></entry></feed>'
    )
    (post,) = read(atom.encode(), "application/atom+xml")
    assert post.text == "Much longer text"
    assert post.extra == {"posted_at_from": "updated"}


def test_guid_that_is_no_link_is_no_address() -> None:
    (post,) = read(rss("<item><guid isPermaLink='false'>https://example.org/x</guid><title>T</title></item>"))
    assert post.url is None


def test_item_without_guid_has_the_same_id_each_time() -> None:
    item = "<item><title>A</title><link>https://example.org/a</link></item>"
    first, second = read(rss(item + item.replace("A", "B")))
    assert first.native_id == read(rss(item))[0].native_id != second.native_id


@pytest.mark.parametrize(
    ("date", "wanted", "precision"),
    [
        ("", None, None),
        ("soon", None, "unknown"),
        ("2026-03-01 10:00", datetime(2026, 3, 1, tzinfo=UTC), "day"),
        ("Sun, 01 Mar 2026 10:00:00", datetime(2026, 3, 1, tzinfo=UTC), "day"),
    ],
    ids=["none", "words", "no zone", "no zone in mail form"],
)
def test_date_is_never_made_up(date: str, wanted: datetime | None, precision: str | None) -> None:
    (post,) = read(rss(f"<item><title>T</title><pubDate>{date}</pubDate></item>"))
    assert post.posted_at == wanted
    assert post.extra.get("posted_at_precision") == precision


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>T</title><link>http://e.test/?a=1&b=2</link></item>"),
        b"\n\n" + rss("<item><title>T</title></item>"),
        rss("<item><title>T</title></item>")[:-20],
        rss("<item><title>T</title><x:y>undeclared</x:y></item>"),
        b"\xef\xbb\xbf" + rss("<item><title>T</title></item>"),
    ],
    ids=["raw ampersand", "blank lines first", "cut", "undeclared namespace", "byte order mark"],
)
def test_feed_that_is_not_well_formed_gives_its_items(body: bytes) -> None:
    assert [post.title for post in read(body)] == ["T"]


@pytest.mark.parametrize(
    ("declaration", "charset", "content_type"),
    [
        ('<?xml version="1.0" encoding="tis-620"?>', "tis-620", None),
        ("", "tis-620", "application/rss+xml; charset=tis-620"),
        ("", "tis-620", None),
        ("", "utf-8", "text/xml"),
    ],
    ids=["declared", "stated by the server", "guessed", "utf-8"],
)
def test_charset_is_found(declaration: str, charset: str, content_type: str | None) -> None:
    words = "ต้องการพนักงานขายหลายตำแหน่ง เงินเดือนดี ติดต่อฝ่ายบุคคล"
    body = rss(f"<item><title>{words}</title></item>", declaration=declaration).decode().encode(charset)
    assert read(body, content_type)[0].title == words


def json_feed(*items: Any) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": list(items)}).encode()


def test_json_feed_is_read() -> None:
    item = {
        "id": 5, "url": "/a", "title": "T", "content_html": "<p>One</p>Two",
        "date_published": "2026-03-01T08:00:00+07:00", "authors": [{"name": "HR"}], "language": "en",
    }  # fmt: skip
    (post,) = read(json_feed(item, "no object"), "application/feed+json")
    assert (post.native_id, post.url, post.text) == ("5", "https://feeds.example.org/a", "One\n\nTwo")
    assert (post.author, post.lang_hint, post.posted_at) == ("HR", "en", datetime(2026, 3, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("date", "wanted", "precision"),
    [
        ("Вс, 01 мар 2026 11:00:00 +0300", datetime(2026, 3, 1, 8, tzinfo=UTC), None),
        ("dim., 01 mars 2026 09:00:00 +0100", datetime(2026, 3, 1, 8, tzinfo=UTC), None),
        ("อา., 01 มี.ค. 2026 15:00:00 +0700", datetime(2026, 3, 1, 8, tzinfo=UTC), None),
        ("Sun, 01 Mar 2026 08:00:00 GMT+0000", datetime(2026, 3, 1, 8, tzinfo=UTC), None),
        ("2026/03/01 03:00:00 -0500", datetime(2026, 3, 1, 8, tzinfo=UTC), None),
        ("T7, 28/02/2026 - 15:00", datetime(2026, 2, 28, tzinfo=UTC), "day"),
        ("15:00 28-02-2026", datetime(2026, 2, 28, tzinfo=UTC), "day"),
        ("15:00 2026-02-28", datetime(2026, 2, 28, tzinfo=UTC), "day"),
        ("2026年03月01日", datetime(2026, 3, 1, tzinfo=UTC), "day"),
        ("01/03/2026 15:00", None, "unknown"),
    ],
)
def test_date_in_another_language_or_form(date: str, wanted: datetime | None, precision: str | None) -> None:
    (post,) = read(rss(f"<item><title>T</title><pubDate>{date}</pubDate></item>"))
    assert (post.posted_at, post.extra.get("posted_at_precision")) == (wanted, precision)


def test_item_of_a_json_feed_that_only_says_when_it_changed() -> None:
    (post,) = read(json_feed({"id": "1", "date_modified": "2026-03-01T08:00:00Z"}))
    assert (post.posted_at, post.extra) == (datetime(2026, 3, 1, 8, tzinfo=UTC), {"posted_at_from": "updated"})


def test_author_of_a_feed_wrote_what_names_nobody_else() -> None:
    entries = "<entry><title>A</title></entry><entry><title>B</title><author><name>Desk</name></author></entry>"
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><author><name>HR</name></author>{entries}</feed>'
    assert [post.author for post in read(atom.encode())] == ["HR", "Desk"]
    whole = {"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": "HR"}], "items": [{"id": "1"}]}
    assert read(json.dumps(whole).encode())[0].author == "HR"
    # RSS names whom to write to about the feed.
    rss = b"<rss><channel><managingEditor>hr@example.test</managingEditor><item><title>A</title></item></channel></rss>"
    assert read(rss)[0].author is None


def test_json_that_speaks_of_feeds_is_none() -> None:
    assert is_feed(b'\xef\xbb\xbf\n<?xml version="1.0"?><rss version="2.0">')
    assert not is_feed(b'{"selftext": "My <rss> and <feed> are broken"}')


def test_all_authors_are_named() -> None:
    people = "<dc:creator>Desk</dc:creator><dc:creator>HR</dc:creator>"
    rss = f'<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item>{people}</item></channel></rss>'
    assert read(rss.encode())[0].author == "Desk, HR"


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"items": [{}]}', b"[" * 50_000, b"{" * 50_000, b"<html><p>Not a feed</p></html>", b"\x00\x01"],
)
def test_what_is_no_feed_gives_nothing(body: bytes) -> None:
    assert read(body) == []


def test_body_that_names_a_file_opens_no_file(tmp_path: Path) -> None:
    bait = tmp_path / "bait.xml"
    bait.write_bytes(rss("<item><title>T</title></item>"))
    assert read(str(bait).encode()) == []


def test_entities_reach_no_file_and_do_not_explode(tmp_path: Path) -> None:
    bait = tmp_path / "bait.txt"
    bait.write_text("content of a file")
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    doctype = f'<!DOCTYPE rss [{lines}<!ENTITY f SYSTEM "file://{bait}">]>'
    posts = read(rss("<item><title>T &f; &l11;</title></item>", declaration=f'<?xml version="1.0"?>{doctype}'))
    assert all("content of a file" not in (post.title or "") and len(post.title or "") < 10_000 for post in posts)


@given(st.binary(max_size=300))
def test_no_bytes_make_parsing_raise(body: bytes) -> None:
    read(body, None)
    read(rss("<item><title>").removesuffix(b"</channel></rss>") + body)
    read(b'{"version": "https://jsonfeed.org/version/1", "items": [' + body)


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined"])
@pytest.mark.parametrize("place", ["header", "declaration"])
def test_a_charset_that_is_none_costs_no_item(name: str, place: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{name}"?>' if place == "declaration" else ""
    stated = f"text/xml; charset={name}" if place == "header" else "text/xml"
    (post,) = read(rss("<item><title>งาน</title></item>", declaration=declaration), stated)
    assert post.title == "งาน"


def test_a_header_with_control_characters_costs_no_item() -> None:
    (post,) = read(rss("<item><title>x</title></item>"), "text/xml; charset=\x00\x01")
    assert post.title == "x"


def test_an_absurd_number_costs_no_item_of_a_json_feed() -> None:
    body = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": %s}, {"id": "b"}]}' % ("9" * 100_000)
    assert [post.native_id for post in read(body.encode())] == ["9" * 40 + "…", "b"]


def test_a_link_that_outlives_its_item_raises_nothing() -> None:
    assert read(b"<channel<item><link></item/</link<") == []
