"""Seals every answer before anything reads it: WARC record on the disk first, then the row that acknowledges it.

The middleware sits below decompression and redirects, so that the bytes are the server's and nothing is left out.
Evidence fails closed: when a record or its row cannot be written, the crawl ends.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urldefrag
from uuid import uuid4

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from crawlers.browser.snapshot import Snapshot
from crawlers.crawl_control import end_crawl, is_page
from crawlers.frontier.held_answer import HELD, held_answer, record_id
from crawlers.sealing import Answer, Sealing, new_warc, row_of
from crawlers.source_spider import CrawlContext
from crawlers.warc import Derivative, RecordPlace
from lurewatch.errors import EvidenceError
from store.captures import capture_of_record, record_captures, record_rendering
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
# What the disk and the store raise.
CANNOT_KEEP = (OSError, SQLAlchemyError, EvidenceError)


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
        name = context.source.name
        self._pages = Sealing(name, crawler, context, self._must_be_keeping)
        # Nothing may stand between a page's answer and what the browser made of it.
        self._parts = Sealing(f"{name}-parts", crawler, context, self._must_be_keeping)
        # What a browser makes of it goes right behind its record.
        self._latest_page: Capture | None = None

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
        self._must_be_keeping()
        if HELD in response.flags:
            return response
        if not 100 <= response.status <= 999:
            self.crawler.stats.inc_value("download/failed")
            raise NoHttpAnswerError("The status line is not one of HTTP.")
        for budget in self.context.budgets:
            budget.bytes_received += len(response.body)
        capture = await self._sealed(Answer(request, response, self.context.clock()))
        if is_page(request):
            self._latest_page = capture
        request.meta.update(capture_id=capture.id, fetched_at=capture.fetched_at)
        self.crawler.stats.inc_value("capture/recorded")
        return response

    async def _sealed(self, answer: Answer) -> Capture:
        stands_apart = self.context.source.browser and not is_page(answer.request)
        try:
            return await (self._parts if stands_apart else self._pages).seal(answer)
        except IntegrityError as error:
            # Its taker was thought dead: the answer of the one who was first stands.
            if self._capture_of(answer.request) is None:
                self._fail(error)
            raise CaptureFailedError("Another machine has captured it.") from error
        except CANNOT_KEEP as error:
            self._fail(error)
            raise CaptureFailedError(str(error)) from error

    def seal_rendering(self, request: Request, snapshot: Snapshot) -> None:
        """Seal what the browser made of a page behind the page's records. Raises CaptureFailedError."""
        try:
            self._seal_rendering(request, snapshot)
        except CANNOT_KEEP as error:
            self._fail(error)
            raise CaptureFailedError(str(error)) from error

    def close(self) -> None:
        """Close the files when the spider is done; one that cannot be closed now is closed by the next crawl."""
        try:
            self._pages.close()
            self._parts.close()
        except CANNOT_KEEP as error:
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

    def _seal_rendering(self, request: Request, snapshot: Snapshot) -> None:
        page = self._latest_page
        if page is None or request.meta["capture_id"] != page.id:
            raise EvidenceError(
                "Another page was captured before the browser had made the last one.", hint="Report it."
            )
        made = rendering_records(urldefrag(request.url)[0], snapshot)
        places = self._pages.add_derivatives(made, of=page.warc_record_id, at=self.context.clock())
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
            record_rendering(session, page.id, told)

    def _fail(self, error: Exception) -> None:
        # Others who waited for the same writing have said so.
        if self.failure:
            return
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
        with path.open("rb") as source, new_warc(captures_dir, source_name, at) as warc:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            place = warc.add_resource(
                source, url=f"urn:sha256:{digest}", media_type=media_type_of(path), name=path.name, at=at
            )
            _must_be_unchanged(path, digest, place)
            closed = warc.finish()
            with store.transaction() as session:
                capture = Capture(
                    source_id=source_id, url=f"urn:sha256:{digest}", fetched_at=at, provenance=provenance,
                    media_type=media_type_of(path), robots="not_applicable", **row_of(place, warc, captures_dir),
                )  # fmt: skip
                record_captures(session, [capture])
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


def media_type_of(path: Path) -> str:
    """The media type that a file name promises."""
    return _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")


def _must_be_unchanged(path: Path, digest: str, place: RecordPlace) -> None:
    if place.sha256 != digest:
        raise EvidenceError(
            f"{path.name!r} changed while it was being sealed.", hint="Import a copy that nothing writes to."
        )
