import contextlib
import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from crawlers.importers import archive as archive_module
from crawlers.importers import warc
from crawlers.importers.warc import read_archive
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost

PAGE = b"<html><head><title>Jobs &amp; more</title></head><body><p>Cooks wanted</p><p>Call</p></body></html>"
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><item><guid isPermaLink="false">7</guid>'
    b"<title>Cook</title></item></channel></rss>"
)
JOB = (
    b'<html><script type="application/ld+json">{"@type": "JobPosting", "title": "Cook", "description": "Cooks wanted", '
    b'"datePosted": "2026-03-01T00:00:00Z", "identifier": "7"}</script></html>'
)
ADDRESS = "https://jobs.example.test/7"


def records(
    *pages: tuple[bytes, str], status: str = "200 OK", packed: bool = True, kind: str = "response", **headers: str
) -> bytes:
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    for body, media_type in pages:
        fields = [("Content-Type", media_type), *headers.items()]
        http = StatusAndHeaders(status, fields, protocol="HTTP/1.1") if kind != "resource" else None
        dated = {"WARC-Date": "2026-03-01T00:00:00Z"}
        writer.write_record(
            writer.create_warc_record(
                ADDRESS, kind, payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=dated,
                warc_content_type=media_type if kind == "resource" else "",
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
    assert (post.posted_at, post.extra) == (None, {"kind": "page", "collected_at": "2026-03-01T00:00:00Z"})


@pytest.mark.parametrize(
    ("body", "media_type", "kind", "title"),
    [(JOB, "text/html", "jobposting", "Cook"), (FEED, "application/rss+xml", "feed", "Cook")],
)
def test_pages_of_a_known_kind_go_through_its_parser(
    tmp_path: Path, body: bytes, media_type: str, kind: str, title: str
) -> None:
    (post,) = read(tmp_path, records((body, media_type)))
    assert (post.extra["kind"], post.title, post.native_id) == (kind, title, f"{kind}:jobs.example.test/7")


def test_coding_and_chunks_are_undone(tmp_path: Path) -> None:
    packed = gzip.compress(PAGE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    coded = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    (post,) = read(tmp_path, records((chunked, "text/html"), **coded))
    assert "Cooks wanted" in post.text


@pytest.mark.parametrize(
    "content",
    [
        records((PAGE, "text/html"), status="404 Not Found"),
        records((PAGE, "text/css")),
        records((PAGE, "text/html"), kind="request"),
        records((PAGE, "text/html"), **{"Content-Encoding": "zstd"}),
    ],
    ids=["error", "style", "request", "unknown coding"],
)
def test_what_is_no_page_is_left_out(tmp_path: Path, content: bytes) -> None:
    assert not read(tmp_path, content)


def test_resources_and_text_are_read(tmp_path: Path) -> None:
    (post,) = read(tmp_path, records((b"Cooks wanted", "text/plain"), kind="resource"))
    assert post.text == "Cooks wanted"


def test_one_gzip_member_for_all_records(tmp_path: Path) -> None:
    assert len(read(tmp_path, gzip.compress(records((PAGE, "text/html"), packed=False)))) == 1


def test_wacz(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/x.warc.gz", records((PAGE, "text/html")))
        archive.writestr("pages/pages.jsonl", "{}")
    assert len(list(read_archive(path))) == 1


def test_cut_archive_gives_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(records((PAGE, "text/html")) + records((PAGE * 9, "text/html"))[:-40])
    posts: list[ParsedPost] = []
    with pytest.raises(DataError, match=r"x\.warc\.gz: record \d cannot be read"):
        posts.extend(read_archive(path))
    assert posts


def test_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "ALWAYS_BYTES", 1_000)
    monkeypatch.setattr(warc, "MOST_TIMES", 5)
    with pytest.raises(DataError, match="too much for its size"):
        read(tmp_path, records((PAGE + b" " * 1_000_000, "text/html")))
    monkeypatch.setattr(archive_module, "ALWAYS_BYTES", 1_000)
    monkeypatch.setattr(archive_module, "MOST_TIMES", 5)
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/x.warc", records((PAGE + b" " * 1_000_000, "text/html"), packed=False))
    with pytest.raises(DataError, match="unpacks to"):
        list(read_archive(path))


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
