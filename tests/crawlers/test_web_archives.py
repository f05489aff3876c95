import contextlib
import gzip
import io
import sys
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from crawlers.importers import archive
from crawlers.importers.archived_items import archived_posts
from crawlers.importers.content_coding import MOST_MEMBERS, unpacked
from crawlers.importers.warc import read_archive
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BOMB = b"x" * 3_000_000
PAGE = b"<html><head><title>Jobs &amp; more</title></head><body><p>Cooks wanted</p><p>Call</p></body></html>"
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><item><guid isPermaLink="false">7</guid>'
    b"<title>Cook</title></item></channel></rss>"
)
GREENHOUSE = (
    b'{"jobs": [{"id": 7, "title": "Cook", "content": "Cooks wanted", "updated_at": "2026-03-01T00:00:00Z", '
    b'"absolute_url": "https://jobs.example.test/7", "location": {"name": "Hue"}}]}'
)
OFFER = (
    b'<html><script type="application/ld+json">{"@context": "https://schema.org", "@type": "Offer", "name": "Cook", '
    b'"description": "Cooks wanted", "sku": "7"}</script></html>'
)
JOB = (
    b'<html><script type="application/ld+json">{"@type": "JobPosting", "title": "Cook", "description": "Cooks wanted", '
    b'"datePosted": "2026-03-01T00:00:00Z", "identifier": "7"}</script></html>'
)
ADDRESS = "https://jobs.example.test/7"


def records(
    *pages: tuple[bytes, str],
    status: str = "200 OK",
    packed: bool = True,
    kind: str = "response",
    at: str = "2026-03-01T00:00:00Z",
    **headers: str,
) -> bytes:
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    is_http = kind not in ("resource", "conversion")
    for body, media_type in pages:
        fields = [("Content-Type", media_type), *headers.items()]
        http = StatusAndHeaders(status, fields, protocol="HTTP/1.1") if is_http else None
        dated = {"WARC-Date": at}
        writer.write_record(
            writer.create_warc_record(
                ADDRESS, kind, payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=dated,
                warc_content_type="" if is_http else media_type,
            )
        )  # fmt: skip
    return made.getvalue()


def read(tmp_path: Path, content: bytes, name: str = "x.warc.gz") -> list[ParsedPost]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(read_archive(path))


@pytest.mark.parametrize("packed", [True, False])
def test_page_is_a_post(tmp_path: Path, packed: bool) -> None:
    (post,) = read(tmp_path, records((PAGE, "text/html"), packed=packed))
    assert (post.native_id, post.url, post.title) == (f"page:jobs.example.test/{ADDRESS}", ADDRESS, "Jobs & more")
    assert post.text == "Cooks wanted\n\nCall"
    assert (post.posted_at, post.extra) == (None, {"read_as": "page", "collected_at": "2026-03-01T00:00:00Z"})


@pytest.mark.parametrize(
    ("body", "media_type", "kind", "title"),
    [(JOB, "text/html", "jobposting", "Cook"), (GREENHOUSE, "application/json", "jobapi", "Cook"),
     (OFFER, "text/html", "classified", "Cook"), (FEED, "application/rss+xml", "feed", "Cook")],
)  # fmt: skip
def test_pages_of_a_known_kind_go_through_its_parser(
    tmp_path: Path, body: bytes, media_type: str, kind: str, title: str
) -> None:
    (post,) = read(tmp_path, records((body, media_type)))
    assert (post.extra["read_as"], post.title, post.native_id) == (kind, title, f"{kind}:jobs.example.test/7")


def test_word_that_is_a_sign_by_chance_leaves_a_page(tmp_path: Path) -> None:
    page = PAGE.replace(b"Call", b"See JobPosting on schema.org for an Offer")
    (post,) = read(tmp_path, records((page, "text/html")))
    assert (post.extra["read_as"], post.title) == ("page", "Jobs & more")


def test_what_a_parser_says_of_the_kind_of_a_post_stays(tmp_path: Path) -> None:
    rows = b"".join(
        b'<tr><td class="subject"><span id="msg_%d"><a href="/index.php?topic=%d.0">Cooks %d</a></span></td></tr>'
        % (number, number, number)
        for number in (1, 2, 3)
    )
    page = b"<html><!-- SMF subject_ --><table>%s</table></html>" % rows
    posts = read(tmp_path, records((page, "text/html")))
    assert {(post.extra["read_as"], post.extra["kind"]) for post in posts} == {("forum", "thread")}


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)), ("GZIP", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE, wbits=-15)), ("br", brotli.compress(PAGE)), ("zstd", zstd.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))), ("identity", PAGE), ("br", PAGE), ("gzip", PAGE),
        ("zstd", PAGE), ("gzip", gzip.compress(PAGE, mtime=0) + b"more"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_chunked", [True, False])
def test_coding_and_chunks_are_undone(tmp_path: Path, coding: str, packed: bytes, is_chunked: bool) -> None:
    coded = {"Content-Encoding": coding}
    if is_chunked:
        packed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
        coded["Transfer-Encoding"] = "chunked"
    (post,) = read(tmp_path, records((packed, "text/html"), **coded))
    assert (post.title, post.text) == ("Jobs & more", "Cooks wanted\n\nCall")


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress(BOMB, mtime=0)), ("deflate", zlib.compress(BOMB)), ("br", brotli.compress(BOMB, quality=4)),
     ("zstd", zstd.compress(BOMB))],
)  # fmt: skip
def test_no_more_is_unpacked_than_is_asked_for(coding: str, packed: bytes) -> None:
    assert unpacked(packed, coding, most_bytes=1_000) == b"x" * 1_000


def test_members_and_codings_are_not_taken_off_without_end() -> None:
    packed = gzip.compress(b"") * MOST_MEMBERS + gzip.compress(b"x")
    assert unpacked(packed, "gzip", most_bytes=1_000) == packed
    assert unpacked(b"x", ", ".join(["gzip"] * 6), most_bytes=1_000) is None


GRAPH = (
    b'{"data": [{"message": "Cooks wanted", "created_time": "2026-03-01T00:00:00+0000", "id": "1_7", "from": '
    b'{"name": "Sample HR"}, "comments": {"data": [{"message": "How much?", "created_time": "2026-03-02"}]}}]}'
)
STORY = (
    b'{"data": {"node": {"comet_sections": {"content": {"story": {"message": {"text": "Cooks wanted"}, "actors": '
    b'[{"name": "Sample HR"}], "wwwURL": "https://www.facebook.com/1_7"}}, "timestamp": {"story": {"creation_time": '
    b'1772323200}}}, "post_id": "7"}}}\n{"label": "more"}'
)


@pytest.mark.parametrize(
    ("address", "body"),
    [("https://graph.facebook.com/v18.0/1/posts?access_token=secret", GRAPH),
     ("https://www.facebook.com/api/graphql/", STORY)],
)  # fmt: skip
def test_answers_of_platforms_are_their_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, body: bytes
) -> None:
    monkeypatch.setattr("tests.crawlers.test_web_archives.ADDRESS", address)
    (post,) = read(tmp_path, records((body, "application/json")))
    assert (post.text, post.author, post.posted_at) == ("Cooks wanted", "Sample HR", datetime(2026, 3, 1, tzinfo=UTC))
    assert (post.url, post.extra["read_as"]) == ("https://www.facebook.com/1_7", "platform")
    assert "secret" not in str(post)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"post_id": 1, "comet_sections": []}', b'{"a": [{}]}', b"{", b'"x"', PAGE]
)
def test_shape_that_is_no_post_gives_none(body: bytes) -> None:
    assert all(not post.text for post in archived_posts("https://www.facebook.com/api/graphql/", body))


@pytest.mark.parametrize(
    "content",
    [
        records((PAGE, "text/html"), status="404 Not Found"),
        records((PAGE, "text/css")),
        records((PAGE, "text/html"), kind="request"),
        records((PAGE, "text/html"), **{"Content-Encoding": "compress"}),
    ],
    ids=["error", "style", "request", "unknown coding"],
)
def test_what_is_no_page_is_left_out(tmp_path: Path, content: bytes) -> None:
    assert not read(tmp_path, content)


def test_resources_and_text_are_read(tmp_path: Path) -> None:
    (post,) = read(tmp_path, records((b"Cooks wanted", "text/plain"), kind="resource"))
    assert post.text == "Cooks wanted"


def test_text_that_a_crawl_was_turned_into_is_read(tmp_path: Path) -> None:
    (post,) = read(tmp_path, records((b"Cooks wanted", "text/plain"), kind="conversion"))
    assert (post.text, post.url) == ("Cooks wanted", ADDRESS)


def test_one_gzip_member_for_all_records(tmp_path: Path) -> None:
    assert len(read(tmp_path, gzip.compress(records((PAGE, "text/html"), packed=False)))) == 1


def test_wacz(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("archive/x.warc.gz", records((PAGE, "text/html")))
        packed.writestr("pages/pages.jsonl", "{}")
    assert len(list(read_archive(path))) == 1


def test_wacz_says_what_was_visited(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    for listed, posts in ((ADDRESS, 1), (f"{ADDRESS}#top", 1), ("https://jobs.example.test/other", 0)):
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("archive/x.warc.gz", records((PAGE, "text/html")))
            packed.writestr("pages/pages.jsonl", f'{{"format": "json-pages-1.0"}}\n{{"url": "{listed}"}}\n')
        assert len(list(read_archive(path))) == posts


@pytest.mark.parametrize("address", ["urn:text:https://jobs.example.test/7", "urn:pageinfo:x", "metadata://x"])
def test_what_crawlers_write_beside_pages_is_left_out(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.crawlers.test_web_archives.ADDRESS", address)
    assert not read(tmp_path, records((PAGE, "text/plain"), kind="resource"))


def test_dates_that_count_back_need_a_day_to_count_from(tmp_path: Path) -> None:
    job = JOB.replace(b"2026-03-01T00:00:00Z", b"3 days ago")
    (post,) = read(tmp_path, records((job, "text/html"), at="no time"))
    assert (post.posted_at, post.extra["posted_at_given"]) == (None, "3 days ago")


def test_page_without_a_type_is_known_by_its_beginning(tmp_path: Path) -> None:
    assert len(read(tmp_path, records((b"<!DOCTYPE html>" + PAGE, "")))) == 1


def test_cut_archive_gives_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(records((PAGE, "text/html")) + records((PAGE * 9, "text/html"))[:-40])
    posts: list[ParsedPost] = []
    with pytest.raises(DataError, match=r"x\.warc\.gz: record \d cannot be read"):
        posts.extend(read_archive(path))
    assert posts


def test_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ALWAYS_BYTES", 1_000)
    monkeypatch.setattr(archive, "MOST_TIMES", 5)
    with pytest.raises(DataError, match="too much for its size"):
        read(tmp_path, records((PAGE + b" " * 1_000_000, "text/html")))
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("archive/x.warc", records((PAGE + b" " * 1_000_000, "text/html"), packed=False))
    with pytest.raises(DataError, match="unpacks to"):
        list(read_archive(path))


@pytest.mark.parametrize("endless", [b"X: y\r\n" * 300_000, b"x" * 2_000_000], ids=["fields", "line"])
def test_head_without_an_end_is_given_up(tmp_path: Path, endless: bytes) -> None:
    whole = records((PAGE, "text/html"), packed=False)
    posts: list[ParsedPost] = []
    path = tmp_path / "x.warc"
    path.write_bytes(whole + b"WARC/1.0\r\n" + endless)
    with pytest.raises(DataError, match="head goes on for too long"):
        posts.extend(read_archive(path))
    assert len(posts) == 1


def test_record_that_is_longer_than_it_says_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (records((PAGE, "text/html"), packed=False) for _ in range(2))
    with contextlib.suppress(DataError):
        read(tmp_path, first + b"collected words\r\n\r\n" + second, "x.warc")
    assert "collected" not in "".join(capsys.readouterr())


def test_address_with_a_blank_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.crawlers.test_web_archives.ADDRESS", "https://jobs.example.test/cooks wanted")
    (post,) = read(tmp_path, records((PAGE, "text/html")))
    assert (post.url, caplog.text) == ("https://jobs.example.test/cooks%20wanted", "")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8bxx", b"PK", gzip.compress(b"hello", mtime=0)])
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=r"x\.warc\.gz"):
        read(tmp_path, content)


@given(st.binary(max_size=60), st.integers(0, 2_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_bytes_raise_anything_else(tmp_path: Path, noise: bytes, at: int) -> None:
    whole = records((PAGE, "text/html"), packed=False)
    at %= len(whole)
    with contextlib.suppress(DataError):
        read(tmp_path, whole[:at] + noise + whole[at + len(noise) :])
    with contextlib.suppress(DataError):
        read(tmp_path, noise)


def test_date_of_the_archive_is_kept(tmp_path: Path) -> None:
    (post,) = read(tmp_path, records((JOB, "text/html")))
    assert post.posted_at == datetime(2026, 3, 1, tzinfo=UTC)
