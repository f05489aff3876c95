"""Seals a source's answers: WARC records on the disk first, then the rows that acknowledge them.

Answers that come close together are sealed together. The file is followed by another one once it is large.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from sqlalchemy.orm import Session

from crawlers.frontier.held_answer import record_id
from crawlers.gathering import Gathering, kept_together
from crawlers.source_spider import CrawlContext
from crawlers.warc import Derivative, Exchange, RecordPlace, WarcFile, warc_name
from store.captures import record_captures
from store.tables import Capture
from store.warc_files import record_closed

# A pack goes to other people: what opens a platform's interface is not in it, and the record says so.
SECRET_HEADERS = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
WITHHELD = b"[withheld]"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a server said to a request, and when the last byte of it was there."""

    request: Request
    response: Response
    fetched_at: datetime

    @property
    def url(self) -> str:
        """The address that was asked."""
        return urldefrag(self.request.url)[0]


class Sealing:
    """Answers of one source that lie one behind the other, in files that begin with `name`.

    `guard` is asked before each writing and raises when nothing may be written any more.
    """

    def __init__(self, name: str, crawler: Crawler, context: CrawlContext, guard: Callable[[], None]) -> None:
        self._name = name
        self._settings = crawler.settings
        self._context = context
        self._guard = guard
        self._warc: WarcFile | None = None
        self._gathering: Gathering[Answer, Capture] = Gathering(self._seal)

    async def seal(self, answer: Answer) -> Capture:
        """The capture that acknowledges the answer. Raises OSError, SQLAlchemyError or EvidenceError if it is none."""
        return await self._gathering.add(answer)

    def add_derivatives(self, made: Sequence[Derivative], *, of: str, at: datetime) -> list[RecordPlace]:
        """Write what was made of the record with the id `of`, which is the last one."""
        assert self._warc is not None  # noqa: S101  `of` is in it
        return self._warc.add_derivatives(made, of=of, at=at)

    def close(self) -> None:
        """Close the file, on record; one that cannot be closed now is closed by the next crawl."""
        if self._warc is None:
            return
        closed = self._warc.finish()
        with self._context.store.transaction() as session:
            record_closed(session, closed, actor="crawler")
        self._warc.close()
        self._warc = None

    def _seal(self, answers: list[Answer]) -> list[Capture | Exception]:
        self._guard()
        warc = self._open(answers[0].fetched_at)
        places = warc.add_exchanges([_exchange(each) for each in answers])
        rows = [
            self._row(each) | row_of(place, warc, self._context.captures_dir)
            for each, place in zip(answers, places, strict=True)
        ]
        return kept_together(self._context.store, rows, _acknowledge)

    def _row(self, answer: Answer) -> dict[str, Any]:
        return {
            "source_id": self._context.source_id,
            "url": answer.url,
            "fetched_at": answer.fetched_at,
            "provenance": "public_crawl",
            "status": answer.response.status,
            "media_type": _header(answer.response, "Content-Type"),
            "robots": _robots(answer.request),
            "etag": _header(answer.response, "ETag"),
            "last_modified": _header(answer.response, "Last-Modified"),
        }

    def _open(self, at: datetime) -> WarcFile:
        if self._warc and self._warc.size_bytes >= self._settings.getint("WARC_LARGEST_BYTES"):
            self.close()
        if self._warc is None:
            about = {"http-header-user-agent": self._settings["USER_AGENT"], "robots": "obey"}
            self._warc = new_warc(self._context.captures_dir, self._name, at, about=about)
        return self._warc


def _acknowledge(session: Session, rows: list[dict[str, Any]]) -> list[Capture]:
    captures = [Capture(**row) for row in rows]
    record_captures(session, captures)
    return captures


def new_warc(captures_dir: Path, name: str, at: datetime, *, about: Mapping[str, str] | None = None) -> WarcFile:
    """A file that begins with `name`; it says which program writes it, and `about`."""
    path = captures_dir / warc_name(name, at, os.getpid())
    return WarcFile(path, about={**_software(), **(about or {})}, created_at=at)


def _software() -> dict[str, str]:
    return {
        "software": f"lurewatch/{version('lurewatch')} scrapy/{version('scrapy')} warcio/{version('warcio')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }


def row_of(place: RecordPlace, warc: WarcFile, captures_dir: Path) -> dict[str, Any]:
    """What a capture's row says of where its record lies."""
    return {
        "sha256": place.sha256,
        "size_bytes": place.size_bytes,
        "warc_path": warc.path.relative_to(captures_dir).as_posix(),
        "warc_offset": place.offset,
        "warc_length": place.length,
        "warc_record_id": place.record_id,
    }


def _exchange(answer: Answer) -> Exchange:
    request, response = answer.request, answer.response
    host = (b"Host", urlsplit(answer.url).netloc.encode("latin-1", "replace"))
    sent = [(name, WITHHELD if name.lower() in SECRET_HEADERS else value) for name, value in _pairs(request.headers)]
    return Exchange(
        url=answer.url,
        method=request.method,
        request_headers=sent if b"Host" in request.headers else [host, *sent],
        protocol=response.protocol or "HTTP/1.1",
        status=response.status,
        headers=list(_pairs(response.headers)),
        body=response.body,
        fetched_at=answer.fetched_at,
        ip_address=str(response.ip_address) if response.ip_address else None,
        robots=_robots(request),
        certificate_sha256=hashlib.sha256(response.certificate.dump()).hexdigest() if response.certificate else None,
        record_id=record_id(number) if (number := request.meta.get("frontier_id")) else None,
    )


def _robots(request: Request) -> str:
    decision: str = request.meta.get("robots", "not_applicable")
    return decision


def _pairs(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    for name in headers:
        for value in headers.getlist(name):
            yield name, value


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:1_000].replace("\x00", "") if value else None
