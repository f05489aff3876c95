"""Seals every answer before anything reads it: WARC record on the disk first, then the row that acknowledges it.

The middleware sits below decompression and redirects, so that the bytes are the server's and nothing is left out.
Evidence fails closed: when a record or its row cannot be written, the crawl ends.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit
from uuid import uuid4

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from crawlers.browser.snapshot import Snapshot
from crawlers.crawl_control import end_crawl, is_page
from crawlers.frontier.held_answer import HELD, held_answer, record_id
from crawlers.source_spider import CrawlContext
from crawlers.warc import Derivative, Exchange, RecordPlace, WarcFile, warc_name
from lurewatch.errors import EvidenceError
from store.captures import capture_of_record, record_capture, record_rendering
from store.database import Store
from store.tables import Capture
from store.warc_files import record_closed

logger = logging.getLogger(__name__)

# Of what is handed in. IANA's registry; WARC and WACZ as their specifications name them.
_MEDIA_TYPES = {
    ".arc": "application/x-arc",
    ".bmp": "image/bmp",
    ".csv": "text/csv",
    ".eml": "message/rfc822",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".mbox": "application/mbox",
    ".ndjson": "application/x-ndjson",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".txt": "text/plain",
    ".wacz": "application/wacz",
    ".warc": "application/warc",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
EVIDENCE_FAILED = "evidence_failed"
# A pack goes to other people: what opens a platform's interface is not in it, and the record says so.
SECRET_HEADERS = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
WITHHELD = b"[withheld]"
_HEAD_START_S = 0.002


class CaptureFailedError(IgnoreRequest):
    """An answer that could not be sealed and was therefore thrown away unread."""


class NoHttpAnswerError(IgnoreRequest):
    """What a server sent is no answer by RFC 9110 section 15: there is nothing to seal and nothing to read."""


class CaptureMiddleware:
    """Scrapy downloader middleware at 895: next to the network, above nothing but the handler."""

    def __init__(self, crawler: Crawler, context: CrawlContext) -> None:
        self.crawler = crawler
        self.context = context
        self.failure: EvidenceError | None = None
        self._warcs: dict[str, WarcFile] = {}
        # The page captured last, and the id of its record: what a browser makes of it goes right behind.
        self._latest_page = (0, "")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CaptureMiddleware":
        """How Scrapy builds it."""
        middleware = cls(crawler, crawler.spider.context)  # type: ignore[union-attr]
        crawler.signals.connect(middleware.close, signal=signals.spider_closed)
        return middleware

    def process_request(self, request: Request) -> Response | None:
        """Let nothing out any more once evidence cannot be kept, nor ask for what a crawl before this one captured."""
        self._must_be_keeping()
        return self._held(request) if request.meta.get("was_taken") else None

    async def process_response(self, request: Request, response: Response) -> Response:
        """Seal the answer, and tell the spider which capture it is through `meta`."""
        # Sealing waits for the disk: the host's next request, whose turn it is now, goes out before.
        await asyncio.sleep(_HEAD_START_S)
        self._must_be_keeping()
        if HELD in response.flags:
            return response
        if not 100 <= response.status <= 999:
            self.crawler.stats.inc_value("download/failed")
            raise NoHttpAnswerError("The status line is not one of HTTP.")
        fetched_at = self.context.clock()
        try:
            capture_id = self._seal(request, response, fetched_at)
        except IntegrityError as error:
            # Its taker was thought dead: the answer of the one who was first stands.
            if self._capture_of(request) is None:
                self._fail(error)
            raise CaptureFailedError("Another machine has captured it.") from error
        except (OSError, SQLAlchemyError, EvidenceError) as error:
            self._fail(error)
            raise CaptureFailedError(str(error)) from error
        request.meta.update(capture_id=capture_id, fetched_at=fetched_at)
        self.crawler.stats.inc_value("capture/recorded")
        return response

    def seal_rendering(self, request: Request, snapshot: Snapshot) -> None:
        """Seal what the browser made of a page behind the page's records. Raises CaptureFailedError."""
        try:
            self._seal_rendering(request, snapshot)
        except (OSError, SQLAlchemyError, EvidenceError) as error:
            self._fail(error)
            raise CaptureFailedError(str(error)) from error

    def close(self) -> None:
        """Close the files when the spider is done; one that cannot be closed now is closed by the next crawl."""
        try:
            for name in list(self._warcs):
                self._close_warc(name)
        except (OSError, SQLAlchemyError, EvidenceError) as error:
            self.crawler.stats.inc_value("capture/failed")
            logger.error("A WARC file of source %r was not closed: %s", self.context.source.name, type(error).__name__)

    def _must_be_keeping(self) -> None:
        if self.failure:
            raise CaptureFailedError(self.failure.message)

    def _capture_of(self, request: Request) -> Capture | None:
        if (number := request.meta.get("frontier_id")) is None:
            return None
        with self.context.store.reading() as session:
            return capture_of_record(session, record_id(number))

    def _held(self, request: Request) -> Response | None:
        capture = self._capture_of(request)
        if capture is None:
            return None
        # What a browser made of it may not have been kept: then it is made anew, of another answer.
        answer = None if self.context.source.browser else held_answer(capture, self.context.captures_dir)
        if answer is None:
            # What is fetched in its place is another capture.
            request.meta["frontier_id"] = uuid4().hex
            return None
        request.meta.update(capture_id=capture.id, fetched_at=capture.fetched_at)
        self.crawler.stats.inc_value("capture/read_again")
        return answer

    def _seal(self, request: Request, response: Response, fetched_at: datetime) -> int:
        url = urldefrag(request.url)[0]
        # Nothing may stand between a page's answer and what the browser made of it.
        stands_apart = self.context.source.browser and not is_page(request)
        warc = self._open_warc(f"{self._pages_name}-parts" if stands_apart else self._pages_name, fetched_at)
        place = warc.add_exchange(_exchange(url, request, response, fetched_at))
        for budget in self.context.budgets:
            budget.bytes_received += place.size_bytes
        with self.context.store.transaction() as session:
            capture = record_capture(
                session,
                source_id=self.context.source_id,
                url=url,
                fetched_at=fetched_at,
                provenance="public_crawl",
                status=response.status,
                media_type=_header(response, "Content-Type"),
                robots=request.meta.get("robots", "not_applicable"),
                etag=_header(response, "ETag"),
                last_modified=_header(response, "Last-Modified"),
                **_row_of(place, warc, self.context.captures_dir),
            )
            if is_page(request):
                self._latest_page = (capture.id, place.record_id)
            return capture.id

    def _seal_rendering(self, request: Request, snapshot: Snapshot) -> None:
        capture_id, record_id = self._latest_page
        if request.meta["capture_id"] != capture_id:
            raise EvidenceError(
                "Another page was captured before the browser had made the last one.", hint="Report it."
            )
        made = rendering_records(urldefrag(request.url)[0], snapshot)
        places = self._warcs[self._pages_name].add_derivatives(made, of=record_id, at=self.context.clock())
        told = [
            {
                "kind": record.kind,
                "media_type": record.media_type,
                "sha256": place.sha256,
                "size_bytes": place.size_bytes,
                "warc_record_id": place.record_id,
            }
            for record, place in zip(made, places, strict=True)
        ]
        with self.context.store.transaction() as session:
            record_rendering(session, capture_id, told)

    @property
    def _pages_name(self) -> str:
        return self.context.source.name

    def _open_warc(self, name: str, at: datetime) -> WarcFile:
        if name in self._warcs and self._warcs[name].size_bytes >= self.crawler.settings.getint("WARC_LARGEST_BYTES"):
            self._close_warc(name)
        if name not in self._warcs:
            about = {**software(), "http-header-user-agent": self.crawler.settings["USER_AGENT"], "robots": "obey"}
            path = self.context.captures_dir / warc_name(name, at, os.getpid())
            self._warcs[name] = WarcFile(path, about=about, created_at=at)
        return self._warcs[name]

    def _close_warc(self, name: str) -> None:
        closed = self._warcs[name].finish()
        with self.context.store.transaction() as session:
            record_closed(session, closed, actor="crawler")
        self._warcs.pop(name).close()

    def _fail(self, error: Exception) -> None:
        self.failure = EvidenceError(
            f"A capture of source {self.context.source.name!r} could not be kept: {type(error).__name__}: {error}.",
            hint="Check free space and the store, then crawl again; captures that were acknowledged are safe.",
        )
        self.crawler.stats.inc_value("capture/failed")
        logger.error("%s", self.failure)
        end_crawl(self.crawler, EVIDENCE_FAILED)


def capture_file(
    path: Path, *, source_id: int, source_name: str, provenance: str, store: Store, captures_dir: Path,
    clock: Callable[[], datetime],
) -> int:  # fmt: skip
    """Seal a file that was handed in as a WARC resource record, before any importer reads it; returns the capture id.

    Raises EvidenceError when the file changes meanwhile or cannot be kept.
    """
    at = clock()
    try:
        with path.open("rb") as source, _new_warc(captures_dir, source_name, at) as warc:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            place = warc.add_resource(
                source, url=f"urn:sha256:{digest}", media_type=media_type_of(path), name=path.name, at=at
            )
            _must_be_unchanged(path, digest, place)
            closed = warc.finish()
            with store.transaction() as session:
                capture = record_capture(
                    session, source_id=source_id, url=f"urn:sha256:{digest}", fetched_at=at, provenance=provenance,
                    status=None, media_type=media_type_of(path), robots="not_applicable", etag=None,
                    last_modified=None, **_row_of(place, warc, captures_dir),
                )  # fmt: skip
                record_closed(session, closed, actor="importer")
                return capture.id
    except (OSError, SQLAlchemyError) as error:
        raise EvidenceError(
            f"{path.name!r} could not be sealed: {type(error).__name__}: {error}.",
            hint="Check that it can be read, free space and the store, then import it again.",
        ) from error


def rendering_records(url: str, snapshot: Snapshot) -> list[Derivative]:
    """The page as the browser made it, and its picture under the name that browsertrix and pywb know it by."""
    dom = Derivative(
        kind="conversion", url=f"urn:dom:{url}", media_type="text/html; charset=utf-8", content=snapshot.dom
    )
    if snapshot.screenshot is None:
        return [dom]
    view = Derivative(kind="resource", url=f"urn:view:{url}", media_type="image/png", content=snapshot.screenshot)
    return [dom, view]


def software() -> dict[str, str]:
    """What a WARC file says of the program that wrote it."""
    return {
        "software": f"lurewatch/{version('lurewatch')} scrapy/{version('scrapy')} warcio/{version('warcio')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }


def media_type_of(path: Path) -> str:
    """The media type that a file name promises."""
    return _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")


def _new_warc(captures_dir: Path, source_name: str, at: datetime) -> WarcFile:
    return WarcFile(captures_dir / warc_name(source_name, at, os.getpid()), about=software(), created_at=at)


def _must_be_unchanged(path: Path, digest: str, place: RecordPlace) -> None:
    if place.sha256 != digest:
        raise EvidenceError(
            f"{path.name!r} changed while it was being sealed.", hint="Import a copy that nothing writes to."
        )


def _exchange(url: str, request: Request, response: Response, fetched_at: datetime) -> Exchange:
    host = (b"Host", urlsplit(url).netloc.encode("latin-1", "replace"))
    sent = [(name, WITHHELD if name.lower() in SECRET_HEADERS else value) for name, value in _pairs(request.headers)]
    return Exchange(
        url=url,
        method=request.method,
        request_headers=sent if b"Host" in request.headers else [host, *sent],
        protocol=response.protocol or "HTTP/1.1",
        status=response.status,
        headers=list(_pairs(response.headers)),
        body=response.body,
        fetched_at=fetched_at,
        ip_address=str(response.ip_address) if response.ip_address else None,
        robots=request.meta.get("robots", "not_applicable"),
        certificate_sha256=hashlib.sha256(response.certificate.dump()).hexdigest() if response.certificate else None,
        record_id=record_id(number) if (number := request.meta.get("frontier_id")) else None,
    )


def _pairs(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    for name in headers:
        for value in headers.getlist(name):
            yield name, value


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:1_000].replace("\x00", "") if value else None


def _row_of(place: RecordPlace, warc: WarcFile, captures_dir: Path) -> dict[str, Any]:
    return {
        "sha256": place.sha256,
        "size_bytes": place.size_bytes,
        "warc_path": warc.path.relative_to(captures_dir).as_posix(),
        "warc_offset": place.offset,
        "warc_length": place.length,
        "warc_record_id": place.record_id,
    }
